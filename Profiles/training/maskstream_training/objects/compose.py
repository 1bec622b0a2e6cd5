"""Training images for the object estimator: whole images, pasted objects, and none at all."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ..common.archives import COCO, SAMPLES
from ..common.canvas import Canvas, affine, finish, pick, wall, warp
from ..common.distract import worth_cutting
from ..common.grades import LOW, OBJECT
from ..common.light import light
from .images import ObjectImage

SIZES = ((224, 128), (128, 224), (192, 128), (128, 192), (160, 160))
SHARES = (0.22, 0.20, 0.22, 0.18, 0.18)
WEIGHTS = {"ECSSD": 1.0, SAMPLES: 0.7, COCO: 0.6, "HumanSeg290": 0.8}


@dataclass
class Sources:
    """Images by their shape, objects worth cutting out, and parts without any object."""

    wide: list[ObjectImage]
    high: list[ObjectImage]
    cutouts: list[ObjectImage]
    plain: list[np.ndarray]


def beside(sample: ObjectImage) -> np.ndarray | None:
    """The largest strip of an image beside its object, above it or below, if it is worth it."""
    found = cv2.findNonZero((sample.mask > 12).astype(np.uint8))
    if found is None:
        return None
    x, y, w, h = cv2.boundingRect(found)
    image, left, top = sample.image, max(0, x - 4), max(0, y - 4)
    strips = [image[:, :left], image[:, x + w + 4 :], image[:top], image[y + h + 4 :]]
    strips = [s for s in strips if min(s.shape[:2]) >= 56]
    return max(strips, key=lambda s: s.size, default=None)


def sources_of(samples: list[ObjectImage]) -> Sources:
    """Sorts images, each as often as its set weighs, by a fixed draw."""
    rng = np.random.default_rng(7)
    shown = [p for p in samples if rng.random() < WEIGHTS.get(p.source, 1.0)]
    strips = (beside(p) for p in samples if p.source != "HumanSeg290")
    return Sources(
        wide=[p for p in shown if p.image.shape[1] >= p.image.shape[0]],
        high=[p for p in shown if p.image.shape[1] <= p.image.shape[0]],
        cutouts=[p for p in samples if worth_cutting(p)],
        plain=[s for s in strips if s is not None],
    )


def target_of(sample: ObjectImage) -> np.ndarray:
    """The graded score: LOW outside, from the grading's floor up to its ceiling inside."""
    grade = OBJECT.floor + (OBJECT.ceiling - OBJECT.floor) * (sample.attention / 255)
    return (LOW + sample.mask / 255 * (grade - LOW)).astype(np.float32)


def covering(
    width: int, height: int, shape: tuple[int, ...], zoom: float, rng: np.random.Generator
) -> np.ndarray:
    """Maps an image over the whole canvas, stretched by at most a fifth, at a random place."""
    h, w = shape[:2]
    scale = np.array([width / w, height / h])
    scale = np.maximum(scale, scale.max() / 1.2) * zoom
    free = np.maximum(0, np.array([w, h]) - np.array([width, height]) / scale)
    centre = rng.random(2) * free + np.array([width, height]) / scale / 2
    middle = (width / 2, height / 2)
    return affine(tuple(centre), middle, tuple(scale), 0, rng.random() < 0.5)


def whole(canvas: Canvas, sample: ObjectImage, rng: np.random.Generator) -> None:
    """An image, all of it or a part."""
    height, width = canvas.target.shape
    zoom = 1.0 if rng.random() < 0.5 else np.exp(rng.uniform(0, 0.5))
    matrix = covering(width, height, sample.image.shape, zoom, rng)
    canvas.image = warp(sample.image, matrix, (width, height), cv2.BORDER_REPLICATE)
    canvas.target = warp(target_of(sample), matrix, (width, height), cv2.BORDER_REPLICATE)


def plain(canvas: Canvas, sources: Sources, rng: np.random.Generator) -> None:
    """Something without an object: a strip of an image, now and then a plain wall."""
    height, width = canvas.target.shape
    if rng.random() < 0.1:
        canvas.image = wall(width, height, rng)
        return
    strip = pick(sources.plain, rng)
    matrix = covering(width, height, strip.shape, np.exp(rng.uniform(0, 0.4)), rng)
    canvas.image = warp(strip, matrix, (width, height), cv2.BORDER_REFLECT_101)


def paste(
    canvas: Canvas,
    sample: ObjectImage,
    share: float,
    rng: np.random.Generator,
    within: int | None = None,
) -> None:
    """Draws an object, `share` of the canvas high or wide, wherever it fits, or wherever it fits in
    a square in the middle whose side is `within`."""
    height, width = canvas.target.shape
    x, y, w, h = cv2.boundingRect(cv2.findNonZero((sample.mask > 40).astype(np.uint8)))
    scale = share * min(width / w, height / h)
    extent = np.array([width, height])
    room = np.maximum(0.1, ((within or extent) - np.array([w, h]) * scale) / extent)
    to = extent * (0.5 + (rng.random(2) - 0.5) * room)
    angle = np.deg2rad(np.clip(rng.normal(0, 8), -20, 20))
    stretch = np.exp(rng.normal(0, 0.06))
    matrix = affine(
        (x + w / 2, y + h / 2),
        tuple(to),
        (scale * stretch, scale / stretch),
        angle,
        rng.random() < 0.5,
    )
    size = (width, height)
    alpha = warp(sample.mask, matrix, size, cv2.BORDER_CONSTANT).astype(np.float32) / 255
    attention = warp(sample.attention, matrix, size, cv2.BORDER_REPLICATE)
    image = warp(sample.image, matrix, size, cv2.BORDER_REPLICATE)
    image = light(image, canvas.image, alpha[..., None], rng)
    cover = alpha[..., None]
    canvas.image = (cover * image + (1 - cover) * canvas.image).astype(np.uint8)
    grade = OBJECT.floor + (OBJECT.ceiling - OBJECT.floor) * (attention / 255)
    canvas.target = alpha * grade + (1 - alpha) * canvas.target


def compose(
    sources: Sources, width: int, height: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One image [H,W,3] in bytes, its target and `known` at half its size."""
    canvas = Canvas.blank(width, height)
    kind = rng.random()
    if kind < 0.72:
        fitting = sources.wide if width > height else sources.high if height > width else None
        pool = fitting or (sources.wide if rng.random() < 0.6 else sources.high)
        whole(canvas, pick(pool, rng), rng)
        if kind < 0.05:
            paste(canvas, pick(sources.cutouts, rng), np.exp(rng.uniform(-1.4, -0.7)), rng)
    else:
        plain(canvas, sources, rng)
        if kind < 0.92:
            count = int(rng.choice([1, 2, 3], p=[0.6, 0.25, 0.15]))
            shares = np.exp(rng.uniform(np.log(0.12), np.log((0.95, 0.65, 0.5)[count - 1]), count))
            for share in sorted(shares):
                paste(canvas, pick(sources.cutouts, rng), share, rng)
    return finish(canvas, rng)
