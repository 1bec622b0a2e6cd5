"""The subjects of the labelled clips: faces."""

from __future__ import annotations

import cv2
import numpy as np

from ..common.archives import Places
from ..common.clips import Actor, in_turns
from .fer import CLASSES, load_ferplus


def actors(places: Places, rng: np.random.Generator) -> list[Actor]:
    """FER+ images with a clear majority, of several classes in turns."""
    data = load_ferplus(places.data / "emotion_ferplus_val.npz")
    sure = np.flatnonzero((data.votes.max(1).values >= 0.8).numpy())
    majority = data.majority.numpy()
    chosen = in_turns(sure, majority[sure], rng)
    oval = cv2.ellipse(np.zeros((192, 192), np.uint8), (96, 96), (84, 94), 0, 0, 360, 255, -1)
    alpha = cv2.GaussianBlur(oval, (0, 0), 3)
    return [
        Actor(
            cv2.cvtColor(
                cv2.resize(data.images[i].numpy(), (192, 192), interpolation=cv2.INTER_CUBIC),
                cv2.COLOR_GRAY2RGB,
            ),
            alpha,
            CLASSES[majority[i]],
        )
        for i in chosen
    ]
