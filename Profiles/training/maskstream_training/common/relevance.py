"""Graded relevance of a labelled image, at whatever size it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

PART = 0.90
"""The score of a face's parts, and of all that is too small to be graded."""

SMALL, RESOLVED = 16.0, 32.0
"""Heights in estimator pixels: up to the first all scores `PART`, from the second it is graded."""


@dataclass
class Relevance:
    """Planes of one image: target in 0..1, `known` where it counts, and each face's height.

    `heights` is 0 off the faces; on them it is the height of the face in pixels of this plane.
    """

    target: np.ndarray
    known: np.ndarray
    heights: np.ndarray

    def at_scale(self, scale: float) -> np.ndarray:
        """The target when the image is drawn `scale` times as large (in estimator pixels)."""
        highest = self.heights.max()
        if highest == 0 or self.heights[self.heights > 0].min() * scale >= RESOLVED:
            return self.target
        resolved = np.clip((self.heights * scale - SMALL) / (RESOLVED - SMALL), 0, 1)
        return np.where(
            self.heights > 0, resolved * self.target + (1 - resolved) * PART, self.target
        ).astype(np.float32)
