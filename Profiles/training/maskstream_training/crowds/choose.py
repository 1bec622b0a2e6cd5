"""What the threshold was chosen by: faces made small over scenes without any, none of the list."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from ..common.archives import Places, load_scenes, read_image
from ..common.geometry import Input, manifest
from ..common.listed import ListedFace, is_listed
from ..common.measures import Measures
from ..common.scenes import faceless_names
from .detect import Detector, ellipses
from .hidden import is_hidden
from .images import quarter

THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.3)
TURNED_LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5)
HEIGHTS = (12, 16, 24, 40, 70)
COLUMNS, ROWS = 4, 2
WIDTH, HEIGHT = 640, 352
COUNT = 60
EVERY = 9
"""One of so many faceless scenes."""
Crowds = list[tuple[np.ndarray, list[ListedFace]]]
"""Images with their faces."""


def choose(places: Places, profile: Path, file: str) -> dict[str, Measures]:
    """Hidden by height in the estimator's input, and faceless area hidden, by one of its files.

    For each threshold; for each level of turned views, with the images turned by 90 degrees.
    """
    spec = manifest(profile)["estimator"]
    detector, grow = Detector(profile / file), spec["detector"]["grow"]
    size = Input(spec["input"]["area"], spec["input"]["multiple"])
    scenes = faceless_scenes(places)
    crowds = draw(places, scenes)
    lying = [
        (np.ascontiguousarray(np.rot90(image, -1)), [quarter(face, HEIGHT) for face in faces])
        for image, faces in crowds
    ]
    empty: Crowds = [(scene, []) for scene in scenes[::EVERY]]
    seen = {
        name: [(views(detector, image, size), image.shape, faces) for image, faces in images]
        for name, images in (("upright", crowds), ("lying", lying), ("empty", empty))
    }
    region = manifest(profile)["levels"]["region"]
    settings = [(f"threshold {t}", "upright", t, np.inf) for t in THRESHOLDS]
    settings += [(f"turned {t}", "lying", region, t) for t in TURNED_LEVELS]
    results: dict[str, Measures] = {}
    for name, kind, threshold, level in settings:
        hidden: dict[int, list[bool]] = {height: [] for height in HEIGHTS[:-1]}
        for boxes, shape, faces in seen[kind]:
            found = ellipses(sure(boxes, threshold, level), shape[1], shape[0], grow)
            for face in faces:
                band = max((h for h in hidden if face.height >= h), default=HEIGHTS[0])
                hidden[band].append(is_hidden(found, face))
        area = [
            ellipses(sure(boxes, threshold, level), shape[1], shape[0], grow).mean()
            for boxes, shape, _ in seen["empty"]
        ]
        results[name] = {
            **{f"from {height}": float(np.mean(some)) for height, some in hidden.items()},
            "faceless": float(np.mean(area)),
        }
    return results


def sure(boxes: tuple[np.ndarray, np.ndarray], threshold: float, level: float) -> np.ndarray:
    """Of upright boxes those above a threshold, and of turned ones those above a level."""
    upright, turned = boxes
    return np.concatenate([upright[upright[:, 4] > threshold], turned[turned[:, 4] > level]])


def views(detector: Detector, image: np.ndarray, size: Input) -> tuple[np.ndarray, np.ndarray]:
    """The boxes of an image seen upright, and of its turned views, turned back."""
    found = []
    for quarters in range(4):
        view = np.ascontiguousarray(np.rot90(image, -quarters))
        boxes = detector.boxes(view, *size.fit(*view.shape[1::-1]))
        high, wide = view.shape[:2]
        for _ in range(quarters):
            x1, y1, x2, y2, score = boxes.T
            boxes = np.stack([y1, wide - x2, y2, wide - x1, score], 1)
            high, wide = wide, high
        found.append(boxes)
    return found[0], np.concatenate(found[1:])


def faceless_scenes(places: Places) -> list[np.ndarray]:
    """Photographs without a face."""
    scenes = load_scenes(places, faceless_names())
    return [scene.image for scene in scenes if scene.source != "imagenet-sample"]


def draw(places: Places, scenes: list[np.ndarray], seed: int = 5) -> Crowds:
    """Images of the estimator's size: a scene, and on it eight of wild_faces, made small."""
    rng, folder = np.random.default_rng(seed), places.archive("wild_faces") / "images"
    rows = [row for row in places.rows("wild_faces") if len(row["boxes"].split()) == 1]
    rows = [row for row in rows if not is_listed(folder / f"{row['name']}.jpg")]
    drawn = []
    for number in range(COUNT):
        image = cv2.resize(scenes[number % len(scenes)], (WIDTH, HEIGHT))
        faces = []
        for cell in range(COLUMNS * ROWS):
            row = rows[(number * COLUMNS * ROWS + cell) % len(rows)]
            box = np.array(row["boxes"].split(",")[:4], float)
            factor = float(np.exp(rng.uniform(*np.log(HEIGHTS[::4])))) / (box[3] - box[1])
            photo = read_image(folder / f"{row['name']}.jpg")
            photo = cv2.resize(photo, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
            faces.append(paste(image, photo, box * factor, cell, rng))
        drawn.append((image, faces))
    return drawn


def paste(
    image: np.ndarray, photo: np.ndarray, box: np.ndarray, cell: int, rng: np.random.Generator
) -> ListedFace:
    """Lays what fits of a photo around its face somewhere into a cell; where the face is then."""
    room = np.array([WIDTH // COLUMNS, HEIGHT // ROWS]) - 2
    start = ((box[:2] + box[2:] - room) / 2).clip(0).astype(int)
    part = photo[start[1] : start[1] + room[1], start[0] : start[0] + room[0]]
    free = room - part.shape[1::-1]
    corner = np.array([cell % COLUMNS, cell // COLUMNS]) * (room + 2) + rng.integers(0, free + 1)
    x, y = corner
    image[y : y + part.shape[0], x : x + part.shape[1]] = part
    x1, y1, x2, y2 = (box + np.tile(corner - start, 2)).tolist()
    return ListedFace((x1, y1, x2, y2))
