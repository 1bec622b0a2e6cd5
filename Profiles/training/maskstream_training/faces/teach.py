"""What the teachers add to the labels: faceless scenes, people in scenes, eyes behind glasses."""

from __future__ import annotations

import cv2
import numpy as np

from ..common.archives import (
    BACKGROUND,
    BROW,
    EYE,
    HAIR,
    IGNORE,
    MOUTH,
    OTHER,
    SKIN,
    LabelledImage,
    Places,
    load_celeba,
    load_faces,
    load_figaro,
    load_scenes,
)
from ..common.log import log
from ..common.scenes import PRESENT, SURE, all_faces, faceless_names, shows_animal
from ..common.teachers import BROWS, EYES, LIPS, OVAL, Face, FaceDetector, Landmarker, paint

DOUBT = 0.1
ANIMAL_DOUBT = 0.35


def label_people(
    detector: FaceDetector, landmarker: Landmarker, sample: LabelledImage
) -> np.ndarray:
    """A label plane for an image that may show people: faces by landmarks, doubt ignored.

    Hair, where Figaro's mask says so, wins over the oval. The band between the oval and the hair
    line is not known and is ignored, and so is every face that only the detector believes in.
    """
    image = sample.image
    label = np.where(sample.label == HAIR, HAIR, BACKGROUND).astype(np.uint8)
    faces = all_faces(detector, image, ANIMAL_DOUBT if shows_animal(sample) else DOUBT)
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


def people(places: Places) -> list[LabelledImage]:
    """Scenes that are not surely faceless and hair images, labelled by the teachers; cached."""
    faceless = faceless_names()
    samples = load_figaro(places)
    samples += [scene for scene in load_scenes(places) if scene.name not in faceless]
    cache = places.work / "people.npz"
    if not cache.exists():
        detector, landmarker = FaceDetector(places.teachers), Landmarker(places.teachers)
        planes = {p.name: label_people(detector, landmarker, p) for p in samples}
        np.savez_compressed(cache, allow_pickle=False, **planes)
        log.info("labelled by the teachers: %d", len(planes))
    labels = np.load(cache)
    for sample in samples:
        sample.label = labels[sample.name]
    return samples


def shows_face(sample: LabelledImage) -> bool:
    """At least one face has labels."""
    return bool((sample.label == SKIN).any())


def scene_without_face(sample: LabelledImage) -> bool:
    """No face is sure and what might be one is ignored; hair images hide too many for that."""
    return sample.source != "Figaro1k" and not shows_face(sample)


def hides_eyes(sample: LabelledImage) -> bool:
    """Glasses cover the eyes of a hand-drawn label, or celeba says Eyeglasses."""
    if sample.source == "CE7454":
        return not (sample.label == EYE).any() and (sample.label == OTHER).any()
    return sample.glasses


def restore_eyes(places: Places, samples: list[LabelledImage]) -> None:
    """Gives wearers of glasses their eyes from the landmarker, in place; cached by name."""
    cache = places.work / "eyes.npz"
    wearers = [p for p in samples if hides_eyes(p)]
    if not cache.exists():
        detector, landmarker = FaceDetector(places.teachers), Landmarker(places.teachers)
        planes = {}
        for sample in wearers:
            for face in detector.faces(sample.image, 0.3)[:1]:
                marks, presence = landmarker.points(sample.image, face)
                if presence > PRESENT:
                    plane = np.zeros(sample.label.shape, np.uint8)
                    for outline in EYES:
                        paint(plane, marks, outline, 1)
                    planes[sample.name] = plane
        np.savez_compressed(cache, allow_pickle=False, **planes)
        log.info("eyes behind glasses: %d of %d", len(planes), len(wearers))
    planes = np.load(cache)
    for sample in wearers:
        sample.glasses = True
        if sample.name in planes.files:
            sample.label[planes[sample.name] > 0] = EYE


def load_portraits(places: Places) -> list[LabelledImage]:
    """Every image with face labels of its own, wearers of glasses with their eyes."""
    samples = load_faces(places) + load_celeba(places)
    restore_eyes(places, samples)
    return samples


def ferplus_blendshapes(places: Places, images: np.ndarray) -> np.ndarray:
    """The landmarker's 52 blendshapes of each FER+ image [N,52], NaN where it sees no face.

    The faces fill their images, so no detector is needed; cached, as it takes minutes.
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
