"""The hair estimator's metrics on the validation split, as the project's notes define them."""

from __future__ import annotations

import numpy as np

from ..common.archives import (
    HAIR,
    IGNORE,
    LabelledImage,
    Places,
    load_celeba,
    load_faces,
    load_hair,
    load_scenes,
)
from ..common.geometry import REGION, Confidence, enlarge
from ..common.measures import Measures, authority, iou, mean
from ..common.probes import Map, aspects, false_area, people
from ..common.scenes import shows_animal
from .compose import bald_names
from .segmenters import HairSegmenter
from .targets import prepare
from .teach import hairless_names


def hair(confidence: Map, samples: list[LabelledImage], level: float = REGION) -> Measures:
    """IoU with the hair of one set, and the authority of the threshold over it."""
    ious, scores = [], []
    for sample in samples:
        score = enlarge(confidence(sample.image), *sample.label.shape[::-1])
        truth, known = sample.label == HAIR, sample.label != IGNORE
        ious.append(iou(score > level, truth, known))
        scores.append(score)
    low = float(np.mean([value < 0.5 for value in ious]))
    return {
        "pictures": len(samples),
        "hair_iou": mean(ious),
        "below_half": low,
        **authority(scores),
    }


def evaluate(places: Places, confidence: Confidence) -> dict[str, Measures]:
    """Everything, keyed by the row of the table."""
    held = [p for p in load_hair(places) if p.validation]
    portraits = [p for p in load_faces(places) if p.validation and p.source == "CE7454"]
    celeba, names = [p for p in load_celeba(places) if p.validation], bald_names(places)
    scenes = [p for p in load_scenes(places, hairless_names()) if p.validation]
    animals = [p for p in scenes if shows_animal(p)]
    sources = [prepare(p) for p in portraits if (p.label == HAIR).mean() > 0.05]
    drawn = {
        "Celeb1k": [p for p in held if p.source == "Celeb1k"],
        "Figaro1k": [p for p in held if p.source == "Figaro1k"],
        "CE7454": portraits,
    }
    run, teacher = confidence.map, HairSegmenter(places.teachers)
    result: dict[str, Measures] = {name: hair(run, part) for name, part in drawn.items()}
    for name, part in list(drawn.items())[:2]:
        measured = hair(teacher.share, part, 0.5)
        result[f"teacher, {name}"] = {key: measured[key] for key in ("hair_iou", "below_half")}
    haired = [p for p in celeba if p.name not in names]
    result["celeba (machine-made labels)"] = hair(run, haired)
    result["bald"] = false_area(run, [p.image for p in celeba if p.name in names])
    result["no hair"] = false_area(run, [p.image for p in scenes])
    result["animals"] = false_area(run, [p.image for p in animals])
    result["aspects"] = aspects(run, 320 * 192, 200, people(sources, scenes))
    return result
