"""Does packing pay for a detector? Faces in scenes, full frames of several sizes beside canvases.

The detector is nudenet's YOLOv8n, which finds faces among other things. Full frames are as high as
16:9 needs, up to a multiple of 32, and not square: that is the cheaper way to show them.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from importlib.metadata import files
from pathlib import Path

import cv2
import numpy as np

from ..common.archives import FACE_CLASSES, Places, load_faces, load_scenes
from ..common.geometry import manifest, resized, session
from ..common.log import log
from ..common.measures import Measures, interval
from ..common.program import canvases, emptied
from ..common.report import milliseconds
from ..common.scenes import faceless_names
from .detect import ious, suppressed
from .films import COLUMNS, ROWS, Cutout, cutout, draw, shrunk

WIDTH, HEIGHT = 1280, 720
SCENES, FACES = 60, 6
SIZES = 36, 72
"""Heights of faces, in pixels."""
LOOKS = (("face-emotion", 1.0), ("face-emotion", 4.0), ("faces", 1.0), ("faces", 0.5))
"""Profiles, and how many times their estimator's area."""
FULL = (320, 640, 960)
CANVASES = (224, 320)
DETECTED = (1, 12)
"""Female and male faces among nudenet's classes."""
SCORE, MOST_OVERLAP, MATCH = 0.2, 0.45, 0.5
"""Of a detection, between detections, and between a detection and a face."""
MOST = 16
"""Subjects on a canvas."""

Scene = tuple[np.ndarray, np.ndarray]
"""An RGB image, and its faces: x1, y1, x2, y2."""


def scenes(places: Places) -> list[Scene]:
    """Six faces, each in a cell of its own, in scenes that have none."""
    rng = np.random.default_rng(41)
    faces = portraits(places)
    faces = [faces[i] for i in rng.permutation(len(faces))]
    grounds = [s.image for s in load_scenes(places, faceless_names()) if s.validation]
    return [composed(grounds, faces, number, rng) for number in range(SCENES)]


def portraits(places: Places) -> list[Cutout]:
    """Bare faces that validate, with boxes around what is labelled as face."""
    found = []
    for sample in load_faces(places):
        if sample.source == "CE7454" and sample.validation:
            rows, columns = np.nonzero(np.isin(sample.label, FACE_CLASSES))
            box = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], float)
            found.append(cutout(sample.image, box))
    return found


def composed(
    grounds: list[np.ndarray], faces: list[Cutout], number: int, rng: np.random.Generator
) -> Scene:
    ground = grounds[rng.integers(len(grounds))]
    image = cv2.resize(ground, (WIDTH, HEIGHT)).astype(np.float32)
    cell, boxes = np.array([WIDTH / COLUMNS, HEIGHT / ROWS]), []
    for index, place in enumerate(rng.permutation(COLUMNS * ROWS)[:FACES]):
        height = float(np.exp(rng.uniform(*np.log(SIZES))))
        face = shrunk(faces[(number * FACES + index) % len(faces)], height)
        low, high = face.box[:2], face.box[2:]
        scale = height / (high - low)[1]
        middle = cell * (place % COLUMNS + 0.5, place // COLUMNS + 0.5)
        middle += rng.uniform(-1, 1, 2) * (cell / 2 - height)
        shift = middle - scale * (low + high) / 2
        draw(image, face, np.array([[scale, 0, shift[0]], [0, scale, shift[1]]]))
        boxes.append([*(scale * low + shift), *(scale * high + shift)])
    return image.clip(0, 255).astype(np.uint8), np.array(boxes)


class Faces:
    """The detector, with an input of any size in multiples of 32."""

    def __init__(self) -> None:
        found = files("nudenet") or []
        self.session = session(Path(next(f for f in found if f.name == "320n.onnx").locate()))
        self.spent: dict[str, list[float]] = {}

    def __call__(self, image: np.ndarray, name: str) -> np.ndarray:
        """x1, y1, x2, y2, score of each face of an RGB image; counts the processor time."""
        started = time.process_time()
        values = np.ascontiguousarray(image.astype(np.float32).transpose(2, 0, 1)[None] / 255)
        rows = self.session.run(None, {"images": values})[0][0]
        scores = rows[4:][list(DETECTED)].max(0)
        middle, half = rows[:2], rows[2:4] / 2
        boxes = np.concatenate([middle - half, middle + half, scores[None]]).T[scores > SCORE]
        found = suppressed(boxes, MOST_OVERLAP)
        self.spent.setdefault(name, []).append(1000 * (time.process_time() - started))
        return found

    def full(self, image: np.ndarray, width: int) -> np.ndarray:
        """Faces of a frame that is shown at this width."""
        height = -(-width * image.shape[0] // image.shape[1] // 32) * 32
        found = self(resized(image, width, height), f"full {width}x{height}")
        sides = image.shape[1] / width, image.shape[0] / height
        return found * (*sides, *sides, 1)

    def packed(self, canvas: np.ndarray, places: list[Measures], name: str) -> np.ndarray:
        """Faces of a canvas in the frame's pixels; each belongs where its centre lies."""
        found = []
        for box in self(canvas, name):
            middle = (box[:2] + box[2:4]) / 2
            for place in places:
                begin = np.array(place["from"][:2])
                if (middle >= begin).all() and (middle < begin + place["from"][2:]).all():
                    corners = (box[:4].reshape(2, 2) - begin) / place["scale"] + place["to"][:2]
                    found.append([*corners.reshape(4), box[4]])
        return suppressed(np.array(found).reshape(-1, 5), MOST_OVERLAP)


def recall(found: np.ndarray, truth: np.ndarray) -> float:
    """The fraction of the faces that a detection overlaps by half or more, each its own."""
    left, hits = found, 0
    for face in truth:
        if len(left) and (overlaps := ious(face, left)).max() >= MATCH:
            left, hits = np.delete(left, overlaps.argmax(), 0), hits + 1
    return hits / len(truth)


def packed(places: Places, profiles: Path) -> None:
    """Recall and processor time of every way; `packed.json` in the work folder."""
    made, detector = scenes(places), Faces()
    recalls: dict[str, list[float]] = {}
    for width in FULL:
        recalls[f"full {width}"] = [recall(detector.full(i, width), t) for i, t in made]
    cost: dict[str, float] = {}
    for name, times in LOOKS:
        key = f"{name}, {times:g} times its area"
        profile = varied(profiles / name, places.work / "packed", times)
        cost[key] = milliseconds(profile, WIDTH, HEIGHT)
        for side in CANVASES:
            canvases = canvases_of(places, profile, side, [i for i, _ in made])
            recalls[f"packed {side}, {key}"] = [
                recall(detector.packed(canvas, spots, f"packed {side}"), truth)
                for (canvas, spots), (_, truth) in zip(canvases, made, strict=True)
            ]
        log.info("%s: measured", key)
    write(recalls, {k: float(np.median(v)) for k, v in detector.spent.items()}, cost, places.work)


def varied(profile: Path, folder: Path, times: float) -> Path:
    """A copy that looks at so many times the area, and whose canvas takes all subjects."""
    copy = folder / profile.name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(profile, copy)
    path, settings = copy / "profile.yaml", manifest(copy)
    area = settings["estimator"]["input"]["area"]
    text = path.read_text().replace(f"    area: {area}", f"    area: {round(area * times)}")
    path.write_text(re.sub(r"max_subjects: \d+", f"max_subjects: {MOST}", text))
    return copy


def canvases_of(
    places: Places, profile: Path, side: int, images: list[np.ndarray]
) -> list[tuple[np.ndarray, list[Measures]]]:
    """The program's canvas of each image, and what lies where on it."""
    folder = places.work / "packed-canvases"
    given = emptied(folder)
    for number, image in enumerate(images):
        cv2.imwrite(str(given / f"{number:04}.png"), image[:, :, ::-1])
    options = ["--detail", "1", "--turns", "1"]
    options += ["--threshold", str(manifest(profile)["levels"]["region"])]
    return canvases(profile, folder, side, *options)


def write(
    recalls: dict[str, list[float]], spent: dict[str, float], cost: dict[str, float], work: Path
) -> None:
    """JSON, and a line for each way: recall, time, and both divided by the best frame's."""
    network = {key.split("x")[0]: ms for key, ms in spent.items()}
    best = max(FULL, key=lambda width: float(np.mean(recalls[f"full {width}"])))
    reference = np.array(recalls[f"full {best}"])
    rows: dict[str, Measures] = {}
    for name, values in recalls.items():
        way, *estimator = name.split(", ", 1)
        ms = network[way] + sum(cost[key] for key in estimator)
        rows[name] = {
            "recall": float(np.mean(values)),
            "ms": ms,
            "of the best": float(np.mean(values) / reference.mean()),
            "of its time": ms / network[f"full {best}"],
            "minus the best": interval(np.array(values) - reference),
        }
        log.info("%s: %s", name, rows[name])
    (work / "packed.json").write_text(json.dumps(rows, indent=1) + "\n")
