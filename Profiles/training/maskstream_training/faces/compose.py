"""Training images for the face estimator: scenes, portraits, pasted faces, what is no face."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ..common.archives import HAIR, LabelledImage
from ..common.canvas import Canvas, Source, affine, face_matrix, finish, pick, place, scene, warp
from ..common.distract import Thing, distract
from .occlude import occlude

# Scenes from half the size that covers the canvas, where what is in them is as small as the
# smallest faces, to three times it.
ZOOM = (-0.7, 1.1)


@dataclass
class Sources:
    """The training part of every set; `doubtful` have no sure face and doubt ignored."""

    drawn: list[Source]
    machine: list[Source]
    people: list[Source]
    doubtful: list[Source]
    hair: list[LabelledImage]
    scenes: list[LabelledImage]
    things: list[Thing]


def portrait(sources: Sources, rng: np.random.Generator) -> Source:
    """Hand-drawn labels as often as machine-made ones: they alone know foreheads."""
    return pick(sources.drawn if rng.random() < 0.55 else sources.machine, rng)


def compose(
    sources: Sources, width: int, height: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One image [H,W,3] in bytes, its target and `known` at half its size."""
    canvas = Canvas.blank(width, height)
    kind = rng.random()
    if kind < 0.24:
        scene(canvas, sources.scenes, rng, ZOOM)
        if rng.random() < 0.5:
            distract(canvas, sources.things, sources.drawn, rng)
    elif kind < 0.42:
        context(canvas, pick(sources.doubtful if kind < 0.34 else sources.people, rng), rng)
    elif kind < 0.44:
        hair(canvas, pick(sources.hair, rng), rng)
    elif kind < 0.68:
        source = portrait(sources, rng)
        tight = rng.random() < 0.4
        share = rng.uniform(0.75, 1.35) if tight else np.exp(rng.uniform(-1.1, -0.2))
        longest = min(height, width * 1.4)
        matrix = face_matrix(source, canvas, share * longest, 0.15 if tight else 0.35, rng)
        place(canvas, source, matrix, rng, alone=True, cover=occlude)
    else:
        pasted(canvas, sources, rng)
    return finish(canvas, rng)


def pasted(canvas: Canvas, sources: Sources, rng: np.random.Generator) -> None:
    """One to five faces in a scene, every other time none higher than a sixth of it."""
    height, width = canvas.target.shape
    scene(canvas, sources.scenes, rng, ZOOM)
    if rng.random() < 0.4:
        distract(canvas, sources.things, sources.drawn, rng)
    if rng.random() < 0.5:
        heights = np.exp(rng.uniform(np.log(1 / 16), np.log(1 / 6), int(rng.integers(1, 6))))
    else:
        count = int(rng.choice([1, 2, 3, 4], p=[0.5, 0.25, 0.15, 0.1]))
        largest = {1: 1.0, 2: 0.7, 3: 0.5, 4: 0.4}[count]
        heights = np.exp(rng.uniform(np.log(1 / 14), np.log(largest), count))
    for share in sorted(heights):
        source = portrait(sources, rng)
        matrix = face_matrix(source, canvas, share * min(height, width * 1.4), 0.9, rng)
        place(canvas, source, matrix, rng, alone=False, cover=occlude)


def context(canvas: Canvas, source: Source, rng: np.random.Generator) -> None:
    """A part of an image with its own surroundings, covering the canvas."""
    height, width = canvas.target.shape
    h, w = source.image.shape[:2]
    scale = max(width / w, height / h) * np.exp(rng.uniform(0.0, 0.8))
    free = np.maximum([0, 0], [w - width / scale, h - height / scale])
    centre = rng.random(2) * free + np.array([width, height]) / scale / 2
    angle = np.deg2rad(rng.normal(0, 6))
    matrix = affine(
        tuple(centre), (width / 2, height / 2), (scale, scale), angle, rng.random() < 0.5
    )
    place(canvas, source, matrix, rng, alone=True, cover=occlude)


def hair(canvas: Canvas, sample: LabelledImage, rng: np.random.Generator) -> None:
    """A hair image: its hair is known to be no face, the rest is not known."""
    height, width = canvas.target.shape
    h, w = sample.image.shape[:2]
    scale = max(width / w, height / h) * rng.uniform(0.6, 1.2)
    matrix = affine((w / 2, h / 2), (width / 2, height / 2), (scale, scale), 0, rng.random() < 0.5)
    size = (width, height)
    sure = cv2.erode((sample.label == HAIR).astype(np.float32), np.ones((5, 5), np.uint8))
    canvas.image = warp(sample.image, matrix, size, cv2.BORDER_REPLICATE)
    canvas.known = warp(sure, matrix, size, cv2.BORDER_CONSTANT)
