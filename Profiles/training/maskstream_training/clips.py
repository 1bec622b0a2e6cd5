"""Labelled clips for measuring the loop: subjects of known class over scenes, made by script.

Pictures come from the validation split alone. Beside each clip lies a CSV of `start,end,label` for
the program's `--labels`. Clips are for looking and measuring; they never leave the work folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import cv2
import numpy as np

from . import imagenet
from .archives import HAIR, OTHER, Places, load_celeba, load_scenes
from .compose_objects import worth_cutting
from .fer import CLASSES, load_ferplus
from .flicker import RATE, SIZE, film
from .hair_compose import cut_out
from .objects import SAMPLES, load_objects
from .teach import faceless_names
from .training import log

COUNT = 24


@dataclass(frozen=True)
class Actor:
    """A subject to be pasted: RGB, how solid each pixel is in bytes, its label."""

    image: np.ndarray
    alpha: np.ndarray
    label: str


@dataclass(frozen=True)
class Look:
    """How an actor is shown: its height and centre as shares of the picture's, light and blur."""

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


def faces(places: Places, rng: np.random.Generator) -> list[Actor]:
    """FER+ pictures with a clear majority, of several classes in turns."""
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


def heads(places: Places, rng: np.random.Generator) -> list[Actor]:
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


def objects(places: Places, rng: np.random.Generator) -> list[Actor]:
    """ImageNet samples that can be cut out, one of each class."""
    held = [p for p in load_objects(places) if p.validation and p.source == SAMPLES]
    held = [p for p in held if worth_cutting(p)] or held
    index, names = imagenet.index_of_wnid(), imagenet.labels()
    chosen = [held[i] for i in rng.permutation(len(held))]
    return [Actor(p.image, p.mask, names[index[p.wnid]]) for p in chosen]


def in_turns(rows: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> list[int]:
    """`COUNT` rows, one of each label after the other."""
    pools = [list(rng.permutation(rows[labels == label])) for label in np.unique(labels)]
    chosen: list[int] = []
    while len(chosen) < COUNT and any(pools):
        chosen += [int(pool.pop()) for pool in pools if pool]
    return chosen[:COUNT]


ACTORS = {"face-emotion": faces, "hair-color": heads, "object-id": objects}


def draw(scene: np.ndarray, actor: Actor, look: Look) -> np.ndarray:
    """A frame: the actor in the scene, then light and blur over both."""
    width, height = SIZE
    scale = look.height * height / actor.image.shape[0]
    h, w = actor.image.shape[:2]
    corner = np.array([look.x * width, look.y * height]) - np.array([w, h]) * scale / 2
    matrix = np.float32([[scale, 0, corner[0]], [0, scale, corner[1]]])
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


def make(places: Places, profile: str, folder: Path) -> list[Path]:
    """Films every script with a profile's actors; returns the clips."""
    rng = np.random.default_rng(23)
    actors, scenes = ACTORS[profile](places, rng), backgrounds(places, rng)
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

        def scene(moment: float) -> tuple[np.ndarray, np.ndarray]:
            part, at = frames[round(moment * (len(frames) - 1))]
            actor = actors[part.actor % len(actors)]
            image = draw(scenes[part.scene % len(scenes)], actor, part.motion(at))
            return image, np.zeros(0, bool)

        film(scene, len(frames), path, np.random.default_rng(len(frames)))
        path.with_suffix(".csv").write_text("\n".join(lines) + "\n")
        made.append(path)
        log.info("%s: %d frames", path.name, len(frames))
    return made
