"""The primary on FER+'s validation part: accuracy, calibration, and whether scores matter."""

from __future__ import annotations

from pathlib import Path

import onnxruntime
import torch
from torch import Tensor
from torch.nn import functional as F

from ..common.calibration import calibration_error, run
from ..common.curves import Answer, area_under, occlusion, priors
from ..common.geometry import session
from ..common.measures import Measures, interval
from .fer import CLASSES, FerPlus, normalise
from .subjects import Subjects, inputs

ROWS = 32
THRESHOLDS = (None, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.65)


def all_inputs(data: FerPlus, found: Subjects, margin: float, threshold: float | None) -> Tensor:
    rows = torch.arange(len(data.images))
    return torch.cat([inputs(data, found, margin, threshold, part) for part in rows.split(512)])


def accuracy(logits: Tensor, data: FerPlus) -> Measures:
    """Agreement with the majority vote, and the mean recall of classes with enough images."""
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


def answer_to(model: onnxruntime.InferenceSession, grey: Tensor, temperature: float) -> Answer:
    """The primary's probability of its own unmasked answer, from what is kept."""
    best = run(model, normalise(grey, torch.ones_like(grey))).argmax(1, keepdim=True)

    def answer(kept: Tensor) -> Tensor:
        logits = run(model, normalise(grey, kept))
        return (logits / temperature).softmax(1).gather(1, best)[:, 0]

    return answer


def orders(found: Subjects, grey: Tensor, rows: Tensor, answer: Answer) -> dict[str, Tensor]:
    """Orders to compare: the estimator's score, chance, a centre prior, the primary itself."""
    maps = found.maps[rows][:, None].float() / 255
    score = F.interpolate(maps, size=grey.shape[2:], mode="bilinear", align_corners=False)
    noise = torch.rand(score.shape, generator=torch.Generator().manual_seed(3)) * 1e-4
    own = {"occlusion of the primary": occlusion(answer, grey, grey.shape[-1] // 6)}
    return {"estimator": score + noise, **priors(grey), **own}


def evaluate(
    path: Path, data: FerPlus, found: Subjects, margin: float, temperature: float
) -> dict[str, Measures]:
    """Accuracy unmasked and at several thresholds, calibration, curves, recall by class.

    Intervals are of 95 %: of the unmasked accuracy, and of what a threshold changes about it.
    """
    model = session(path)
    result: dict[str, Measures] = {"found": {"share": float(found.found.float().mean())}}
    for threshold in THRESHOLDS:
        x = all_inputs(data, found, margin, threshold)
        logits = run(model, x)
        row = accuracy(logits, data)
        row["calibration_error"] = calibration_error(
            (logits / temperature).softmax(1), data.majority
        )
        row["confidence"] = float((logits / temperature).softmax(1).amax(1).mean())
        row["kept"] = float((x.abs() > 1e-6).float().mean())
        name = "unmasked" if threshold is None else f"T = {threshold}"
        result[name] = row
        right = logits.argmax(1) == data.majority
        if threshold is None:
            whole = right.float().numpy()
            row["interval"] = interval(whole)
            result["recall"] = {
                name: float(right[data.majority == c].float().mean())
                for c, name in enumerate(CLASSES)
            }
        else:
            row["difference_interval"] = interval(right.float().numpy() - whole)
    rows = torch.arange(0, len(data.images), 7)[:240]
    grey = data.images[rows][:, None].float() / 255
    answer = answer_to(model, grey, temperature)
    for name, order in orders(found, grey, rows, answer).items():
        result[f"order: {name}"] = {
            "insertion": area_under(answer, order, True),
            "deletion": area_under(answer, order, False),
        }
    return result
