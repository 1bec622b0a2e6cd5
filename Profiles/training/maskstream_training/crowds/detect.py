"""CenterFace's outputs as boxes, and boxes as what is hidden: the program's steps in Python."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..common.geometry import resized, session

IMAGE, STRIDE = "image", 4
"""The network's input, and its pixels from one cell of its outputs to the next."""
FLOOR = 0.05
"""The score below which the program drops a box."""


class Detector:
    """The converted network, with an image of any size."""

    def __init__(self, path: Path, most_overlap: float = 0.3):
        self.session = session(path)
        self.most_overlap = most_overlap

    def boxes(self, image: np.ndarray, width: int, height: int) -> np.ndarray:
        """x1, y1, x2, y2, score of each face of an RGB image, which is resized for the network."""
        values = resized(image, width, height).astype(np.float32).transpose(2, 0, 1)[None]
        outputs = self.session.run(None, {IMAGE: np.ascontiguousarray(values)})
        found = suppressed(decoded(*(output[0] for output in outputs)), self.most_overlap)
        sides = image.shape[1] / width, image.shape[0] / height
        return found * (*sides, *sides, 1)


def decoded(heat: np.ndarray, size: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """Boxes in the input's pixels; sizes and offsets come down before across."""
    rows, columns = np.nonzero(heat[0] >= FLOOR)
    high, wide = np.exp(size[:, rows, columns]) * STRIDE
    y = (rows + offset[0, rows, columns] + 0.5) * STRIDE
    x = (columns + offset[1, rows, columns] + 0.5) * STRIDE
    corners = [x - wide / 2, y - high / 2, x + wide / 2, y + high / 2]
    return np.stack([*corners, heat[0, rows, columns]], 1)


def suppressed(boxes: np.ndarray, most_overlap: float) -> np.ndarray:
    """The boxes that overlap no better one by so much or more, best first."""
    left, kept = boxes[np.argsort(-boxes[:, 4], kind="stable")], []
    while len(left):
        kept.append(left[0])
        left = left[1:][ious(left[0], left[1:]) < most_overlap]
    return np.array(kept).reshape(-1, 5)


def ious(box: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Intersection over union of a box with each of the others."""
    sides = np.minimum(box[2:4], others[:, 2:4]) - np.maximum(box[:2], others[:, :2])
    both = sides.clip(0).prod(1)
    areas = (others[:, 2:4] - others[:, :2]).prod(1)
    return both / (areas + (box[2:4] - box[:2]).prod() - both)


def ellipses(boxes: np.ndarray, width: int, height: int, grow: float) -> np.ndarray:
    """The pixels inside the ellipses of boxes, each grown on all sides by a fraction of itself."""
    inside = np.zeros((height, width), bool)
    for x1, y1, x2, y2, *_ in boxes:
        middle, half = np.array([x1 + x2, y1 + y2]) / 2, np.array([x2 - x1, y2 - y1]) * (0.5 + grow)
        low = np.floor(middle - half).clip(0).astype(int)
        high = np.ceil(middle + half).clip(0, (width, height)).astype(int)
        x = (np.arange(low[0], high[0]) + 0.5 - middle[0]) / half[0]
        y = (np.arange(low[1], high[1]) + 0.5 - middle[1]) / half[1]
        inside[low[1] : high[1], low[0] : high[0]] |= x**2 + y[:, None] ** 2 < 1
    return inside
