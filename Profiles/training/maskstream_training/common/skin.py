"""Hands and limbs, and how a plain colour is shaded."""

from __future__ import annotations

import cv2
import numpy as np

from .archives import SKIN
from .canvas import Canvas, Source


def skin_colour(source: Source, rng: np.random.Generator) -> np.ndarray:
    """The face's own skin, a little lighter or darker."""
    skin = source.sample.label == SKIN
    mean = source.image[skin].mean(0) if skin.any() else np.array([190.0, 150.0, 130.0])
    return np.clip(mean * np.exp(rng.normal(0, 0.12)), 0, 255)


def hand(
    shape: tuple[int, int], centre: np.ndarray, size: float, rng: np.random.Generator
) -> np.ndarray:
    """A palm and three to five fingers, some of them spread; returns a soft 0..1 plane."""
    plane = np.zeros(shape, np.uint8)
    towards = rng.uniform(0, 360)
    palm = (int(size * 0.5), int(size * rng.uniform(0.32, 0.5)))
    cv2.ellipse(plane, tuple(centre.astype(int).tolist()), palm, towards, 0, 360, 255, -1)
    spread = rng.uniform(0.1, 0.35)
    for finger in range(int(rng.integers(3, 6))):
        angle = np.deg2rad(towards) + (finger - 2) * spread
        reach = np.array([np.cos(angle), np.sin(angle)]) * size
        start, end = centre + reach * 0.3, centre + reach * rng.uniform(0.8, 1.15)
        thick = max(1, int(size * rng.uniform(0.14, 0.22)))
        ends = (tuple(start.astype(int).tolist()), tuple(end.astype(int).tolist()))
        cv2.line(plane, *ends, 255, thick, cv2.LINE_AA)
    return cv2.GaussianBlur(plane, (0, 0), 1.0).astype(np.float32)[..., None] / 255


def shaded(colour: np.ndarray, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """A plain colour with a slope of light and a little texture."""
    height, width = shape
    slope = np.linspace(rng.uniform(0.7, 1.0), rng.uniform(0.95, 1.2), width, dtype=np.float32)
    noise = rng.normal(0, 6, (max(2, height // 6), max(2, width // 6), 1)).astype(np.float32)
    texture = cv2.resize(noise, (width, height), interpolation=cv2.INTER_LINEAR)[..., None]
    return np.clip(colour * slope[None, :, None] + texture, 0, 255)


def skin_shape(canvas: Canvas, source: Source, rng: np.random.Generator) -> None:
    """A hand or bare limb in a faceless scene: skin alone is no face."""
    shape = canvas.target.shape
    for _ in range(int(rng.integers(1, 4))):
        centre = rng.random(2) * (shape[1], shape[0])
        size = shape[0] * rng.uniform(0.06, 0.5)
        alpha = hand(shape, centre, size, rng)
        painted = shaded(skin_colour(source, rng), shape, rng)
        canvas.image = (alpha * painted + (1 - alpha) * canvas.image).astype(np.uint8)
