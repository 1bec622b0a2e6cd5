"""What training images are drawn with: warps, scenes, pasted people, disturbances.

Every image is a function of the seed and its number, so a run can stop and go on. Planes are
held as bytes; an image costs a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np

from .archives import IGNORE, OTHER, LabelledImage
from .grades import LOW
from .light import disturb, light
from .relevance import Relevance

Item = TypeVar("Item")


@dataclass
class Source:
    """An image ready to be drawn: relevance, and the cut-out of head, hair and neck."""

    sample: LabelledImage
    relevance: Relevance
    cutout: np.ndarray
    box: tuple[int, int, int, int]

    @property
    def image(self) -> np.ndarray:
        return self.sample.image


Planes = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Image, target, where it is known, and cut-out."""

Cover = Callable[[Source, np.ndarray, np.ndarray, np.random.Generator], Planes]
"""Puts something in front of a source: its planes with the target and `known` given."""


@dataclass
class Canvas:
    """An image under construction with its target and where the target counts."""

    image: np.ndarray
    target: np.ndarray
    known: np.ndarray

    @classmethod
    def blank(cls, width: int, height: int) -> Canvas:
        return cls(
            np.zeros((height, width, 3), np.uint8),
            np.full((height, width), LOW, np.float32),
            np.ones((height, width), np.float32),
        )

    def middle(self, width: int, height: int) -> Canvas:
        """A window of a size in the middle."""
        top, left = ((a - b) // 2 for a, b in zip(self.target.shape, (height, width), strict=True))
        rows, columns = slice(top, top + height), slice(left, left + width)
        planes = (self.image, self.target, self.known)
        return Canvas(*(np.ascontiguousarray(plane[rows, columns]) for plane in planes))


def affine(
    source: tuple[float, float],
    target: tuple[float, float],
    scale: tuple[float, float],
    angle: float,
    mirror: bool,
) -> np.ndarray:
    """Maps image to canvas: point `source` goes to `target`, scaled, turned, mirrored."""
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[cos, -sin], [sin, cos]]) @ np.diag(scale)
    if mirror:
        turn[:, 0] *= -1
    return np.concatenate([turn, (np.array(target) - turn @ np.array(source))[:, None]], 1)


def warp(plane: np.ndarray, matrix: np.ndarray, size: tuple[int, int], border: int) -> np.ndarray:
    """An affine warp that reduces by area first where the matrix shrinks."""
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if scale < 0.8:
        height, width = plane.shape[:2]
        small = max(1, round(width * scale)), max(1, round(height * scale))
        fx, fy = width / small[0], height / small[1]
        plane = cv2.resize(plane, small, interpolation=cv2.INTER_AREA)
        matrix = matrix.copy()
        matrix[:, 2] += matrix[:, :2] @ np.array([(fx - 1) / 2, (fy - 1) / 2])
        matrix[:, 0] *= fx
        matrix[:, 1] *= fy
    return cv2.warpAffine(plane, matrix, size, flags=cv2.INTER_LINEAR, borderMode=border)


def place(
    canvas: Canvas,
    source: Source,
    matrix: np.ndarray,
    rng: np.random.Generator | None,
    alone: bool,
    cover: Cover | None = None,
    covered: float = 0.30,
) -> None:
    """Draws a source onto the canvas: the whole image when `alone`, else its cut-out.

    `cover` puts something in front of it in a fraction `covered` of the images. Without `rng` it is
    drawn as it is.
    """
    height, width = canvas.target.shape
    image, graded, cutout = source.image, source.relevance, source.cutout
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    target = graded.at_scale(scale)
    known = graded.known.astype(np.float32)
    if rng and cover and source.box[2] and rng.random() < covered:
        image, target, known, cutout = cover(source, target, known, rng)
    border = cv2.BORDER_REPLICATE if alone else cv2.BORDER_CONSTANT
    size = (width, height)
    image = warp(image, matrix, size, cv2.BORDER_REPLICATE)
    weight = warp(known, matrix, size, border)
    target = warp(target * known, matrix, size, border) / np.maximum(weight, 1e-3)
    if alone:
        canvas.image, canvas.target, canvas.known = image, target, weight
        return
    alpha = warp(cutout, matrix, size, border).astype(np.float32)[..., None] / 255
    if rng:
        image = light(image, canvas.image, alpha, rng)
    canvas.image = (alpha * image + (1 - alpha) * canvas.image).astype(np.uint8)
    solid = alpha[..., 0]
    canvas.target = solid * target + (1 - solid) * canvas.target
    canvas.known = solid * weight + (1 - solid) * canvas.known


def scene(
    canvas: Canvas,
    scenes: list[LabelledImage],
    rng: np.random.Generator,
    zoom: tuple[float, float] = (0.02, 1.3),
) -> None:
    """Fills the canvas with a part of a faceless scene, now and then with a plain wall.

    `zoom` is the range of the logarithm of how much larger than covering a scene is drawn.
    """
    height, width = canvas.target.shape
    if rng.random() < 0.06:
        canvas.image = wall(width, height, rng)
        return
    canvas.image = view(pick(scenes, rng).image, width, height, rng, zoom)
    if rng.random() < 0.3:
        edge = int(width * rng.uniform(0.25, 0.75))
        other = view(pick(scenes, rng).image, width, height, rng, zoom)
        canvas.image[:, edge:] = other[:, edge:]


def wall(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Nothing but a colour that passes into another."""
    ends = rng.integers(0, 256, (2, 3)).astype(np.float32)
    ramp = np.linspace(0, 1, width, dtype=np.float32)[None, :, None]
    row = ends[0] * (1 - ramp) + ends[1] * ramp
    return np.broadcast_to(row, (height, width, 3)).astype(np.uint8)


def view(
    image: np.ndarray,
    width: int,
    height: int,
    rng: np.random.Generator,
    zoom: tuple[float, float],
) -> np.ndarray:
    """A part of a scene, near or far. What has no face has none on its head, on its side or in
    other colours either: there are few scenes, and they have to stand for all that is no face."""
    if rng.random() < 0.25:
        image = np.rot90(image, int(rng.integers(1, 4)))
    if rng.random() < 0.25:
        image = image[:, :, rng.permutation(3)]
    image = np.ascontiguousarray(image)
    h, w = image.shape[:2]
    scale = max(width / w, height / h) * np.exp(rng.uniform(*zoom))
    free = np.maximum([0, 0], [w - width / scale, h - height / scale])
    centre = rng.random(2) * free + np.array([width, height]) / scale / 2
    angle = np.deg2rad(rng.normal(0, 8))
    matrix = affine(
        tuple(centre), (width / 2, height / 2), (scale, scale), angle, rng.random() < 0.5
    )
    return warp(image, matrix, (width, height), cv2.BORDER_REFLECT_101)


def face_matrix(
    source: Source, canvas: Canvas, face_height: float, spread: float, rng: np.random.Generator
) -> np.ndarray:
    """Puts the face's centre at a random place; `spread` 1 may reach the edges, 0 is centred."""
    height, width = canvas.target.shape
    x, y, w, h = source.box
    scale = face_height / max(h, 1)
    stretch = np.exp(rng.normal(0, 0.06))
    angle = np.deg2rad(
        rng.uniform(-40, 40) if rng.random() < 0.25 else np.clip(rng.normal(0, 8), -25, 25)
    )
    to = (
        width / 2 + (rng.random() - 0.5) * width * spread,
        height / 2 + (rng.random() - 0.5) * height * spread,
    )
    return affine(
        (x + w / 2, y + h / 2),
        to,
        (scale * stretch, scale / stretch),
        angle,
        rng.random() < 0.5,
    )


def pick(pool: list[Item], rng: np.random.Generator) -> Item:
    """One of them, each as likely."""
    return pool[rng.integers(len(pool))]


def finish(
    canvas: Canvas, rng: np.random.Generator, disturbed: float = 1.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Disturbs a fraction of the images as cameras and codecs do, and halves the target."""
    height, width = canvas.target.shape
    image = disturb(canvas.image, rng) if rng.random() < disturbed else canvas.image
    half = (width // 2, height // 2)
    weight = cv2.resize(canvas.known, half, interpolation=cv2.INTER_AREA)
    target = cv2.resize(canvas.target * canvas.known, half, interpolation=cv2.INTER_AREA)
    target = np.clip(target / np.maximum(weight, 1e-3), 0, 1)
    return image, target.astype(np.float32), (weight > 0.5).astype(np.float32)


def cut_out(label: np.ndarray) -> np.ndarray:
    """How solid a pasted person is: all that is labelled as one, its outline softened."""
    person = ((label > 0) & (label <= OTHER)).astype(np.uint8)
    closed = cv2.morphologyEx(person, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    inside = ((closed > 0) & ((person > 0) | (label == IGNORE))).astype(np.uint8) * 255
    return cv2.GaussianBlur(cv2.erode(inside, np.ones((3, 3), np.uint8)), (0, 0), 1.0)
