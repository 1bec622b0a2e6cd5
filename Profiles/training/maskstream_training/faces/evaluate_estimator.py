"""The estimator's metrics on the validation split, as the project's notes define them.

Means over images at source size, without ignored pixels; `region` and `parts` are thresholds.
"""

from __future__ import annotations

import cv2
import numpy as np

from ..common.archives import FACE_CLASSES, IGNORE, PART_CLASSES, LabelledImage, Places, load_scenes
from ..common.canvas import Source
from ..common.geometry import PARTS, REGION, Confidence, Input, enlarge
from ..common.measures import Measures, authority, iou, mean
from ..common.probes import Map, aspects, false_area, pasted, people
from ..common.scenes import faceless_names
from .targets import prepare
from .teach import load_portraits

INPUT = Input()


def face_rows(sample: LabelledImage) -> float:
    """The height of the face in rows of the estimator's input."""
    rows = np.flatnonzero(np.isin(sample.label, FACE_CLASSES).any(1))
    if not len(rows):
        return 0.0
    height = sample.label.shape[0]
    return (rows[-1] - rows[0] + 1) * INPUT.fit(sample.label.shape[1], height)[1] / height


def portraits(confidence: Map, samples: list[LabelledImage]) -> Measures:
    """Face region, parts and authority of one set."""
    faces, parts, scores = [], [], []
    for sample in samples:
        label = sample.label
        score = enlarge(confidence(sample.image), label.shape[1], label.shape[0])
        known = label != IGNORE
        faces.append(iou(score > REGION, np.isin(label, FACE_CLASSES), known))
        if sample.source in ("CE7454", "celeba") and face_rows(sample) >= 96:
            parts.append(iou(score > PARTS, np.isin(label, PART_CLASSES), known))
        scores.append(score)
    return {
        "pictures": len(samples),
        "face_iou": mean(faces),
        "parts_iou": mean(parts),
        **authority(scores),
    }


def small_faces(
    confidence: Map, sources: list[Source], scenes: list[LabelledImage], rows: tuple[float, float]
) -> Measures:
    """Faces so many rows high in images of 640x360: recall of the component at IoU 0.5, and
    components of four cells and more that touch no face."""
    rng = np.random.default_rng(5)
    hits, false, count = 0, 0, 200
    for i in range(count):
        source, scene = sources[i % len(sources)], scenes[i % len(scenes)]
        canvas = pasted(source, scene, 640, 360, rng.uniform(*rows), rng)
        plane = confidence(canvas.image)
        truth = cv2.resize(canvas.target, plane.shape[::-1], interpolation=cv2.INTER_AREA) > REGION
        _, components, stats, _ = cv2.connectedComponentsWithStats(
            (plane > REGION).astype(np.uint8), connectivity=8
        )
        hit = False
        for n in range(1, len(stats)):
            here = components == n
            if (here & truth).sum() > 0:
                hit |= iou(here, truth, np.ones_like(truth)) >= 0.5
            elif stats[n, cv2.CC_STAT_AREA] >= 4:
                false += 1
        hits += hit
    return {"recall": hits / count, "false_components": false / count}


def evaluate(places: Places, confidence: Confidence) -> dict[str, Measures]:
    """Everything, keyed by the row of the table."""
    held = [p for p in load_portraits(places) if p.validation]
    drawn = [p for p in held if p.source == "CE7454"]
    fasseg = [p for p in held if p.source.startswith("FASSEG")]
    machine = [p for p in held if p.source == "celeba"]
    scenes = [p for p in load_scenes(places, faceless_names()) if p.validation]
    sources = [prepare(p) for p in drawn if not p.glasses]
    run = confidence.map
    result: dict[str, Measures] = {
        "CE7454": portraits(run, drawn),
        "CE7454 + FASSEG": portraits(run, drawn + fasseg),
        "celeba (machine-made labels)": portraits(run, machine),
        "faceless": false_area(run, [scene.image for scene in scenes]),
        "aspects": aspects(run, 320 * 192, 200, people(sources, scenes)),
    }
    for rows in ((24, 48), (48, 96)):
        name = f"faces {rows[0]}-{rows[1]} rows of 360"
        result[name] = small_faces(run, sources, scenes, rows)
    wearers = [p for p in machine + drawn if p.glasses]
    if wearers:
        result["wearers of glasses"] = portraits(run, wearers)
    return result
