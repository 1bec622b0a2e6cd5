"""The test list: images with a box drawn by eye for each face. They train and tune nothing.

listed_images.csv and listed_boxes.csv say where the images come from and how the boxes were drawn.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
IGNORE = "ignore"


@dataclass(frozen=True)
class ListedFace:
    """A face's box in pixels, x1, y1, x2, y2, and what makes it hard.

    `upright` is its height before its image was turned.
    """

    box: tuple[float, float, float, float]
    tags: frozenset[str] = frozenset()
    upright: float | None = None

    @property
    def height(self) -> float:
        """From the hairline to the chin."""
        return self.box[3] - self.box[1] if self.upright is None else self.upright


@dataclass(frozen=True)
class ListedImage:
    """An image of the list; `doubtful` boxes count neither as missed nor as false."""

    name: str
    archive: str
    sha256: str
    faces: list[ListedFace]
    doubtful: list[ListedFace]


@cache
def listed_images() -> list[ListedImage]:
    """The whole list."""
    faces: dict[str, list[ListedFace]] = {}
    for row in rows(HERE / "listed_boxes.csv"):
        x1, y1, x2, y2 = (float(row[key]) for key in ("x1", "y1", "x2", "y2"))
        face = ListedFace((x1, y1, x2, y2), frozenset(row["tags"].split()))
        faces.setdefault(row["name"], []).append(face)
    return [
        ListedImage(
            row["name"],
            row["archive"],
            row["sha256"],
            [f for f in faces[row["name"]] if IGNORE not in f.tags],
            [f for f in faces[row["name"]] if IGNORE in f.tags],
        )
        for row in rows(HERE / "listed_images.csv")
    ]


def is_listed(path: Path) -> bool:
    """Whether a file is an image of the list, whatever its name."""
    return digest(path) in hashes()


@cache
def hashes() -> frozenset[str]:
    return frozenset(image.sha256 for image in listed_images())


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def rows(table: Path) -> Iterator[dict[str, str]]:
    """The lines of a CSV with comments above its header."""
    with open(table, newline="") as lines:
        yield from csv.DictReader(line for line in lines if not line.startswith("#"))
