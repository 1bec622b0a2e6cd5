"""Scenes without faces: which they are, and what a detector finds in the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .archives import LabelledImage, Places, load_scenes
from .log import log
from .teachers import Face, FaceDetector, box_iou

FACELESS = 0.2
LAST_ANIMAL = "in_n02655020"
# A face is labelled where the detector is this sure and the landmarker finds it this present.
SURE, PRESENT = 0.5, 0.9
LIST = Path(__file__).with_name("faceless.txt")


def views(image: np.ndarray) -> list[tuple[np.ndarray, int, int]]:
    """The image and its four quarters, each with its offset."""
    height, width = image.shape[:2]
    tiles = [(image, 0, 0)]
    for top in (0, height // 2):
        for left in (0, width // 2):
            tile = image[top : top + (height + 1) // 2, left : left + (width + 1) // 2]
            tiles.append((tile, left, top))
    return tiles


def highest_score(detector: FaceDetector, image: np.ndarray) -> float:
    """Over the image, its mirror and the quarters of both."""
    return max(
        detector.best(np.ascontiguousarray(tile))
        for side in (image, image[:, ::-1])
        for tile, _, _ in views(side)
    )


def faceless_names() -> set[str]:
    """The committed list."""
    lines = LIST.read_text().splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def write_faceless(places: Places) -> None:
    """Makes the list anew; the first line of the file is the command."""
    detector = FaceDetector(places.teachers)
    scenes = load_scenes(places)
    names = sorted(p.name for p in scenes if highest_score(detector, p.image) < FACELESS)
    header = [
        "# python -m maskstream_training faceless",
        "# Images of saliency.tar on which the full-range face detector stays below 0.2:",
        "# on the image, its mirror and the quarters of both.",
    ]
    LIST.write_text("\n".join(header + names) + "\n")
    log.info("faceless: %d of %d", len(names), len(scenes))


def all_faces(detector: FaceDetector, image: np.ndarray, threshold: float) -> list[Face]:
    """Faces of the image and of its quarters, in image pixels, strongest first."""
    found: list[Face] = []
    for tile, left, top in views(image):
        for face in detector.faces(np.ascontiguousarray(tile), threshold):
            face.box[:2] += (left, top)
            face.points += (left, top)
            found.append(face)
    kept: list[Face] = []
    for face in sorted(found, key=lambda f: -f.score):
        if all(box_iou(face.box, other.box) < 0.3 for other in kept):
            kept.append(face)
    return kept


def shows_animal(sample: LabelledImage) -> bool:
    """One of ImageNet's animals; its own face is no face, however much the detector likes it."""
    return "in_" < sample.name <= LAST_ANIMAL
