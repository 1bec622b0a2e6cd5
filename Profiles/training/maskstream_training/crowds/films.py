"""Clips of faces over scenes without any: they move, enter at the border, turn, or lie."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ..common.archives import Places, load_scenes, read_image
from ..common.listed import is_listed
from ..common.scenes import faceless_names
from ..common.splits import in_validation, person_key

RATE, FRAMES = 25, 50
COLUMNS, ROWS = 4, 2
KINDS = (("enters", "turns", "moves", "enters"), ("lies", "turns", "moves", "lies"))
"""What the face of each cell of the frame does."""
HEIGHTS = 24, 100
"""Pixels of the frame."""
MARGIN = 0.45
"""How much around a face's box is pasted with it, as a fraction of the box."""


@dataclass(frozen=True)
class Cutout:
    """A photo's part around a face, how solid each pixel is, and the face's box in it."""

    image: np.ndarray
    alpha: np.ndarray
    box: np.ndarray


@dataclass(frozen=True)
class Actor:
    """A face that goes from one place to another, and is turned from one angle to another."""

    cutout: Cutout
    kind: str
    height: float
    places: tuple[np.ndarray, np.ndarray]
    degrees: tuple[float, float]

    def matrix(self, at: float) -> np.ndarray:
        """From the cut-out to the frame, at a moment from 0 to 1."""
        x1, y1, x2, y2 = self.cutout.box
        angle = self.degrees[0] + at * (self.degrees[1] - self.degrees[0])
        middle = (x1 + x2) / 2, (y1 + y2) / 2
        matrix = cv2.getRotationMatrix2D(middle, angle, self.height / (y2 - y1))
        matrix[:, 2] += self.places[0] + at * (self.places[1] - self.places[0]) - middle
        return matrix

    def points(self, at: float) -> np.ndarray:
        """A grid over the middle half of the face's box, in the frame's pixels."""
        low, high = self.cutout.box[:2], self.cutout.box[2:]
        near, far = low + (high - low) / 4, high - (high - low) / 4
        grid = np.stack(np.meshgrid(*np.linspace(near, far, 12).T), -1).reshape(-1, 2)
        return np.concatenate([grid, np.ones((len(grid), 1))], 1) @ self.matrix(at).T


@dataclass(frozen=True)
class Film:
    """A scene and the faces in it."""

    scene: np.ndarray
    actors: list[Actor]

    def frames(self) -> Iterator[np.ndarray]:
        for number in range(FRAMES):
            frame = self.scene.astype(np.float32)
            for actor in self.actors:
                draw(frame, actor.cutout, actor.matrix(number / (FRAMES - 1)))
            yield frame.clip(0, 255).astype(np.uint8)

    def write(self, path: Path) -> None:
        height, width = self.scene.shape[:2]
        command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"]
        command += ["-s", f"{width}x{height}", "-r", str(RATE), "-i", "-", "-c:v", "libx264"]
        command += ["-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p", str(path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
            assert encoder.stdin is not None
            for frame in self.frames():
                encoder.stdin.write(frame.tobytes())
            encoder.stdin.close()
        if encoder.returncode:
            raise RuntimeError(f"ffmpeg could not write {path}")


def draw(frame: np.ndarray, cutout: Cutout, matrix: np.ndarray) -> None:
    """Lays a cut-out over the part of a frame that it reaches."""
    height, width = cutout.alpha.shape
    corners = np.array([(x, y, 1) for x in (0, width) for y in (0, height)]) @ matrix.T
    low = np.floor(corners.min(0)).clip(0).astype(int)
    high = np.ceil(corners.max(0)).clip(0, frame.shape[1::-1]).astype(int)
    if (high <= low).any():
        return
    matrix, size = matrix - np.pad(low[:, None], ((0, 0), (2, 0))), (high - low).tolist()
    image, alpha = (cv2.warpAffine(p, matrix, size) for p in (cutout.image, cutout.alpha))
    part = frame[low[1] : high[1], low[0] : high[0]]
    part += alpha[..., None] * (image - part)


def cutouts(places: Places, rng: np.random.Generator) -> list[Cutout]:
    """Faces of wild_faces that validate and are not of the test list."""
    folder = places.archive("wild_faces") / "images"
    found = []
    for row in places.rows("wild_faces"):
        path = folder / f"{row['name']}.jpg"
        alone = len(row["boxes"].split()) == 1
        if alone and in_validation(person_key(row["name"])) and not is_listed(path):
            found.append(cutout(read_image(path), np.array(row["boxes"].split(",")[:4], float)))
    return [found[i] for i in rng.permutation(len(found))]


def cutout(photo: np.ndarray, box: np.ndarray) -> Cutout:
    """An ellipse around the face with a soft rim."""
    size = box[2:] - box[:2]
    low = (box[:2] - MARGIN * size).clip(0).astype(int)
    high = np.minimum(box[2:] + MARGIN * size, photo.shape[1::-1]).astype(int)
    image = photo[low[1] : high[1], low[0] : high[0]].astype(np.float32)
    y, x = (np.linspace(-1, 1, n) for n in image.shape[:2])
    alpha = ((1 - np.hypot(x, y[:, None])) * 5).clip(0, 1).astype(np.float32)
    return Cutout(image, alpha, box - np.tile(low, 2))


def shrunk(face: Cutout, height: float) -> Cutout:
    """A cut-out whose face is no higher, averaged by area as a camera does."""
    scale = min(1, height / (face.box[3] - face.box[1]))
    sides = np.maximum(np.round(np.array(face.alpha.shape[::-1]) * scale), 1).astype(int)
    image, alpha = (
        cv2.resize(plane, sides.tolist(), interpolation=cv2.INTER_AREA)
        for plane in (face.image, face.alpha)
    )
    return Cutout(image, alpha, face.box * np.tile(sides / face.alpha.shape[::-1], 2))


def films(places: Places, height: int, count: int) -> list[Film]:
    """So many clips of 16:9, with eight faces each."""
    rng, size = np.random.default_rng(31), np.array([height * 16 // 9, height])
    faces = cutouts(places, rng)
    scenes = [s.image for s in load_scenes(places, faceless_names()) if s.validation]
    made = []
    for number in range(count):
        scene = cv2.resize(scenes[rng.integers(len(scenes))], size.tolist())
        cells = [(column, row) for row in range(ROWS) for column in range(COLUMNS)]
        chosen = faces[number * len(cells) :]
        made.append(
            Film(scene, [acting(f, *c, size, rng) for f, c in zip(chosen, cells, strict=False)])
        )
    return made


def acting(
    face: Cutout, column: int, row: int, size: np.ndarray, rng: np.random.Generator
) -> Actor:
    """A face in its cell of the frame, where it meets no other."""
    kind, height = KINDS[row][column], float(np.exp(rng.uniform(*np.log(HEIGHTS))))
    cell = size / (COLUMNS, ROWS)
    free = np.maximum(cell - 2 * height, 0) / 2
    middle = cell * (column + 0.5, row + 0.5)
    start, end = (middle + rng.uniform(-free, free) for _ in range(2))
    if kind == "enters":
        start = np.array([-height if column == 0 else size[0] + height, start[1]])
    first = float(rng.choice([90, 180, 270])) if kind == "lies" else 0.0
    face = shrunk(face, height)
    return Actor(face, kind, height, (start, end), (first, 360.0 if kind == "turns" else first))
