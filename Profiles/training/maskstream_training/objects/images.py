"""Images with objects, and the squares that the program cuts out of them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

MARGIN = 0.1


@dataclass
class ObjectImage:
    """RGB, mask 0 to 255, and the classifier's attention over the mask, 0 to 255."""

    name: str
    image: np.ndarray
    mask: np.ndarray
    attention: np.ndarray
    source: str
    validation: bool
    wnid: str


def box_of(mask: np.ndarray) -> tuple[float, float, float]:
    """Centre and side of the square that the program would crop around a mask."""
    rows, columns = np.flatnonzero((mask > 127).any(1)), np.flatnonzero((mask > 127).any(0))
    height, width = mask.shape
    if not len(rows):
        return width / 2, height / 2, max(width, height)
    x, y = (columns[0] + columns[-1] + 1) / 2, (rows[0] + rows[-1] + 1) / 2
    side = max(columns[-1] - columns[0], rows[-1] - rows[0]) + 1
    return x, y, side * (1 + 2 * MARGIN)


def inside(box: tuple[float, float, float], shape: tuple[int, ...]) -> tuple[float, float, float]:
    """A square moved into an image; it is at most as large as the image's shorter side."""
    height, width = shape[:2]
    side = min(box[2], width, height)
    x, y = (
        np.clip(at, side / 2, limit - side / 2)
        for at, limit in zip(box[:2], (width, height), strict=True)
    )
    return float(x), float(y), side


def square(plane: np.ndarray, box: tuple[float, float, float], side: int) -> np.ndarray:
    """A square of an image at `side` pixels, the image's edge repeated where it leaves it."""
    x, y, length = box
    low_x, low_y = round(x - length / 2), round(y - length / 2)
    length = max(1, round(length))
    height, width = plane.shape[:2]
    before = (max(0, -low_y), max(0, low_y + length - height))
    beside = (max(0, -low_x), max(0, low_x + length - width))
    part = plane[max(0, low_y) : low_y + length, max(0, low_x) : low_x + length]
    part = cv2.copyMakeBorder(part, *before, *beside, cv2.BORDER_REPLICATE)
    method = cv2.INTER_AREA if length > side else cv2.INTER_LINEAR
    return cv2.resize(part, (side, side), interpolation=method)


def spread(plane: np.ndarray, box: tuple[float, float, float], mask: np.ndarray) -> np.ndarray:
    """Attention at image size, as its rank within the mask: 0 for the least, 255 for the most.

    The rank rather than the value, so that every threshold takes away its part of the object.
    """
    height, width = mask.shape
    x, y, length = box
    scale = length / plane.shape[0]
    low = np.array([x, y]) - length / 2 + scale / 2
    matrix = np.array([[scale, 0, low[0]], [0, scale, low[1]]], np.float32)
    large = cv2.warpAffine(
        plane, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    inside = mask > 127
    values = np.sort((large[inside] if inside.any() else large.ravel())[::7])
    rank = np.searchsorted(values, large) / max(1, len(values))
    return np.round(rank * 255).astype(np.uint8)


def looked_at(
    name: str,
    image: np.ndarray,
    mask: np.ndarray,
    attention: np.ndarray,
    source: str,
    validation: bool = False,
    wnid: str = "",
) -> ObjectImage:
    """An image whose attention is that of the classifier to the square around its mask."""
    ranks = spread(attention.astype(np.float32), box_of(mask), mask)
    return ObjectImage(name, image, mask, ranks, source, validation, wnid)
