"""Hair colour on the validation split: F1, thresholds, calibration, whether scores matter."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..common.calibration import calibration_error, run
from ..common.curves import Answer, area_under, centre_prior
from ..common.geometry import Manifest, session
from ..common.measures import Measures
from .colors import FINE, LABELS, NONE, SCORED, Heads, crops, filled, inputs, scores, view

THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


def answers(logits: Tensor, heads: Heads) -> Tensor:
    """The class of each image; no subject is no hair."""
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


def macro(found: Tensor, heads: Heads) -> Measures:
    """The mean F1 of the five classes and each class's own, and the accuracy."""
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


def crossed(found: Tensor, truth: Tensor, label: int, rounds: int = 500) -> Measures:
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


def orders(rgb: Tensor, score: Tensor, probability: Answer) -> dict[str, Tensor]:
    """The estimator's score, chance, a centre prior, and the primary's own sensitivity."""
    rng = torch.Generator().manual_seed(3)
    return {
        "estimator": score + torch.rand(score.shape, generator=rng) * 1e-4,
        "chance": torch.rand(score.shape, generator=rng),
        "centre": centre_prior(score),
        "the primary's own": sensitivity(rgb, probability),
    }


def sensitivity(rgb: Tensor, probability: Answer, size: int = 4) -> Tensor:
    """How sure the primary is of its answer from each square of the crop alone."""
    cells = rgb.shape[-1] // size
    gain = torch.zeros(len(rgb), 1, cells, cells)
    for y in range(cells):
        for x in range(cells):
            kept = torch.zeros_like(rgb[:, :1])
            kept[:, :, y * size : (y + 1) * size, x * size : (x + 1) * size] = 1
            gain[:, 0, y, x] = probability(kept)
    return F.interpolate(gain, size=rgb.shape[2:], mode="bilinear", align_corners=False)


def evaluate(path: Path, heads: Heads, settings: Manifest) -> dict[str, Measures]:
    """Everything about the shipped primary, keyed by the row of the table."""
    model, primary = session(path), settings["primary"]
    margin, temperature = primary["margin"], primary["temperature"]
    result: dict[str, Measures] = {}
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
    best = run(model, inputs(some, margin, settings["threshold"]["min"])).argmax(1, keepdim=True)

    def probability(kept: Tensor, calibrated: float = 1.0) -> Tensor:
        logits = run(model, filled(rgb, kept)) / calibrated
        return logits.softmax(1).gather(1, best)[:, 0]

    for name, order in orders(rgb, score, probability).items():
        answer = partial(probability, calibrated=temperature)
        result[f"order: {name}"] = {
            "insertion": area_under(answer, order, True),
            "deletion": area_under(answer, order, False),
        }
    return result
