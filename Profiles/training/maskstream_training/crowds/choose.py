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

THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.3)
HEIGHTS = (12, 16, 24, 40, 70)
COLUMNS, ROWS = 4, 2
WIDTH, HEIGHT = 640, 352
COUNT = 60
EVERY = 9
"""One of so many faceless scenes."""


def choose(places: Places, profile: Path) -> dict[str, Measures]:
    """For each threshold: hidden by height in the estimator's input, and faceless area hidden."""
    spec = manifest(profile)["estimator"]
    detector, grow = Detector(profile / "estimator.onnx"), spec["detector"]["grow"]
    size = Input(spec["input"]["area"], spec["input"]["multiple"])
    scenes = [
        s.image for s in load_scenes(places, faceless_names()) if s.source != "imagenet-sample"
    ]
    crowds = draw(places, scenes)
    found = [(detector.boxes(image, WIDTH, HEIGHT), faces) for image, faces in crowds]
    empty = [
        (detector.boxes(s, *size.fit(*s.shape[1::-1])), s.shape[1::-1]) for s in scenes[::EVERY]
    ]
    results: dict[str, Measures] = {}
    for threshold in THRESHOLDS:
        hidden: dict[int, list[bool]] = {height: [] for height in HEIGHTS[:-1]}
        for boxes, faces in found:
            mask = ellipses(boxes[boxes[:, 4] > threshold], WIDTH, HEIGHT, grow)
            for face in faces:
                band = max((h for h in hidden if face.height >= h), default=HEIGHTS[0])
                hidden[band].append(is_hidden(mask, face))
        area = [ellipses(b[b[:, 4] > threshold], w, h, grow).mean() for b, (w, h) in empty]
        results[f"threshold {threshold}"] = {
            **{f"from {height}": float(np.mean(some)) for height, some in hidden.items()},
            "faceless": float(np.mean(area)),
        }
    return results


def draw(places: Places, scenes: list[np.ndarray]) -> list[tuple[np.ndarray, list[ListedFace]]]:
    """Images of the estimator's size: a scene, and on it eight of wild_faces, made small."""
    rng, folder = np.random.default_rng(5), places.archive("wild_faces") / "images"
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
