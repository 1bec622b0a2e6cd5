"""Training images for the hair estimator: drawn hair, people in scenes, pasted people, none."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ..common.archives import (
    HAIR,
    SKIN,
    LabelledImage,
    Places,
    load_celeba,
    load_faces,
    load_scenes,
)
from ..common.canvas import (
    Canvas,
    Planes,
    Source,
    affine,
    face_matrix,
    finish,
    pick,
    place,
    scene,
)
from ..common.distract import Thing, distract, load_things, tinted
from ..common.grades import LOW
from ..common.log import log
from ..common.scenes import shows_animal
from ..common.skin import hand, shaded, skin_colour
from .targets import prepare
from .teach import bare_scalp, hair_people, hairless_names, outlined_hair

# How many whole images keep their framing, how far it is stretched, how many are covered.
OWN, STRETCH, COVERED = 0.6, 1.25, 0.12

# Scenes from half the size that covers the canvas to four times it: wood and fur seen close.
ZOOM = (-0.7, 1.4)


@dataclass
class HairSources:
    """The training part of every set, graded; `scenes` have no human hair."""

    drawn: list[Source]
    portraits: list[Source]
    machine: list[Source]
    bald: list[Source]
    people: list[Source]
    scenes: list[LabelledImage]
    things: list[Thing]


def bald_names(places: Places) -> set[str]:
    """celeba's bald heads."""
    rows = places.rows("celeba")
    return {f"{int(row['index']):05d}" for row in rows if row["hair_color"] == "bald"}


def load_sources(places: Places) -> HairSources:
    """What the recipe says of each set: few machine-made labels, animals twice for their fur."""
    bald = bald_names(places)
    celeba = [p for p in load_celeba(places) if not p.validation]
    scalps = [p for p in celeba if p.name in bald]
    for sample in scalps:
        sample.label = bare_scalp(sample)
    haired = [p for p in celeba if p.name not in bald]
    names = hairless_names()
    pools = {
        "drawn": outlined_hair(places),
        "portraits": [p for p in load_faces(places) if p.source == "CE7454"],
        "machine": haired[::4],
        "bald": scalps,
        "people": [p for p in hair_people(places) if (p.label == HAIR).any()],
    }
    scenes = [p for p in load_scenes(places, names) if not p.validation]
    things = load_things(places, scenes)
    scenes += [p for p in scenes if shows_animal(p)]
    sources = HairSources(
        scenes=scenes,
        things=things,
        **{n: [prepare(p) for p in pool if not p.validation] for n, pool in pools.items()},
    )
    log.info("sources: %s", {name: len(pool) for name, pool in vars(sources).items()})
    return sources


def cover(
    source: Source, target: np.ndarray, known: np.ndarray, rng: np.random.Generator
) -> Planes:
    """A hat, a hand or a plain patch in front of the head: what it hides is no hair."""
    shape, (x, y, w, h) = source.image.shape[:2], source.box
    plane = np.zeros(shape, np.uint8)
    kind = rng.random()
    face = cv2.findNonZero((source.sample.label == SKIN).astype(np.uint8))
    if kind < 0.5 and face is not None:
        left, top, width, height = cv2.boundingRect(face)
        brim = int(top + height * rng.uniform(0.0, 0.25))
        crown = min(y, top) - 0.05 * height
        axes = (int(width * rng.uniform(0.6, 0.95)), max(2, int(brim - crown)))
        cv2.ellipse(plane, (int(left + width / 2), brim), axes, 0, 180, 360, 255, -1)
        if rng.random() < 0.4:
            edge = (int(axes[0] * rng.uniform(1.0, 1.5)), max(2, int(height * 0.06)))
            cv2.ellipse(plane, (int(left + width / 2), brim), edge, 0, 0, 360, 255, -1)
        alpha = cv2.GaussianBlur(plane, (0, 0), 1.0).astype(np.float32)[..., None] / 255
        colour = rng.uniform(0, 255, 3)
    elif kind < 0.75:
        centre = np.array([x, y]) + rng.random(2) * (w, h)
        alpha = hand(shape, centre, h * rng.uniform(0.2, 0.45), rng)
        colour = skin_colour(source, rng)
    else:
        corner = np.array([x, y]) + rng.uniform(-0.2, 0.9, 2) * (w, h)
        ends = corner.astype(int), (corner + rng.uniform(0.15, 0.5, 2) * (w, h)).astype(int)
        cv2.rectangle(plane, *(tuple(p.tolist()) for p in ends), 255, -1)
        alpha = plane.astype(np.float32)[..., None] / 255
        colour = rng.uniform(0, 255, 3)
    image = alpha * shaded(colour, shape, rng) + (1 - alpha) * source.image
    solid = alpha[..., 0] > 0.5
    target, known, cutout = target.copy(), known.copy(), source.cutout.copy()
    target[solid], known[solid], cutout[solid] = LOW, 1, 255
    return image.astype(np.uint8), target, known, cutout


def framed(
    canvas: Canvas, shape: tuple[int, ...], rng: np.random.Generator, largest: float
) -> np.ndarray:
    """Maps an image with its own framing, stretched as the program does, or near or far."""
    height, width = canvas.target.shape
    h, w = shape[:2]
    filling = np.array([width / w, height / h])
    if rng.random() < OWN:
        scale = np.maximum(filling, filling.max() / STRETCH) * np.exp(rng.uniform(0, 0.2))
        turned = rng.normal(0, 4)
    else:
        ends = np.log(filling.min()), np.log(filling.max() * largest)
        stretch = np.exp(rng.normal(0, 0.08))
        scale = np.exp(rng.uniform(*ends)) * np.array([stretch, 1 / stretch])
        turned = rng.uniform(-40, 40) if rng.random() < 0.15 else rng.normal(0, 7)
    free = np.maximum(0, np.array([w, h]) - np.array([width, height]) / scale)
    centre = np.array([w, h]) / 2 + (rng.random(2) - 0.5) * free
    middle = (width / 2, height / 2)
    return affine(tuple(centre), middle, tuple(scale), np.deg2rad(turned), rng.random() < 0.5)


def whole(canvas: Canvas, source: Source, rng: np.random.Generator, largest: float) -> None:
    """An image with its own surroundings, from a little smaller than the canvas on."""
    matrix = framed(canvas, source.image.shape, rng, largest)
    place(canvas, source, matrix, rng, alone=True, cover=cover, covered=COVERED)


def fitting(pool: list[Source], canvas: Canvas, rng: np.random.Generator) -> Source:
    """The one of two sources whose shape is nearer to the canvas's."""

    def misfit(source: Source) -> float:
        shapes = (source.image.shape, canvas.target.shape)
        tall, wanted = (np.log(shape[0] / shape[1]) for shape in shapes)
        return abs(tall - wanted)

    return min((pick(pool, rng) for _ in range(2)), key=misfit)


def hair_colour(source: Source, rng: np.random.Generator) -> np.ndarray:
    """The hair's own colour, a little lighter or darker."""
    hair = source.sample.label == HAIR
    mean = source.image[hair].mean(0) if hair.any() else np.array([70.0, 50.0, 40.0])
    return np.clip(mean * np.exp(rng.normal(0, 0.2)), 0, 255)


def hairless(canvas: Canvas, sources: HairSources, rng: np.random.Generator) -> None:
    """A scene without hair, every third one in the colour of hair, with things on half of them."""
    scene(canvas, sources.scenes, rng, ZOOM)
    if rng.random() < 0.33:
        everywhere = np.ones((*canvas.target.shape, 1), np.float32)
        colour = hair_colour(pick(sources.drawn, rng), rng)
        canvas.image = tinted(canvas.image, everywhere, colour)
    if rng.random() < 0.5:
        distract(canvas, sources.things, sources.portraits, rng, hair_colour)


def paste(canvas: Canvas, sources: HairSources, rng: np.random.Generator) -> None:
    """One to four people in a scene, heads from a fourteenth of the height to all of it."""
    height, width = canvas.target.shape
    hairless(canvas, sources, rng)
    count = int(rng.choice([1, 2, 3, 4], p=[0.5, 0.25, 0.15, 0.1]))
    largest = {1: 1.1, 2: 0.8, 3: 0.6, 4: 0.5}[count]
    for share in sorted(np.exp(rng.uniform(np.log(1 / 14), np.log(largest), count))):
        source = person(sources, rng)
        matrix = face_matrix(source, canvas, share * min(height, width * 1.4), 0.9, rng)
        place(canvas, source, matrix, rng, alone=False, cover=cover)


def person(sources: HairSources, rng: np.random.Generator) -> Source:
    """Drawn labels most of the time; bald heads more often than they are met."""
    kind = rng.random()
    if kind < 0.45:
        return pick(sources.drawn, rng)
    if kind < 0.75:
        return pick(sources.portraits, rng)
    return pick(sources.machine if kind < 0.88 else sources.bald, rng)


def compose(
    sources: HairSources, width: int, height: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One image [H,W,3] in bytes, its target and `known` at half its size."""
    canvas = Canvas.blank(width, height)
    kind = rng.random()
    if kind < 0.28:
        hairless(canvas, sources, rng)
    elif kind < 0.33:
        whole(canvas, pick(sources.people, rng), rng, 1.6)
    elif kind < 0.69:
        whole(canvas, fitting(sources.drawn, canvas, rng), rng, 1.3)
    elif kind < 0.77:
        whole(canvas, pick(sources.portraits, rng), rng, 1.3)
    elif kind < 0.85:
        whole(canvas, pick(sources.machine if kind < 0.80 else sources.bald, rng), rng, 1.3)
    else:
        paste(canvas, sources, rng)
    return finish(canvas, rng, disturbed=0.6)
