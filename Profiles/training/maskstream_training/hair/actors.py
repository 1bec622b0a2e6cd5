"""The subjects of the labelled clips: portraits."""

from __future__ import annotations

import cv2
import numpy as np

from ..common.archives import HAIR, OTHER, Places, load_celeba
from ..common.canvas import cut_out
from ..common.clips import Actor, in_turns


def actors(places: Places, rng: np.random.Generator) -> list[Actor]:
    """Portraits of a known hair colour, several colours in turns."""
    colours = {f"{int(row['index']):05d}": row["hair_color"] for row in places.rows("celeba")}
    held = [
        p
        for p in load_celeba(places)
        if p.validation
        and colours[p.name] not in ("other", "bald")
        and (p.label == HAIR).mean() > 0.1
        and (p.label == OTHER).mean() < 0.5
    ]
    labels = np.array([colours[p.name] for p in held])
    chosen = in_turns(np.arange(len(held)), labels, rng)
    return [Actor(held[i].image, without_holes(held[i].label), str(labels[i])) for i in chosen]


def without_holes(label: np.ndarray) -> np.ndarray:
    """The cut-out of a person with what is not labelled inside of it."""
    solid = (cut_out(label) > 127).astype(np.uint8)
    outlines, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = cv2.drawContours(np.zeros_like(solid), outlines, -1, 255, -1)
    return cv2.GaussianBlur(filled, (0, 0), 1)
