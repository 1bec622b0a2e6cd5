"""What the teachers add to the labels: faceless scenes, people in scenes, eyes behind glasses."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from .archives import (
    BACKGROUND,
    BROW,
    EYE,
    HAIR,
    IGNORE,
    MOUTH,
    OTHER,
    SKIN,
    Picture,
    Places,
    load_celeba,
    load_faces,
    load_figaro,
    load_scenes,
)
from .teachers import BROWS, EYES, LIPS, OVAL, Face, FaceDetector, Landmarker, overlap, paint
from .training import log

FACELESS = 0.2
DOUBT = 0.1
ANIMAL_DOUBT = 0.35
LAST_ANIMAL = "in_n02655020"
SURE = 0.5
PRESENT = 0.9
LIST = Path(__file__).with_name("faceless.txt")


def views(image: np.ndarray) -> list[tuple[np.ndarray, int, int]]:
    """The picture and its four quarters, each with its offset."""
    height, width = image.shape[:2]
    tiles = [(image, 0, 0)]
    for top in (0, height // 2):
        for left in (0, width // 2):
            tile = image[top : top + (height + 1) // 2, left : left + (width + 1) // 2]
            tiles.append((tile, left, top))
    return tiles


def highest_score(detector: FaceDetector, image: np.ndarray) -> float:
    """Over the picture, its mirror and the quarters of both."""
    return max(
        detector.best(np.ascontiguousarray(tile))
        for picture in (image, image[:, ::-1])
        for tile, _, _ in views(picture)
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
        "# Pictures of saliency.tar on which the full-range face detector stays below 0.2:",
        "# on the picture, its mirror and the quarters of both.",
    ]
    LIST.write_text("\n".join(header + names) + "\n")
    log.info("faceless: %d of %d", len(names), len(scenes))


def all_faces(detector: FaceDetector, image: np.ndarray, threshold: float) -> list[Face]:
    """Faces of the picture and of its quarters, in picture pixels, strongest first."""
    found: list[Face] = []
    for tile, left, top in views(image):
        for face in detector.faces(np.ascontiguousarray(tile), threshold):
            face.box[:2] += (left, top)
            face.points += (left, top)
            found.append(face)
    kept: list[Face] = []
    for face in sorted(found, key=lambda f: -f.score):
        if all(overlap(face.box, other.box) < 0.3 for other in kept):
            kept.append(face)
    return kept


def label_people(detector: FaceDetector, landmarker: Landmarker, picture: Picture) -> np.ndarray:
    """A label plane for a picture that may show people: faces by landmarks, doubt ignored.

    Hair, where Figaro's mask says so, wins over the oval. The band between the oval and the hair
    line is not known and is ignored, and so is every face that only the detector believes in.
    """
    image = picture.image
    label = np.where(picture.label == HAIR, HAIR, BACKGROUND).astype(np.uint8)
    faces = all_faces(detector, image, ANIMAL_DOUBT if shows_animal(picture) else DOUBT)
    for face in faces[::-1]:
        x, y, w, h = face.box
        presence = 0.0
        if face.score >= SURE:
            marks, presence = landmarker.points(image, face)
        if presence < PRESENT:
            pad = 0.5 if face.score >= 0.3 else 0.3
            low = np.maximum(np.floor([x - pad * w, y - pad * h - 0.2 * h]), 0).astype(int)
            high = np.ceil([x + w + pad * w, y + h + pad * h]).astype(int)
            area = label[low[1] : high[1], low[0] : high[0]]
            area[area != HAIR] = IGNORE
            continue
        oval = np.zeros(label.shape, np.uint8)
        paint(oval, marks, OVAL, 1)
        size = max(3, int(0.10 * np.sqrt(oval.sum())) | 1)
        ring = cv2.dilate(oval, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
        up = marks[10] - marks[152]
        forehead = np.zeros_like(oval)
        paint(forehead, marks + up * 0.3, OVAL, 1)
        paint(forehead, marks + up * 0.15, OVAL, 1)
        doubt = ((ring > 0) | (forehead > 0)) & (oval == 0) & (label != HAIR)
        label[doubt] = IGNORE
        face_plane = np.where(oval > 0, SKIN, 0).astype(np.uint8)
        for outline in BROWS:
            paint(face_plane, marks, outline, BROW)
        for outline in EYES:
            paint(face_plane, marks, outline, EYE)
        paint(face_plane, marks, LIPS, MOUTH)
        inside = (oval > 0) & (label != HAIR)
        label[inside] = face_plane[inside]
    return label


def people(places: Places) -> list[Picture]:
    """Scenes that are not surely faceless and hair pictures, labelled by the teachers; cached."""
    faceless = faceless_names()
    pictures = load_figaro(places)
    pictures += [scene for scene in load_scenes(places) if scene.name not in faceless]
    cache = places.work / "people.npz"
    if not cache.exists():
        detector, landmarker = FaceDetector(places.teachers), Landmarker(places.teachers)
        planes = {p.name: label_people(detector, landmarker, p) for p in pictures}
        np.savez_compressed(cache, **planes)
        log.info("labelled by the teachers: %d", len(planes))
    labels = np.load(cache)
    for picture in pictures:
        picture.label = labels[picture.name]
    return pictures


def shows_animal(picture: Picture) -> bool:
    """One of ImageNet's animals; its own face is no face, however much the detector likes it."""
    return "in_" < picture.name <= LAST_ANIMAL


def shows_face(picture: Picture) -> bool:
    """At least one face has labels."""
    return bool((picture.label == SKIN).any())


def scene_without_face(picture: Picture) -> bool:
    """No face is sure and what might be one is ignored; hair pictures hide too many for that."""
    return picture.source != "Figaro1k" and not shows_face(picture)


def hides_eyes(picture: Picture) -> bool:
    """Glasses cover the eyes of a hand-drawn label, or celeba says Eyeglasses."""
    if picture.source == "CE7454":
        return not (picture.label == EYE).any() and (picture.label == OTHER).any()
    return picture.glasses


def restore_eyes(places: Places, pictures: list[Picture]) -> None:
    """Gives wearers of glasses their eyes from the landmarker, in place; cached by name."""
    cache = places.work / "eyes.npz"
    wearers = [p for p in pictures if hides_eyes(p)]
    if not cache.exists():
        detector, landmarker = FaceDetector(places.teachers), Landmarker(places.teachers)
        planes = {}
        for picture in wearers:
            for face in detector.faces(picture.image, 0.3)[:1]:
                marks, presence = landmarker.points(picture.image, face)
                if presence > PRESENT:
                    plane = np.zeros(picture.label.shape, np.uint8)
                    for outline in EYES:
                        paint(plane, marks, outline, 1)
                    planes[picture.name] = plane
        np.savez_compressed(cache, **planes)
        log.info("eyes behind glasses: %d of %d", len(planes), len(wearers))
    planes = np.load(cache)
    for picture in wearers:
        picture.glasses = True
        if picture.name in planes.files:
            picture.label[planes[picture.name] > 0] = EYE


def load_portraits(places: Places) -> list[Picture]:
    """Every picture with face labels of its own, wearers of glasses with their eyes."""
    pictures = load_faces(places) + load_celeba(places)
    restore_eyes(places, pictures)
    return pictures


def ferplus_blendshapes(places: Places, images: np.ndarray) -> np.ndarray:
    """The landmarker's 52 blendshapes of each FER+ picture [N,52], NaN where it sees no face.

    The faces fill their pictures, so no detector is needed; cached, as it takes minutes.
    """
    cache = places.work / f"blendshapes-{len(images)}.npy"
    if not cache.exists():
        landmarker = Landmarker(places.teachers)
        rows = np.full((len(images), 52), np.nan, np.float32)
        side = 144
        eyes = np.array([[0.3, 0.4], [0.7, 0.4]]) * side
        whole = Face(np.array([0.1, 0.1, 0.85, 0.85]) * side, 1.0, eyes)
        for i, image in enumerate(images):
            large = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC)
            marks, presence = landmarker.points(cv2.cvtColor(large, cv2.COLOR_GRAY2RGB), whole)
            if presence > 0.5:
                rows[i] = landmarker.blendshapes(marks)
        np.save(cache, rows)
        log.info("blendshapes: %d of %d", int(np.isfinite(rows[:, 0]).sum()), len(rows))
    return np.load(cache)
