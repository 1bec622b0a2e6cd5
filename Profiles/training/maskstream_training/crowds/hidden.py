"""What is counted: which faces are hidden, and how much is hidden where no face is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..common.listed import ListedFace
from ..common.measures import Measures

ENOUGH = 0.8
"""A face is hidden if so much of the middle half of its box, in width and height, is."""
GROWN = 1.5
"""What is hidden within boxes grown so much is not false."""


def is_hidden(mask: np.ndarray, face: ListedFace) -> bool:
    return bool(mask[window(face, 0.5, mask)].mean() >= ENOUGH)


def window(face: ListedFace, scale: float, mask: np.ndarray) -> tuple[slice, slice]:
    """Rows and columns of a face's box, scaled about its middle."""
    x1, y1, x2, y2 = face.box
    across, down = (x2 - x1) * (scale - 1) / 2, (y2 - y1) * (scale - 1) / 2
    left, top = max(round(x1 - across), 0), max(round(y1 - down), 0)
    right, bottom = round(x2 + across), round(y2 + down)
    return slice(top, max(bottom, top + 1)), slice(left, max(right, left + 1))


def false_pixels(mask: np.ndarray, faces: Iterable[ListedFace]) -> int:
    """The hidden pixels outside all grown boxes."""
    free = mask.copy()
    for face in faces:
        free[window(face, GROWN, mask)] = False
    return int(free.sum())


@dataclass
class Count:
    """Faces with whether each is hidden, and the pixels that are hidden for nothing."""

    faces: list[tuple[ListedFace, bool]]
    wrong: int = 0
    pixels: int = 0

    def add(self, mask: np.ndarray, faces: list[ListedFace], doubtful: list[ListedFace]) -> None:
        """Counts an image whose hidden pixels are `mask`."""
        self.faces += [(face, is_hidden(mask, face)) for face in faces]
        self.wrong += false_pixels(mask, faces + doubtful)
        self.pixels += mask.size

    def measures(self) -> Measures:
        """By size in pixels of the image, by what makes a face hard, and the false area."""
        large = [(face, hidden) for face, hidden in self.faces if face.height >= LEAST]
        sized = {
            name: [f for f in self.faces if low <= f[0].height < high] for name, low, high in SIZES
        }
        tagged = {tag: [f for f in large if tag in f[0].tags] for tag in TAGS}
        return {
            "recall": float(np.mean([hidden for _, hidden in large])),
            **{name: share(some) for name, some in (sized | tagged).items()},
            "false": self.wrong / self.pixels,
        }


LEAST = 20
SIZES = (
    ("12 to 20 px", 12, LEAST),
    ("20 px and more", LEAST, np.inf),
    ("20 to 40 px", LEAST, 40),
    ("40 px and more", 40, np.inf),
)
TAGS = (
    *("mask", "glasses", "occluded", "edge", "profile", "tilted"),
    *("down", "cap", "dark", "grey", "blur", "print"),
)


def share(faces: list[tuple[ListedFace, bool]]) -> str:
    """Hidden of all, as "3 / 4"."""
    return f"{sum(hidden for _, hidden in faces)} / {len(faces)}"
