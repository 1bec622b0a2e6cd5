"""Light, colour, sharpness and compression: what happens to an image on its way to the program."""

from __future__ import annotations

import cv2
import numpy as np


def light(
    face: np.ndarray, scene: np.ndarray, alpha: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Moves a pasted person some of the way to the brightness and colour of its surroundings."""
    weight = alpha.sum()
    if weight < 4:
        return face
    mean = (face * alpha).sum((0, 1)) / weight
    around = scene.reshape(-1, 3).mean(0)
    pull = rng.uniform(0.0, 0.45)
    gain = ((1 - pull) * mean + pull * around) / np.maximum(mean, 1)
    gain = np.clip(gain, 0.35, 1.6) * np.exp(rng.normal(0, 0.12) + rng.normal(0, 0.04, 3))
    out = face.astype(np.float32) * gain
    if rng.random() < 0.25:
        width = face.shape[1]
        side = np.linspace(rng.uniform(0.3, 1), rng.uniform(0.6, 1.3), width, dtype=np.float32)
        out *= side[None, :: int(rng.choice([1, -1])), None]
    return np.clip(out, 0, 255).astype(np.uint8)


def tone(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Gamma, exposure, contrast and colour cast as one table a channel."""
    x = np.linspace(0, 1, 256, dtype=np.float32)
    table = np.empty((256, 1, 3), np.uint8)
    gamma = np.exp(rng.normal(0, 0.25))
    gain, lift = np.exp(rng.normal(0, 0.15)), rng.normal(0, 0.04)
    if rng.random() < 0.15:
        gain, gamma = rng.uniform(0.12, 0.5), rng.uniform(1.0, 1.6)
    cast = np.exp(rng.normal(0, 0.10 if rng.random() < 0.7 else 0.25, 3))
    for c in range(3):
        curve = np.clip((x**gamma) * gain * cast[c] + lift, 0, 1)
        table[:, 0, c] = np.round(curve * 255)
    return cv2.LUT(image, table)


def grey(image: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def blur(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Out of focus, or moved while the shutter was open."""
    if rng.random() < 0.6:
        return cv2.GaussianBlur(image, (0, 0), rng.uniform(0.5, 1.8))
    length = int(rng.integers(3, 9))
    kernel = np.zeros((length, length), np.float32)
    angle = rng.uniform(0, np.pi)
    reach = (length - 1) / 2 * np.array([np.cos(angle), np.sin(angle)])
    middle = (length - 1) / 2
    start = tuple(np.round(middle - reach).astype(int).tolist())
    end = tuple(np.round(middle + reach).astype(int).tolist())
    cv2.line(kernel, start, end, 1.0)
    return cv2.filter2D(image, -1, kernel / kernel.sum())


def coarse(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Seen through fewer pixels than the estimator has: small sources are enlarged."""
    height, width = image.shape[:2]
    scale = rng.uniform(0.2, 0.7)
    small = max(8, int(width * scale)), max(8, int(height * scale))
    reduced = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
    return cv2.resize(reduced, (width, height), interpolation=cv2.INTER_LINEAR)


def jpeg(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    quality = int(rng.integers(20, 85))
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def disturb(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A random few of all of these."""
    if rng.random() < 0.8:
        image = tone(image, rng)
    if rng.random() < 0.20:
        image = grey(image)
    if rng.random() < 0.15:
        image = coarse(image, rng)
    elif rng.random() < 0.18:
        image = blur(image, rng)
    if rng.random() < 0.2:
        scale = rng.uniform(2, 14)
        noise = rng.standard_normal(image.shape, dtype=np.float32) * scale
        image = np.clip(image + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.25:
        image = jpeg(image, rng)
    return image
