"""The primary on the validation split of FER+: accuracy, calibration, and whether scores matter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor
from torch.nn import functional as F

from .fer import CLASSES, FerPlus, normalise
from .geometry import session
from .subjects import inputs
from .train_primary import Subjects

ROWS = 60
THRESHOLDS = (None, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.65)
Order = Tensor


def run(model: onnxruntime.InferenceSession, x: Tensor) -> Tensor:
    """Logits, in batches."""
    parts = [model.run(None, {"image": part.numpy()})[0] for part in x.split(256)]
    return torch.from_numpy(np.concatenate(parts))


def all_inputs(data: FerPlus, found: Subjects, margin: float, threshold: float | None) -> Tensor:
    rows = torch.arange(len(data.images))
    return torch.cat([inputs(data, found, margin, threshold, part) for part in rows.split(512)])


def accuracy(logits: Tensor, data: FerPlus) -> dict[str, float]:
    """The share that agrees with the majority vote, and the mean recall of classes with rows."""
    right = logits.argmax(1) == data.majority
    recalls = [
        right[data.majority == c].float().mean()
        for c in range(len(CLASSES))
        if (data.majority == c).sum() >= ROWS
    ]
    return {
        "accuracy": float(right.float().mean()),
        "mean_recall": float(torch.stack(recalls).mean()),
    }


def calibration_error(logits: Tensor, data: FerPlus, bins: int = 15) -> float:
    """Expected calibration error of the best class."""
    confidence, guess = logits.softmax(1).max(1)
    right = (guess == data.majority).float()
    index = (confidence * bins).long().clamp(max=bins - 1)
    error = 0.0
    for b in range(bins):
        here = index == b
        if here.any():
            gap = (confidence[here].mean() - right[here].mean()).abs()
            error += float(here.float().mean() * gap)
    return error


def fit_temperature(logits: Tensor, majority: Tensor) -> float:
    """The temperature of the least negative log-likelihood of the majority vote."""
    grid = torch.exp(torch.linspace(np.log(0.3), np.log(3.0), 231))
    losses = torch.stack([F.cross_entropy(logits / t, majority) for t in grid])
    return round(float(grid[losses.argmin()]), 3)


def curve(
    model: onnxruntime.InferenceSession,
    grey: Tensor,
    order: Order,
    temperature: float,
    insert: bool,
) -> float:
    """Area under the primary's probability of its own first answer as pixels come or go."""
    pixels = grey[0].numel()
    rank = order.flatten(1).argsort(1, descending=True).argsort(1).view_as(grey)
    full = run(model, normalise(grey, torch.ones_like(grey)))
    answer = full.argmax(1, keepdim=True)
    values = []
    for share in torch.linspace(0, 1, 11):
        first = (rank < share * pixels).float()
        kept = first if insert else 1 - first
        logits = run(model, normalise(grey, kept))
        values.append((logits / temperature).softmax(1).gather(1, answer).mean())
    line = torch.stack(values)
    return float((line[1:] + line[:-1]).mean() / 2)


def orders(
    data: FerPlus, found: Subjects, model: onnxruntime.InferenceSession, rows: Tensor
) -> dict[str, Order]:
    """Orders to compare: the estimator's score, chance, a centre prior, the primary itself."""
    rng = torch.Generator().manual_seed(3)
    maps = found.maps[rows][:, None].float() / 255
    side = data.images.shape[-1]
    score = F.interpolate(maps, size=(side, side), mode="bilinear", align_corners=False)
    score = score + torch.rand(score.shape, generator=rng) * 1e-4
    grey = data.images[rows][:, None].float() / 255
    return {
        "estimator": score,
        "chance": torch.rand(score.shape, generator=rng),
        "centre": centre_prior(score),
        "occlusion of the primary": occlusion(model, grey),
    }


def centre_prior(like: Tensor) -> Order:
    """The nearer to the middle, the sooner."""
    line = torch.linspace(-1, 1, like.shape[-1])
    return -(line[:, None].square() + line[None].square()).expand_as(like)


def occlusion(model: onnxruntime.InferenceSession, grey: Tensor, size: int = 6) -> Tensor:
    """How much the primary's answer loses when a square is masked: its own sensitivity."""
    full = run(model, normalise(grey, torch.ones_like(grey))).softmax(1)
    answer = full.argmax(1, keepdim=True)
    cells = grey.shape[-1] // size
    loss = torch.zeros(len(grey), 1, cells, cells)
    for y in range(cells):
        for x in range(cells):
            kept = torch.ones_like(grey)
            kept[:, :, y * size : (y + 1) * size, x * size : (x + 1) * size] = 0
            after = run(model, normalise(grey, kept)).softmax(1)
            loss[:, 0, y, x] = (full.gather(1, answer) - after.gather(1, answer))[:, 0]
    return F.interpolate(loss, size=grey.shape[2:], mode="bilinear", align_corners=False)


def evaluate(
    path: Path, data: FerPlus, found: Subjects, margin: float, temperature: float
) -> dict[str, dict]:
    """Accuracy unmasked and at several thresholds, calibration, curves, recall by class."""
    model = session(path)
    result: dict[str, dict] = {"found": {"share": float(found.found.float().mean())}}
    for threshold in THRESHOLDS:
        x = all_inputs(data, found, margin, threshold)
        logits = run(model, x)
        row = accuracy(logits, data)
        row["calibration_error"] = calibration_error(logits / temperature, data)
        row["confidence"] = float((logits / temperature).softmax(1).amax(1).mean())
        row["kept"] = float((x.abs() > 1e-6).float().mean())
        name = "unmasked" if threshold is None else f"T = {threshold}"
        result[name] = row
        if threshold is None:
            right = logits.argmax(1) == data.majority
            result["recall"] = {
                name: float(right[data.majority == c].float().mean())
                for c, name in enumerate(CLASSES)
            }
    rows = torch.arange(0, len(data.images), 14)[:240]
    grey = data.images[rows][:, None].float() / 255
    for name, order in orders(data, found, model, rows).items():
        result[f"order: {name}"] = {
            "insertion": curve(model, grey, order, temperature, True),
            "deletion": curve(model, grey, order, temperature, False),
        }
    return result
