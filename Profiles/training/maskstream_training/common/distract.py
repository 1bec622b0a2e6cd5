"""What is no subject and might be taken for one: hands, smooth shapes, cut-out things.

Drawn on scenes and behind pasted people alike, in the colours of skin or of hair, so that neither a
colour nor the rim of a paste tells a subject.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from .archives import COCO, LabelledImage, Places, read_plane
from .canvas import Canvas, Source, affine, pick, warp
from .light import light
from .skin import shaded, skin_colour, skin_shape

Colour = Callable[[Source, np.random.Generator], np.ndarray]


class Masked(Protocol):
    """An image with a mask, 0 to 255, of what stands out in it."""

    mask: np.ndarray
    source: str


@dataclass
class Thing:
    """An image without a face and the mask, 0 to 255, of what stands out in it."""

    image: np.ndarray
    mask: np.ndarray
    source: str


def worth_cutting(thing: Masked) -> bool:
    """A whole object with a sure outline: hand-made, or soft almost nowhere; not at the edge."""
    solid = thing.mask > 127
    share = solid.mean()
    edge = np.concatenate([solid[0], solid[-1], solid[:, 0], solid[:, -1]]).mean()
    doubt = ((thing.mask > 40) & (thing.mask < 215)).mean() / max(share, 1e-6)
    return 0.03 < share < 0.6 and edge < 0.12 and doubt < 0.25 and thing.source != COCO


def load_things(places: Places, scenes: list[LabelledImage]) -> list[Thing]:
    """Those of the scenes in which something has a sure outline."""
    masks = places.archive("saliency") / "masks"
    things = [Thing(p.image, read_plane(masks / f"{p.name}.png"), p.source) for p in scenes]
    return [thing for thing in things if worth_cutting(thing)]


def distract(
    canvas: Canvas,
    things: list[Thing],
    drawn: list[Source],
    rng: np.random.Generator,
    colour_of: Colour = skin_colour,
) -> None:
    """Puts one to three of them onto the canvas, whose target stays as it is."""
    for _ in range(int(rng.integers(1, 4))):
        kind, colour = rng.random(), colour_of(pick(drawn, rng), rng)
        if kind < 0.5:
            paste(canvas, pick(things, rng), colour if rng.random() < 0.5 else None, rng)
        elif kind < 0.8:
            smooth_shape(canvas, colour, rng)
        else:
            skin_shape(canvas, pick(drawn, rng), rng)


def tinted(image: np.ndarray, weight: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """The image with the mean of what `weight` [H,W,1] counts moved to a colour."""
    mean = (image * weight).sum((0, 1)) / max(float(weight.sum()), 1.0)
    return np.clip(image * (colour / np.maximum(mean, 16)), 0, 255).astype(np.uint8)


def paste(
    canvas: Canvas, thing: Thing, colour: np.ndarray | None, rng: np.random.Generator
) -> None:
    """Draws a thing as large as a face might be, in its own colours or moved to another."""
    height, width = canvas.target.shape
    x, y, w, h = cv2.boundingRect(cv2.findNonZero((thing.mask > 127).astype(np.uint8)))
    scale = np.exp(rng.uniform(np.log(1 / 14), np.log(0.7))) * min(height, width * 1.4) / max(w, h)
    to = rng.random(2) * (width, height)
    turned = np.deg2rad(rng.uniform(-180, 180) if rng.random() < 0.3 else rng.normal(0, 10))
    mirror = rng.random() < 0.5
    matrix = affine((x + w / 2, y + h / 2), tuple(to), (scale, scale), turned, mirror)
    size = (width, height)
    alpha = warp(thing.mask, matrix, size, cv2.BORDER_CONSTANT).astype(np.float32)[..., None] / 255
    image = warp(thing.image, matrix, size, cv2.BORDER_REPLICATE)
    if colour is not None:
        image = tinted(image, alpha, colour)
    image = light(image, canvas.image, alpha, rng)
    canvas.image = (alpha * image + (1 - alpha) * canvas.image).astype(np.uint8)


def smooth_shape(canvas: Canvas, colour: np.ndarray, rng: np.random.Generator) -> None:
    """A shaded ellipse or a cup seen from the side or from above, its content darker or lighter."""
    height, width = canvas.target.shape
    plane, inner = (np.zeros((height, width), np.uint8) for _ in range(2))
    centre = (rng.random(2) * (width, height)).astype(int)
    size = height * np.exp(rng.uniform(np.log(0.04), np.log(0.6)))
    axes = np.maximum(1, size * rng.uniform(0.6, 1.0, 2)).astype(int)
    at, turned = tuple(centre.tolist()), rng.uniform(0, 180)
    if rng.random() < 0.6:
        cv2.ellipse(plane, at, tuple(axes.tolist()), turned, 0, 360, 255, -1, cv2.LINE_AA)
        if rng.random() < 0.5:
            within = np.maximum(1, axes * rng.uniform(0.5, 0.9)).astype(int)
            cv2.ellipse(inner, at, tuple(within.tolist()), turned, 0, 360, 255, -1, cv2.LINE_AA)
    else:
        low, high = (centre - axes).tolist(), (centre + axes).tolist()
        cv2.rectangle(plane, tuple(low), tuple(high), 255, -1)
        rim = (int(axes[0]), max(1, int(axes[0] * rng.uniform(0.1, 0.4))))
        cv2.ellipse(plane, (at[0], high[1]), rim, 0, 0, 360, 255, -1, cv2.LINE_AA)
        cv2.ellipse(inner, (at[0], low[1]), rim, 0, 0, 360, 255, -1, cv2.LINE_AA)
    content = colour * rng.uniform(0.2, 1.3)
    for mask, paint in ((np.maximum(plane, inner), colour), (inner, content)):
        soft = cv2.GaussianBlur(mask, (0, 0), 0.8).astype(np.float32)[..., None] / 255
        painted = shaded(paint, (height, width), rng)
        canvas.image = (soft * painted + (1 - soft) * canvas.image).astype(np.uint8)
