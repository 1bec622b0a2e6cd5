"""The program's geometry in Python: input size, resizing, confidence at image size, subjects."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
import yaml

REGION = 0.2
PARTS = 0.8
MIN_AREA = 0.002

Manifest = dict[str, Any]
"""What a profile.yaml says."""


@dataclass(frozen=True)
class Input:
    """The estimator's input as profile.yaml has it: at most `area` pixels, sides of multiples."""

    area: int = 192 * 320
    multiple: int = 32

    def fit(self, width: int, height: int) -> tuple[int, int]:
        """The sides for an image: `fit: area`."""
        return fit_area(width, height, self.area, self.multiple)


def fit_area(width: int, height: int, area: int, multiple: int) -> tuple[int, int]:
    """Sides for the estimator: multiples, at most `area`, using it well with little distortion."""
    cells = max(1, area // multiple**2)
    aspect = math.log(width / height)

    def score(shape: tuple[int, int]) -> float:
        columns, rows = shape
        return math.log(rows * columns) - 2 * abs(math.log(columns / rows) - aspect)

    shapes = [(c, r) for r in range(1, cells + 1) for c in range(1, max(1, cells // r) + 1)]
    columns, rows = max(shapes, key=score)
    return columns * multiple, rows * multiple


def resized(image: np.ndarray, width: int, height: int) -> np.ndarray:
    """By area when it shrinks, bilinear when it grows."""
    shrinks = width * height < image.shape[0] * image.shape[1]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return cv2.resize(image, (width, height), interpolation=method)


def session(path: Path) -> onnxruntime.InferenceSession:
    """One thread, as in the program."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def multiplies_bytes() -> bool:
    """Whether the program takes files in 8 bits on this machine: with AVX-512 VNNI."""
    return "avx512_vnni" in Path("/proc/cpuinfo").read_text().split()


def manifest(profile: Path) -> Manifest:
    """What profile.yaml says."""
    return yaml.safe_load((profile / "profile.yaml").read_text())


class Confidence:
    """A profile's exported estimator, in floats or 8 bits, from an RGB image to its map."""

    def __init__(self, profile: Path, int8: bool = False):
        estimator = manifest(profile)["estimator"]
        model = estimator["int8"] if int8 else estimator
        self.digest: str = model["sha256"]
        self.session = session(profile / model["file"])
        self.input = Input(estimator["input"]["area"], estimator["input"]["multiple"])
        self.mean, self.std = (np.float32(estimator[key]) for key in ("mean", "std"))

    def values(self, image: np.ndarray, detail: int = 1) -> np.ndarray:
        """The estimator's input [1,3,H,W], of so many times the profile's area."""
        size = replace(self.input, area=self.input.area * detail)
        width, height = size.fit(image.shape[1], image.shape[0])
        values = (resized(image, width, height).astype(np.float32) / 255 - self.mean) / self.std
        return np.ascontiguousarray(values.transpose(2, 0, 1)[None])

    def map(self, image: np.ndarray) -> np.ndarray:
        """[H/2, W/2] at the size the estimator works at."""
        return self.session.run(None, {"image": self.values(image)})[0][0, 0]

    def full(self, image: np.ndarray) -> np.ndarray:
        """The map at image size."""
        return enlarge(self.map(image), image.shape[1], image.shape[0])


def enlarge(plane: np.ndarray, width: int, height: int) -> np.ndarray:
    """Bilinear with half-pixel centres, also when the image is smaller than the map."""
    return cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR)


@dataclass(frozen=True)
class Subject:
    """A connected component above `region`: its box in pixels and its fraction of the image."""

    x: float
    y: float
    width: float
    height: float
    area: float


def subjects(
    confidence: np.ndarray,
    width: int,
    height: int,
    region: float = REGION,
    min_area: float = MIN_AREA,
) -> list[Subject]:
    """Components of the map (8 neighbours), largest first, boxes in pixels of the image."""
    above = (confidence > region).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(above, connectivity=8)
    rows, columns = confidence.shape
    sx, sy = width / columns, height / rows
    found = [
        Subject(x * sx, y * sy, w * sx, h * sy, area / confidence.size)
        for x, y, w, h, area in stats[1:].tolist()
        if area / confidence.size >= min_area
    ]
    return sorted(found, key=lambda s: -s.area)


def largest(
    confidence: np.ndarray, width: int, height: int
) -> tuple[tuple[float, float, float, float], bool]:
    """The largest subject's box (x, y, w, h) and True, or the whole image's and False."""
    for s in subjects(confidence, width, height)[:1]:
        return (s.x, s.y, s.width, s.height), True
    return (0, 0, width, height), False
