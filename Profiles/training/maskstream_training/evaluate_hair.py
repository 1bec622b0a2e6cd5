"""The hair estimator's metrics on the validation split, as the project's notes define them."""

from __future__ import annotations

import numpy as np

from .archives import HAIR, IGNORE, Picture, Places, load_celeba, load_faces, load_hair
from .archives import load_scenes
from .evaluate_estimator import Map, aspects, faceless
from .geometry import REGION, Confidence, enlarge, subjects
from .hair_compose import bald_names, prepare
from .hair_teach import LAST_ANIMAL, hairless_names
from .measures import authority, iou, mean
from .segmenters import HairSegmenter


def hair(confidence: Map, pictures: list[Picture], level: float = REGION) -> dict[str, object]:
    """Overlap with the hair of one set, and the authority of the threshold over it."""
    overlaps, scores = [], []
    for picture in pictures:
        score = enlarge(confidence(picture.image), *picture.label.shape[::-1])
        truth, known = picture.label == HAIR, picture.label != IGNORE
        overlaps.append(iou(score > level, truth, known))
        scores.append(score)
    low = float(np.mean([value < 0.5 for value in overlaps]))
    return {
        "pictures": len(pictures),
        "hair_iou": mean(overlaps),
        "below_half": low,
        **authority(scores),
    }


def bald(confidence: Map, pictures: list[Picture]) -> dict[str, float]:
    """How much of bald heads' pictures is taken for hair, and how often there is a subject."""
    maps = [confidence(p.image) for p in pictures]
    found = [bool(subjects(m, *p.image.shape[1::-1])) for m, p in zip(maps, pictures)]
    return {
        "pictures": len(pictures),
        "false_area": mean([float((m > REGION).mean()) for m in maps]),
        "with_subject": float(np.mean(found)),
    }


def evaluate(places: Places, confidence: Confidence) -> dict[str, dict]:
    """Everything, keyed by the row of the table."""
    held = [p for p in load_hair(places) if p.validation]
    portraits = [p for p in load_faces(places) if p.validation and p.source == "CE7454"]
    celeba, names = [p for p in load_celeba(places) if p.validation], bald_names(places)
    scenes = [p for p in load_scenes(places, hairless_names()) if p.validation]
    animals = [p for p in scenes if "in_" < p.name <= LAST_ANIMAL]
    sources = [prepare(p) for p in portraits if (p.label == HAIR).mean() > 0.05]
    drawn = {
        "Celeb1k": [p for p in held if p.source == "Celeb1k"],
        "Figaro1k": [p for p in held if p.source == "Figaro1k"],
        "CE7454": portraits,
    }
    run, teacher = confidence.map, HairSegmenter(places.teachers)
    result: dict[str, dict] = {name: hair(run, part) for name, part in drawn.items()}
    for name, part in list(drawn.items())[:2]:
        measured = hair(teacher.share, part, 0.5)
        result[f"teacher, {name}"] = {key: measured[key] for key in ("hair_iou", "below_half")}
    haired = [p for p in celeba if p.name not in names]
    result["celeba (machine-made labels)"] = hair(run, haired)
    result["bald"] = bald(run, [p for p in celeba if p.name in names])
    result["no hair"] = faceless(run, scenes)
    result["animals"] = faceless(run, animals)
    result["aspects"] = aspects(run, sources, scenes)
    return result
