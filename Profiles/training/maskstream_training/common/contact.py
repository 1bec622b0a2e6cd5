"""Contact sheets: images beside their confidence, to look at. They never leave the work folder."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from .archives import Places
from .geometry import PARTS, REGION, Confidence, enlarge, subjects


def tile(confidence: Confidence, image: np.ndarray, width: int = 280) -> np.ndarray:
    """An image, and the same with confidence as heat, both levels as lines, subjects as boxes."""
    height = round(width * image.shape[0] / image.shape[1])
    plane = confidence.map(image)
    small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    large = enlarge(plane, width, height)
    heat = cv2.applyColorMap((large * 255).astype(np.uint8), cv2.COLORMAP_TURBO)[:, :, ::-1]
    shown = (0.35 * small + 0.65 * heat).astype(np.uint8)
    for level, colour in ((REGION, (255, 255, 255)), (PARTS, (0, 0, 0))):
        above = (large > level).astype(np.uint8)
        lines, _ = cv2.findContours(above, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        shown = cv2.drawContours(np.ascontiguousarray(shown), lines, -1, colour, 1)
    for s in subjects(plane, width, height):
        corner = (int(s.x), int(s.y)), (int(s.x + s.width), int(s.y + s.height))
        cv2.rectangle(shown, *corner, (255, 0, 255), 1)
    return np.concatenate([small, shown], 1)


def sheet(confidence: Confidence, images: list[np.ndarray], path: Path, columns: int = 3) -> None:
    """Tiles in rows, each cell as high as the highest."""
    tiles = [tile(confidence, image) for image in images]
    height = max(t.shape[0] for t in tiles)
    cells = [cv2.copyMakeBorder(t, 0, height - t.shape[0], 0, 4, 0) for t in tiles]
    while len(cells) % columns:
        cells.append(np.zeros_like(cells[0]))
    rows = [np.concatenate(cells[i : i + columns], 1) for i in range(0, len(cells), columns)]
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.concatenate(rows, 0)[:, :, ::-1])


def frames(path: Path, every: float, most: int = 12) -> list[np.ndarray]:
    """RGB frames of a clip, one every so many seconds."""
    clip = cv2.VideoCapture(str(path))
    stride = max(1, round((clip.get(cv2.CAP_PROP_FPS) or 25) * every))
    taken: list[np.ndarray] = []
    number = 0
    while len(taken) < most and clip.grab():
        if number % stride == 0:
            taken.append(clip.retrieve()[1][:, :, ::-1].copy())
        number += 1
    return taken


def clips(places: Places) -> list[np.ndarray]:
    """Frames of the data's clips, which nothing was trained on."""
    paths = sorted((places.data / "videos").glob("*.m*"))
    return [frame for path in paths for frame in frames(path, every=1.5, most=9)]


def sheets(confidence: Confidence, named: dict[str, list[np.ndarray]], folder: Path) -> None:
    """A sheet for each list of images, by its name."""
    for name, images in named.items():
        sheet(confidence, images, folder / f"{name}.png", columns=4)
