"""Labelled clips for measuring the loop: subjects of known class over scenes, made by script.

Images come from the validation split alone. Beside each clip lies a CSV of `start,end,label` for
the program's `--labels`. Clips are for looking and measuring; they never leave the work folder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from .archives import Places, load_scenes
from .flicker import RATE, SIZE, Frame, Scene, film
from .log import log
from .scenes import faceless_names

COUNT = 24


@dataclass(frozen=True)
class Actor:
    """A subject to be pasted: RGB, how solid each pixel is in bytes, its label."""

    image: np.ndarray
    alpha: np.ndarray
    label: str


@dataclass(frozen=True)
class Look:
    """How an actor is shown: its height and centre as fractions of the image's, light and blur."""

    height: float = 0.6
    x: float = 0.5
    y: float = 0.5
    light: float = 1.0
    blur: float = 0.0


Motion = Callable[[float], Look]
"""The look at a moment, 0 to 1, of an actor's part."""


@dataclass(frozen=True)
class Part:
    """An actor's part of a clip; a new scene begins with it or not."""

    actor: int
    seconds: float
    motion: Motion
    scene: int


def rest(_: float) -> Look:
    return Look()


def wander(at: float) -> Look:
    x, y = 0.28 * np.sin(2 * np.pi * 2 * at), 0.12 * np.sin(2 * np.pi * 3 * at)
    return Look(0.5, 0.5 + x, 0.5 + y)


def recede(at: float) -> Look:
    return Look(0.75 - 0.5 * np.sin(np.pi * at))


def dim(at: float) -> Look:
    return Look(light=1 - 0.8 * np.sin(np.pi * at))


def defocus(at: float) -> Look:
    return Look(blur=6 * np.sin(np.pi * at))


SCRIPTS: dict[str, list[Part]] = {
    "rests": [Part(0, 24, rest, 0)],
    "wanders": [Part(1, 24, wander, 1)],
    "recedes": [Part(2, 24, recede, 2)],
    "dims": [Part(3, 24, dim, 3)],
    "defocuses": [Part(4, 24, defocus, 4)],
    "takes-turns": [Part(5 + i, 4, rest, 5) for i in range(6)],
    "cuts": [Part(11 + i, 4, wander, 6 + i) for i in range(6)],
    "rests-then-others": [
        Part(0, 40, rest, 12),
        *(Part(17 + i, 3, rest, 13 + i) for i in range(5)),
    ],
    **{
        f"long-then-others-{i}": [
            Part(first, 40, rest, 12 + i),
            *(Part(first + 1 + k, 3, rest, 13 + i + k) for k in range(5)),
        ]
        for i, first in enumerate((0, 6, 12, 18), start=1)
    },
}


def in_turns(rows: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> list[int]:
    """`COUNT` rows, one of each label after the other."""
    pools = [list(rng.permutation(rows[labels == label])) for label in np.unique(labels)]
    chosen: list[int] = []
    while len(chosen) < COUNT and any(pools):
        chosen += [int(pool.pop()) for pool in pools if pool]
    return chosen[:COUNT]


def draw(scene: np.ndarray, actor: Actor, look: Look) -> np.ndarray:
    """A frame: the actor in the scene, then light and blur over both."""
    width, height = SIZE
    scale = look.height * height / actor.image.shape[0]
    h, w = actor.image.shape[:2]
    corner = np.array([look.x * width, look.y * height]) - np.array([w, h]) * scale / 2
    matrix = np.array([[scale, 0, corner[0]], [0, scale, corner[1]]], np.float32)
    image = cv2.warpAffine(actor.image, matrix, SIZE, flags=cv2.INTER_LINEAR)
    alpha = cv2.warpAffine(actor.alpha, matrix, SIZE)[..., None].astype(np.float32) / 255
    frame = (alpha * image + (1 - alpha) * scene) * look.light
    return cv2.GaussianBlur(frame, (0, 0), look.blur) if look.blur > 0.3 else frame


def backgrounds(places: Places, rng: np.random.Generator) -> list[np.ndarray]:
    """Scenes without a face at the clips' size."""
    scenes = [p.image for p in load_scenes(places, faceless_names()) if p.validation]
    width, height = SIZE
    result = []
    for i in rng.permutation(len(scenes)):
        h, w = scenes[i].shape[:2]
        scale = max(width / w, height / h)
        large = cv2.resize(scenes[i], (int(np.ceil(w * scale)), int(np.ceil(h * scale))))
        y, x = (large.shape[0] - height) // 2, (large.shape[1] - width) // 2
        result.append(large[y : y + height, x : x + width].astype(np.float32))
    return result


def shot(frames: list[tuple[Part, float]], actors: list[Actor], scenes: list[np.ndarray]) -> Scene:
    """The frames of a script, each a part and the moment of it."""

    def scene(moment: float) -> Frame:
        part, at = frames[round(moment * (len(frames) - 1))]
        actor = actors[part.actor % len(actors)]
        image = draw(scenes[part.scene % len(scenes)], actor, part.motion(at))
        return image, np.zeros(0, bool)

    return scene


Casting = Callable[[Places, np.random.Generator], list[Actor]]
"""A profile's actors, drawn from its data."""


def make(places: Places, cast: Casting, folder: Path) -> list[Path]:
    """Films every script with a profile's actors; returns the clips."""
    rng = np.random.default_rng(23)
    actors, scenes = cast(places, rng), backgrounds(places, rng)
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, parts in SCRIPTS.items():
        path = folder / f"{name}.mp4"
        frames: list[tuple[Part, float]] = []
        lines, start = ["start,end,label"], 0.0
        for part in parts:
            count = round(part.seconds * RATE)
            frames += [(part, i / max(1, count - 1)) for i in range(count)]
            label = actors[part.actor % len(actors)].label
            lines.append(f"{start},{start + part.seconds},{label}")
            start += part.seconds
        film(shot(frames, actors, scenes), len(frames), path, np.random.default_rng(len(frames)))
        path.with_suffix(".csv").write_text("\n".join(lines) + "\n")
        made.append(path)
        log.info("%s: %d frames", path.name, len(frames))
    return made
