"""How much of known writing a second look finds again, where hiding it was forgotten."""

from __future__ import annotations

import cv2
import numpy as np

from ..common.measures import Measures, mean
from . import draw
from .leftover import Leftover, overlap
from .read import Reader, longest_common

EVERY = 4
"""Of a scene's strings, which stay visible: every fourth, beginning with another in each scene."""
READ = 3
"""Characters in a row from which on something counts as read."""


def planted(scenes: list[draw.Scene], reader: Reader) -> Measures:
    """A string is found when a line is read that overlaps its box. Other lines are false."""
    seen: list[tuple[draw.Text, bool, bool]] = []
    false = 0
    for number, scene in enumerate(scenes):
        shown = scene.texts[number % EVERY :: EVERY]
        lines = Leftover(reader).read(without(scene, shown))
        found = [[line for line in lines if overlap(line.box, around(text))] for text in shown]
        false += len(set(lines) - {line for several in found for line in several})
        for text, several in zip(shown, found, strict=True):
            run = longest_common(reader.read(scene.image, text.corners), text.text)
            seen.append((text, bool(several), run >= READ))
    level = [(found, legible) for text, found, legible in seen if abs(text.slant) < 5]
    return {
        "strings": len(seen),
        "found": mean(found for _, found, _ in seen),
        "found of the legible": mean(found for _, found, legible in seen if legible),
        "level and legible": sum(legible for _, legible in level),
        "found of these": mean(found for found, legible in level if legible),
        "scenes": len(scenes),
        "false lines": false,
    }


def without(scene: draw.Scene, shown: list[draw.Text]) -> np.ndarray:
    """The scene with all writing in black but what is shown."""
    image = scene.image.copy()
    hidden = np.zeros(image.shape[:2], np.uint8)
    for text in scene.texts:
        if not any(text is other for other in shown):
            corners = [np.round(text.corners).astype(np.int32)]
            draw.filled(hidden, text.corners)
            cv2.polylines(hidden, corners, True, 1, draw.SCALE * text.height)
    image[hidden > 0] = 0
    return image


def around(text: draw.Text) -> tuple[int, int, int, int]:
    """The upright box of a string: x, y, width, height."""
    (left, top), (right, bottom) = text.corners.min(0), text.corners.max(0)
    return int(left), int(top), int(right - left), int(bottom - top)
