"""Cut-out things from Tux Paint's stamps: photographs and some drawings, outlined by their alpha.

The folder is that of Debian's package tuxpaint-stamps-default.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from ..common.archives import Places
from .images import ObjectImage, looked_at
from .loading import cached_attention

FOLDER = Path("/usr/share/tuxpaint/stamps")
NO_THINGS = ("symbols", "cartoon", "flags", "houses/", "seasonal/hanukkah", "_mirror", "_flip")
LONGEST, LEAST, MARGIN = 320, 90, 24
GREY = 140


def load_stamps(places: Places, folder: Path = FOLDER) -> list[ObjectImage]:
    """The stamps as objects to paste, none of them for validation."""
    if not folder.is_dir():
        raise SystemExit(f"{folder} is missing: apt-get install tuxpaint-stamps-default")
    stamps = [(name, *cut(pixels)) for name, pixels in opened(folder)]
    # Where the classifier looks depends on what it sees: the thing on a plain ground.
    maps = cached_attention(
        places.work / "stamp-attention.npz",
        [(name, on_grey(image, mask), mask) for name, image, mask in stamps],
    )
    return [looked_at(name, image, mask, maps[name], "Tux Paint") for name, image, mask in stamps]


def on_grey(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The thing on a ground of one grey."""
    cover = mask[..., None] / 255
    return (cover * image + (1 - cover) * GREY).astype(np.uint8)


def opened(folder: Path) -> Iterator[tuple[str, np.ndarray]]:
    """The names and BGRA pixels of the stamps that show a thing, in a fixed order."""
    for path in sorted(folder.rglob("*.png"), key=str):
        name = path.relative_to(folder).as_posix()
        if any(part in name for part in NO_THINGS):
            continue
        pixels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        if pixels is None or pixels.ndim != 3 or pixels.shape[2] != 4 or pixels.dtype != np.uint8:
            continue
        if min(pixels.shape[:2]) >= LEAST and (pixels[..., 3] > 127).mean() >= 0.03:
            yield name, pixels


def cut(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """RGB and mask at the size of the other images, with a margin.

    The colours at the rim go on outside of it, so that a paste shows nothing else there.
    """
    scale = min(1, LONGEST / max(pixels.shape[:2]))
    size = tuple(max(1, round(side * scale)) for side in pixels.shape[1::-1])
    alpha = pixels[..., 3:].astype(np.float32) / 255
    weighted = cv2.resize(pixels[..., 2::-1] * alpha, size, interpolation=cv2.INTER_AREA)
    opacity = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    colours = weighted / np.maximum(opacity[..., None], 1e-3)
    seen = opacity > 0.05
    labels = cv2.distanceTransformWithLabels(
        (~seen).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )[1]
    nearest = np.zeros((labels.max() + 1, 3), np.float32)
    nearest[labels[seen]] = colours[seen]
    colours = np.where(seen[..., None], colours, nearest[labels]).clip(0, 255).astype(np.uint8)
    mask = np.round(opacity * 255).astype(np.uint8)
    rim = (MARGIN,) * 4
    return (
        cv2.copyMakeBorder(colours, *rim, cv2.BORDER_REPLICATE),
        cv2.copyMakeBorder(mask, *rim, cv2.BORDER_CONSTANT),
    )
