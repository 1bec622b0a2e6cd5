"""What every estimator is measured by: IoU, authority of the threshold, means over images."""

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
