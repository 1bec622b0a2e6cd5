"""What every model is measured by: IoU, authority of the threshold, means and their intervals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

Measures = dict[str, Any]
"""What was measured, by its name."""

LEVELS = np.arange(0.2, 0.8001, 0.05)


def iou(found: np.ndarray, truth: np.ndarray, known: np.ndarray) -> float:
    """Intersection over union where the truth is known; NaN where there is nothing."""
    both, either = (found & truth & known).sum(), ((found | truth) & known).sum()
    return float(both / either) if either else float("nan")


def mean(values: Iterable[float]) -> float:
    """The mean of the finite values, NaN for none."""
    finite = [v for v in values if np.isfinite(v)]
    return float(np.mean(finite)) if finite else float("nan")


def interval(difference: np.ndarray, draws: int = 4000, seed: int = 1) -> list[float]:
    """95 % bootstrap interval of the mean of one value an image."""
    rng, count = np.random.default_rng(seed), len(difference)
    means = difference[rng.integers(count, size=(draws, count))].mean(1)
    return [float(v) for v in np.percentile(means, (2.5, 97.5))]


def authority(scores: Iterable[np.ndarray]) -> Measures:
    """What thresholds keep as a fraction of what 0.2 keeps: medians over score planes."""
    curves = []
    for score in scores:
        kept = np.array([(score > level).mean() for level in LEVELS])
        if kept[0] > 0:
            curves.append(kept / kept[0])
    lines = np.array(curves)
    return {
        "kept_ratio": float(np.median(lines[:, -1])),
        "largest_step": float(np.median(-np.diff(lines, axis=1).min(1))),
        "curve": [round(float(v), 3) for v in np.median(lines, 0)],
    }
