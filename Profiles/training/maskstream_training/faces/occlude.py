"""Hands, glasses, masks and things in front of a face, drawn at the size of the source."""

from __future__ import annotations

import cv2
import numpy as np

from ..common.archives import EYE
from ..common.canvas import Planes, Source
from ..common.grades import LOW
from ..common.skin import hand, shaded, skin_colour
from .targets import COVER


def glasses(source: Source, rng: np.random.Generator) -> np.ndarray | None:
    """Two rims with a bridge and, for dark ones, filled lenses; placed on the eyes."""
    eyes = (source.sample.label == EYE).astype(np.uint8)
    count, _, _, centres = cv2.connectedComponentsWithStats(eyes, connectivity=8)
    if count != 3:
        return None
    left, right = sorted(centres[1:], key=lambda c: c[0])
    apart = float(np.linalg.norm(right - left))
    if apart < 12:
        return None
    plane = np.zeros(eyes.shape, np.uint8)
    radius = (int(apart * rng.uniform(0.34, 0.44)), int(apart * rng.uniform(0.24, 0.38)))
    thick = max(1, int(apart * rng.uniform(0.02, 0.08)))
    tilt = float(np.rad2deg(np.arctan2(*(right - left)[::-1])))
    dark = rng.random() < 0.45
    for eye in (left, right):
        at = tuple(eye.astype(int).tolist())
        if dark:
            cv2.ellipse(plane, at, radius, tilt, 0, 360, int(rng.integers(190, 256)), -1)
        cv2.ellipse(plane, at, radius, tilt, 0, 360, 255, thick, cv2.LINE_AA)
    along = (right - left) / apart
    inner = (left + along * radius[0]).astype(int), (right - along * radius[0]).astype(int)
    cv2.line(plane, *(tuple(p.tolist()) for p in inner), 255, thick, cv2.LINE_AA)
    return plane.astype(np.float32)[..., None] / 255


def occlude(
    source: Source, target: np.ndarray, known: np.ndarray, rng: np.random.Generator
) -> Planes:
    """Covers part of the face: hands, glasses and masks are 0.6 inside the hull, else 0.05."""
    shape, (x, y, w, h) = source.image.shape[:2], source.box
    kind = rng.random()
    alpha: np.ndarray | None = None
    inside = COVER
    colour = skin_colour(source, rng)
    if kind < 0.4:
        alpha = glasses(source, rng)
        colour = rng.uniform(0, 90, 3) if rng.random() < 0.8 else rng.uniform(0, 255, 3)
    elif kind < 0.75:
        edge = rng.uniform(0, 2 * np.pi)
        reach = np.array([np.cos(edge) * w, np.sin(edge) * h]) * rng.uniform(0.2, 0.6)
        centre = np.array([x + w / 2, y + h / 2]) + reach
        alpha = hand(shape, centre, h * rng.uniform(0.25, 0.5), rng)
    elif kind < 0.87:
        plane = np.zeros(shape, np.uint8)
        at = (int(x + w / 2), int(y + h * 0.82))
        cv2.ellipse(plane, at, (int(w * 0.42), int(h * 0.30)), 0, 0, 360, 255, -1)
        alpha = cv2.GaussianBlur(plane, (0, 0), 1.0).astype(np.float32)[..., None] / 255
        colour = rng.uniform(20, 255, 3)
    else:
        plane = np.zeros(shape, np.uint8)
        corner = rng.uniform([x - w * 0.2, y - h * 0.1], [x + w, y + h])
        size = rng.uniform(0.2, 0.5, 2) * (w, h)
        ends = corner.astype(int), (corner + size).astype(int)
        cv2.rectangle(plane, *(tuple(p.tolist()) for p in ends), 255, -1)
        alpha = plane.astype(np.float32)[..., None] / 255
        colour, inside = rng.uniform(0, 255, 3), LOW
    if alpha is None:
        return source.image, target, known, source.cutout
    image = alpha * shaded(colour, shape, rng) + (1 - alpha) * source.image
    solid = alpha[..., 0] > 0.5
    face = source.relevance.heights > 0
    target, known, cutout = target.copy(), known.copy(), source.cutout.copy()
    target[solid] = np.where(face[solid], inside, LOW)
    if inside == COVER:
        target[solid & (source.relevance.target > 0.85)] = COVER
    known[solid] = 1
    cutout[solid] = 255
    return image.astype(np.uint8), target, known, cutout
