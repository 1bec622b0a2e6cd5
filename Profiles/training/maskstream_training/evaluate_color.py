"""Hair colour on the validation split: F1, thresholds, calibration, whether scores matter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .curves import centre_prior
from .evaluate_primary import run
from .geometry import session
from .hair_colors import FINE, LABELS, NONE, SCORED, Heads, crops, filled, inputs, scores, view

THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


def answers(logits: Tensor, heads: Heads) -> Tensor:
    """The class of each picture; no subject is no hair."""
    none = torch.full_like(heads.labels, NONE)
    return torch.where(heads.found, logits.argmax(1), none)


def f1(found: Tensor, truth: Tensor, label: int) -> float:
    both = int(((found == label) & (truth == label)).sum())
    total = int((found == label).sum() + (truth == label).sum())
    return 2 * both / total if total else float("nan")


def scored(heads: Heads) -> Tensor:
    """Rows of the classes that the mean is over; red and covered are too few for this split."""
    classes = torch.tensor([LABELS.index(name) for name in SCORED])
    return torch.isin(heads.labels, classes)


def macro(found: Tensor, heads: Heads) -> dict[str, float]:
    """The mean F1 of the five classes and each class's own, and the share of right answers."""
    rows = scored(heads)
    found, truth = found[rows], heads.labels[rows]
    each = {name: f1(found, truth, LABELS.index(name)) for name in SCORED}
    return {
        "macro_f1": float(np.mean(list(each.values()))),
        "accuracy": float((found == truth).float().mean()),
        **each,
    }


def interval(values: list[float]) -> tuple[float, float]:
    """The middle 95 % of bootstrap values."""
    low, high = np.nanpercentile(values, (2.5, 97.5))
    return float(low), float(high)


def crossed(found: Tensor, truth: Tensor, label: int, rounds: int = 500) -> dict[str, object]:
    """Recall and F1 of a rare class over pooled folds, with bootstrap intervals."""
    rng = torch.Generator().manual_seed(4)
    count, recalls, scores = len(truth), [], []
    for _ in range(rounds):
        rows = torch.randint(count, (count,), generator=rng)
        some, true = found[rows], truth[rows]
        recalls.append(float((some[true == label] == label).float().mean()))
        scores.append(f1(some, true, label))
    return {
        "pictures": int((truth == label).sum()),
        "recall": float((found[truth == label] == label).float().mean()),
        "recall_95": interval(recalls),
        "f1": f1(found, truth, label),
        "f1_95": interval(scores),
    }


def calibration_error(probabilities: Tensor, truth: Tensor, bins: int = 15) -> float:
    """Expected calibration error of the best class."""
    confidence, guess = probabilities.max(1)
    right, index = (guess == truth).float(), (confidence * bins).long().clamp(max=bins - 1)
    gaps = [(right - confidence)[index == b].sum().abs() for b in range(bins)]
    return float(torch.stack(gaps).sum() / len(truth))


def curve(
    model, rgb: Tensor, order: Tensor, answer: Tensor, temperature: float, insert: bool
) -> float:
    """Area under the probability of `answer` as pixels of the crop come or go in an order."""
    pixels = order[0].numel()
    rank = order.flatten(1).argsort(1, descending=True).argsort(1).view_as(order)
    values = []
    for share in torch.linspace(0, 1, 11):
        first = (rank < share * pixels).float()
        logits = run(model, filled(rgb, first if insert else 1 - first))
        values.append((logits / temperature).softmax(1).gather(1, answer).mean())
    line = torch.stack(values)
    return float((line[1:] + line[:-1]).mean() / 2)


def orders(model, rgb: Tensor, score: Tensor, answer: Tensor) -> dict[str, Tensor]:
    """The estimator's score, chance, a centre prior, and the primary's own sensitivity."""
    rng = torch.Generator().manual_seed(3)
    return {
        "estimator": score + torch.rand(score.shape, generator=rng) * 1e-4,
        "chance": torch.rand(score.shape, generator=rng),
        "centre": centre_prior(score),
        "the primary's own": sensitivity(model, rgb, answer),
    }


def sensitivity(model, rgb: Tensor, answer: Tensor, size: int = 4) -> Tensor:
    """How sure the primary is of its answer from each square of the crop alone."""
    cells = rgb.shape[-1] // size
    gain = torch.zeros(len(rgb), 1, cells, cells)
    for y in range(cells):
        for x in range(cells):
            kept = torch.zeros_like(rgb[:, :1])
            kept[:, :, y * size : (y + 1) * size, x * size : (x + 1) * size] = 1
            gain[:, 0, y, x] = run(model, filled(rgb, kept)).softmax(1).gather(1, answer)[:, 0]
    return F.interpolate(gain, size=rgb.shape[2:], mode="bilinear", align_corners=False)


def evaluate(path: Path, heads: Heads, settings: dict) -> dict[str, dict]:
    """Everything about the shipped primary, keyed by the row of the table."""
    model, primary = session(path), settings["primary"]
    margin, temperature = primary["margin"], primary["temperature"]
    result: dict[str, dict] = {}
    for threshold in THRESHOLDS:
        logits = run(model, inputs(heads, margin, threshold)) / temperature
        row = macro(answers(logits, heads), heads)
        rows = scored(heads) & heads.found
        row["calibration_error"] = calibration_error(logits[rows].softmax(1), heads.labels[rows])
        row["confidence"] = float(logits[rows].softmax(1).amax(1).mean())
        result[f"T = {threshold}"] = row
    rows = torch.nonzero(scored(heads) & heads.found & (heads.labels != NONE)).flatten()[::2]
    some = heads.part(rows[:240])
    at = view(some, margin)
    rgb, score = crops(some, at, None)[0], F.avg_pool2d(scores(some, at), FINE)
    answer = run(model, inputs(some, margin, settings["threshold"]["min"])).argmax(1, keepdim=True)
    for name, order in orders(model, rgb, score, answer).items():
        result[f"order: {name}"] = {
            "insertion": curve(model, rgb, order, answer, temperature, True),
            "deletion": curve(model, rgb, order, answer, temperature, False),
        }
    return result
