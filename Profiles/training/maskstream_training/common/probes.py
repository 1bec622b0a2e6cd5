"""Measures of every estimator that need no labels of their own: false area, aspects."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from .archives import LabelledImage
from .canvas import Canvas, Source, affine, place
from .geometry import REGION, enlarge, subjects
from .measures import Measures, iou, mean

Map = Callable[[np.ndarray], np.ndarray]
"""From an image to its confidence map."""


def false_area(confidence: Map, images: list[np.ndarray]) -> Measures:
    """The fraction of pixels above `region` where there is nothing, and how often a subject."""
    maps = [confidence(image) for image in images]
    found = [bool(subjects(m, *image.shape[1::-1])) for m, image in zip(maps, images, strict=True)]
    return {
        "pictures": len(images),
        "false_area": mean([float((m > REGION).mean()) for m in maps]),
        "with_subject": float(np.mean(found)),
    }


def shapes(area: int) -> dict[str, tuple[int, int]]:
    """Width and height in pixels for each aspect, all of one area."""
    aspects = {"16:9": 16 / 9, "9:16": 9 / 16, "4:3": 4 / 3, "1:1": 1.0}
    widths = {name: round((area * aspect) ** 0.5) for name, aspect in aspects.items()}
    return {name: (width, round(area / width)) for name, width in widths.items()}


def pasted(
    source: Source,
    scene: LabelledImage,
    width: int,
    height: int,
    face: float,
    rng: np.random.Generator,
    within: int | None = None,
) -> Canvas:
    """One face of `face` rows on a faceless scene, wholly inside, or inside a square in its middle
    whose side is `within`."""
    canvas = Canvas.blank(width, height)
    h, w = scene.image.shape[:2]
    scale = max(width / w, height / h)
    matrix = affine((w / 2, h / 2), (width / 2, height / 2), (scale, scale), 0, False)
    canvas.image = cv2.warpAffine(
        scene.image, matrix, (width, height), borderMode=cv2.BORDER_REFLECT_101
    )
    x, y, bw, bh = source.box
    scale = face / bh
    room = np.array([within or width, within or height]) - np.array([bw * scale, face]) * 1.2
    to = np.array([width, height]) / 2 + (rng.random(2) - 0.5) * room.clip(0)
    centre = (x + bw / 2, y + bh / 2)
    matrix = affine(centre, tuple(to), (scale, scale), 0, False)
    place(canvas, source, matrix, None, alone=False)
    return canvas


Draw = Callable[[int, int, int], Canvas]
"""Draws a square canvas: its number, its side, and the side of the middle to draw within."""


def aspects(confidence: Map, area: int, count: int, draw: Draw) -> Measures:
    """IoU at `region` in windows of four aspects and one area, out of the same `count` canvases."""
    windows = shapes(area)
    side, common = (choose(map(choose, windows.values())) for choose in (max, min))
    values: dict[str, list[float]] = {name: [] for name in windows}
    for i in range(count):
        canvas = draw(i, side, common)
        for name, size in windows.items():
            window = canvas.middle(*size)
            plane = enlarge(confidence(window.image), *size)
            values[name].append(iou(plane > REGION, window.target > REGION, window.known > 0.5))
    return {name: mean(found) for name, found in values.items()}


def people(sources: list[Source], scenes: list[LabelledImage]) -> Draw:
    """Draws one person each, 90 rows high, on scenes without any."""
    rng = np.random.default_rng(6)

    def draw(i: int, side: int, common: int) -> Canvas:
        source, scene = sources[i % len(sources)], scenes[i % len(scenes)]
        return pasted(source, scene, side, side, 90, rng, within=common)

    return draw
