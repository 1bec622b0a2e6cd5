"""The estimator's metrics on the validation split, as the project's notes define them.

Means over pictures at source size; ignored pixels left out; `region` and `parts` cut the map.
"""

from __future__ import annotations

from typing import Callable

import cv2
import numpy as np

from .archives import FACE_CLASSES, IGNORE, PART_CLASSES, Picture, Places, load_scenes
from .compose import Canvas, Source, affine, place, prepare
from .geometry import PARTS, REGION, Confidence, Input, enlarge, subjects
from .measures import authority, iou, mean
from .teach import faceless_names, load_portraits

Map = Callable[[np.ndarray], np.ndarray]
INPUT = Input()


def face_rows(picture: Picture) -> float:
    """The height of the face in rows of the estimator's input."""
    rows = np.flatnonzero(np.isin(picture.label, FACE_CLASSES).any(1))
    if not len(rows):
        return 0.0
    height = picture.label.shape[0]
    return (rows[-1] - rows[0] + 1) * INPUT.fit(picture.label.shape[1], height)[1] / height


def portraits(confidence: Map, pictures: list[Picture]) -> dict[str, float]:
    """Face region, parts and authority of one set."""
    faces, parts, scores = [], [], []
    for picture in pictures:
        label = picture.label
        score = enlarge(confidence(picture.image), label.shape[1], label.shape[0])
        known = label != IGNORE
        faces.append(iou(score > REGION, np.isin(label, FACE_CLASSES), known))
        if picture.source in ("CE7454", "celeba") and face_rows(picture) >= 96:
            parts.append(iou(score > PARTS, np.isin(label, PART_CLASSES), known))
        scores.append(score)
    return {
        "pictures": len(pictures),
        "face_iou": mean(faces),
        "parts_iou": mean(parts),
        **authority(scores),
    }


def faceless(confidence: Map, scenes: list[Picture]) -> dict[str, float]:
    """The share of pixels above `region` where there is no face, and how often there is a subject."""
    shares, found = [], []
    for scene in scenes:
        plane = confidence(scene.image)
        shares.append(float((plane > REGION).mean()))
        found.append(len(subjects(plane, *scene.image.shape[1::-1])))
    return {
        "pictures": len(scenes),
        "false_area": mean(shares),
        "with_subject": float(np.mean([f > 0 for f in found])),
    }


def pasted(
    source: Source,
    scene: Picture,
    width: int,
    height: int,
    face: float,
    rng: np.random.Generator,
    within: int | None = None,
) -> Canvas:
    """One face of `face` rows on a faceless scene, wholly inside, or inside a square in its middle
    whose side is `within`."""
    canvas = Canvas.blank(width, height)
    h, w = scene.image.shape[:2]
    scale = max(width / w, height / h)
    matrix = affine((w / 2, h / 2), (width / 2, height / 2), (scale, scale), 0, False)
    canvas.image = cv2.warpAffine(
        scene.image, matrix, (width, height), borderMode=cv2.BORDER_REFLECT_101
    )
    x, y, bw, bh = source.box
    scale = face / bh
    room = np.array([within or width, within or height]) - np.array([bw * scale, face]) * 1.2
    to = np.array([width, height]) / 2 + (rng.random(2) - 0.5) * room.clip(0)
    centre = (x + bw / 2, y + bh / 2)
    matrix = affine(centre, tuple(to), (scale, scale), 0, False)
    place(canvas, source, matrix, _Calm(), alone=False)
    return canvas


class _Calm:
    """A generator that never occludes and never changes the light."""

    def random(self) -> float:
        return 1.0

    def uniform(self, *_: float) -> float:
        return 0.0

    def normal(self, *args) -> float | np.ndarray:
        return np.zeros(args[2]) if len(args) > 2 else 0.0


def small_faces(
    confidence: Map, sources: list[Source], scenes: list[Picture], rows: tuple[float, float]
) -> dict[str, float]:
    """Faces so many rows high in pictures of 640x360: recall of the component at IoU 0.5, and
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


def shapes(area: int) -> dict[str, tuple[int, int]]:
    """Width and height in pixels for each aspect, all of one area."""
    aspects = {"16:9": 16 / 9, "9:16": 9 / 16, "4:3": 4 / 3, "1:1": 1.0}
    widths = {name: round((area * aspect) ** 0.5) for name, aspect in aspects.items()}
    return {name: (width, round(area / width)) for name, width in widths.items()}


def aspects(confidence: Map, sources: list[Source], scenes: list[Picture]) -> dict[str, float]:
    """IoU of faces 90 rows high in windows of four aspects out of the same pictures."""
    windows = shapes(320 * 192)
    side, common = (choose(map(choose, windows.values())) for choose in (max, min))
    rng, values = np.random.default_rng(6), {name: [] for name in windows}
    for i in range(200):
        source, scene = sources[i % len(sources)], scenes[i % len(scenes)]
        canvas = pasted(source, scene, side, side, 90, rng, within=common)
        for name, size in windows.items():
            window = canvas.middle(*size)
            plane = enlarge(confidence(window.image), *size)
            values[name].append(iou(plane > REGION, window.target > REGION, window.known > 0.5))
    return {name: mean(found) for name, found in values.items()}


def evaluate(places: Places, confidence: Confidence) -> dict[str, dict]:
    """Everything, keyed by the row of the table."""
    held = [p for p in load_portraits(places) if p.validation]
    drawn = [p for p in held if p.source == "CE7454"]
    fasseg = [p for p in held if p.source.startswith("FASSEG")]
    machine = [p for p in held if p.source == "celeba"]
    scenes = [p for p in load_scenes(places, faceless_names()) if p.validation]
    sources = [prepare(p) for p in drawn if not p.glasses]
    run = confidence.map
    result: dict[str, dict] = {
        "CE7454": portraits(run, drawn),
        "CE7454 + FASSEG": portraits(run, drawn + fasseg),
        "celeba (machine-made labels)": portraits(run, machine),
        "faceless": faceless(run, scenes),
        "aspects": aspects(run, sources, scenes),
    }
    for rows in ((24, 48), (48, 96)):
        name = f"faces {rows[0]}-{rows[1]} rows of 360"
        result[name] = small_faces(run, sources, scenes, rows)
    wearers = [p for p in machine + drawn if p.glasses]
    if wearers:
        result["wearers of glasses"] = portraits(run, wearers)
    return result
