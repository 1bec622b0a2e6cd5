"""What the teachers add to the labels of hair: people in scenes, bald scalps, and cut-outs."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from ..common.archives import (
    BACKGROUND,
    HAIR,
    IGNORE,
    OTHER,
    SKIN,
    LabelledImage,
    Places,
    load_hair,
    load_scenes,
    read_plane,
)
from ..common.log import log
from ..common.scenes import PRESENT, SURE, all_faces, faceless_names, shows_animal
from ..common.teachers import Face, FaceDetector, Landmarker
from .segmenters import HairSegmenter, PersonSegmenter

# Faceless scenes in which hair can be seen nevertheless, found by looking at all of them.
HAIR_IN_SCENES = frozenset(
    [
        "ecssd_0309",
        "ecssd_0571",
        "ecssd_0971",
        "coco_000000000357",
        "coco_000000000488",
        "coco_000000001268",
        "coco_000000007816",
    ]
)


def hairless_names() -> set[str]:
    """Faceless scenes without human hair; animals' fur is none."""
    names = faceless_names() - HAIR_IN_SCENES
    return {name for name in names if not name.startswith("person_")}


def head(face: Face, shape: tuple[int, ...], reach: float) -> tuple[slice, slice]:
    """The part of an image around a face; hair hangs further down than it stands up."""
    x, y, w, h = face.box
    rows = slice(max(0, int(y - reach * h)), min(shape[0], int(y + (1.6 + reach) * h)))
    return rows, slice(max(0, int(x - reach * w)), min(shape[1], int(x + (1 + reach) * w)))


class PeopleLabels:
    """Labels images that may show people: hair near sure faces, doubt ignored."""

    def __init__(self, places: Places):
        self.detector = FaceDetector(places.teachers)
        self.landmarker = Landmarker(places.teachers)
        self.hair = HairSegmenter(places.teachers)

    def label(self, sample: LabelledImage, person: np.ndarray | None) -> np.ndarray:
        """`person` is the drawn outline of all people, where there is one: no hair beyond it."""
        image = sample.image
        label = np.where(self.hair.share(image) > 0.3, IGNORE, BACKGROUND).astype(np.uint8)
        for face in all_faces(self.detector, image, 0.1)[::-1]:
            presence = self.landmarker.points(image, face)[1] if face.score >= SURE else 0.0
            around = head(face, image.shape, 0.8)
            if presence < PRESENT or face.box[3] < 16:
                label[around] = IGNORE
                continue
            share = self.hair.share(image[around])
            near = np.where(share > 0.8, HAIR, np.where(share < 0.15, BACKGROUND, IGNORE))
            label[around] = near
        if person is not None:
            wide = cv2.dilate(person, np.ones((9, 9), np.uint8)) > 40
            label[~wide] = BACKGROUND
        return label


def hair_people(places: Places) -> list[LabelledImage]:
    """Scenes that are not surely faceless and no animals, labelled by the teachers; cached."""
    faceless = faceless_names()
    samples = [p for p in load_scenes(places) if p.name not in faceless and not shows_animal(p)]
    cache = places.work / "hair-people.npz"
    if not cache.exists():
        teacher, folder = PeopleLabels(places), places.archive("saliency") / "masks"
        planes = {}
        for p in samples:
            outlined = p.name.startswith("person_")
            person = read_plane(folder / f"{p.name}.png") if outlined else None
            planes[p.name] = teacher.label(p, person)
        np.savez_compressed(cache, allow_pickle=False, **planes)
        log.info("hair in scenes labelled by the teachers: %d", len(planes))
    labels = np.load(cache)
    return [replace(p, label=labels[p.name]) for p in samples]


def outlined_hair(places: Places) -> list[LabelledImage]:
    """The drawn hair images with a person's outline (class 6) from the teacher; cached."""
    samples = load_hair(places)
    cache = places.work / "hair-outlines.npz"
    if not cache.exists():
        teacher = PersonSegmenter(places.teachers)
        planes = {p.name: (teacher.share(p.image) > 0.5).astype(np.uint8) for p in samples}
        np.savez_compressed(cache, allow_pickle=False, **planes)
        log.info("people in hair images outlined by the teacher: %d", len(planes))
    outlines = np.load(cache)
    for sample in samples:
        behind = (outlines[sample.name] > 0) & (sample.label == BACKGROUND)
        sample.label[behind] = OTHER
    return samples


def bare_scalp(sample: LabelledImage, reach: float = 2.5) -> np.ndarray:
    """The label of a bald head: what is not known but coloured like the face's skin is no hair.

    The machine labels leave the scalp out, and it is what an estimator has to learn of them.
    """
    label = sample.label
    lab = cv2.cvtColor(sample.image, cv2.COLOR_RGB2LAB).astype(np.float32)
    skin = lab[label == SKIN]
    if len(skin) < 100:
        return label
    away = (np.abs(lab - np.median(skin, 0)) / np.maximum(skin.std(0), 4)).max(2)
    return np.where((label == IGNORE) & (away < reach), OTHER, label).astype(np.uint8)
