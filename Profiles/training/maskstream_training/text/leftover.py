"""A second look at a video whose writing was hidden: PP-OCR's recogniser, without its detector.

The recogniser reads windows of every frame that is looked at, at several heights of letters. So it
needs nobody to tell it where writing stands. It reads level lines only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from .read import HEIGHT, Reader, prepared

WINDOW, STRIDE, STEP = 320, 240, 20
"""Of the recogniser's input: a window's width, and how far apart windows are."""
LINES = (20, 28, 40, 56, 80, 112, 160, 224)
"""Heights of a window in the frame, in pixels."""
BATCH = 4
SQUARE = HEIGHT, HEIGHT
STROKES = 5.0
"""How much brightness changes from column to column, in the busiest square of a window that may
show letters."""
CHANGED = 2.0
"""How much brightness changes in that square before a window is read again."""
CHARACTERS, CERTAINTY = 3, 0.9
"""How many characters, each how certain on average, count as read."""


@dataclass(frozen=True)
class Line:
    """What can be read in a window: x, y, width and height in the frame's pixels."""

    box: tuple[int, int, int, int]
    text: str
    certainty: float


def windows(sides: tuple[int, int]) -> Iterator[tuple[int, int, int]]:
    """The upper left corner of each window in an image of this width and height, and its width."""
    for y in starts(sides[1], HEIGHT, STEP):
        for x in starts(sides[0], WINDOW, STRIDE):
            yield x, y, min(WINDOW, sides[0])


def starts(length: int, part: int, step: int) -> list[int]:
    """Where parts of a length begin, each a step after the other, the last one at the end."""
    last = max(0, length - part)
    return [*range(0, last, step), last]


class Leftover:
    """Reads frames of one video. A window is read again once it differs from what was read."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.known: dict[tuple[int, int, int], np.ndarray] = {}
        self.lines: dict[tuple[int, int, int], Line] = {}

    def read(self, image: np.ndarray) -> list[Line]:
        """The lines of an RGB image, one where windows overlap, from the top down."""
        for line in LINES:
            scale = HEIGHT / line
            method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
            scaled = cv2.resize(image, None, fx=scale, fy=scale, interpolation=method)
            if len(scaled) >= HEIGHT:
                self.look(scaled, line)
        return sorted(apart(list(self.lines.values())), key=lambda found: found.box[1::-1])

    def look(self, image: np.ndarray, line: int) -> None:
        """Reads lines that are as high as a window, or somewhat lower."""
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        steps = cv2.absdiff(grey[:, 1:], grey[:, :-1]).astype(np.float32)
        strokes = cv2.blur(cv2.copyMakeBorder(steps, 0, 0, 0, 1, cv2.BORDER_CONSTANT), SQUARE)
        asked = []
        for x, y, width in windows((image.shape[1], image.shape[0])):
            part = grey[y : y + HEIGHT, x : x + width]
            if self.changed((line, x, y), part):
                self.lines.pop((line, x, y), None)
                if strokes[y + HEIGHT // 2, x : x + width].max() > STROKES:
                    asked.append((x, y, width))
        for first in range(0, len(asked), BATCH):
            batch = asked[first : first + BATCH]
            parts = np.stack([image[y : y + HEIGHT, x : x + width] for x, y, width in batch])
            answers = self.reader.recognise(prepared(parts))
            for (x, y, width), (text, certainty) in zip(batch, answers, strict=True):
                if legible(text, certainty):
                    box = [round(v * line / HEIGHT) for v in (x, y, width, HEIGHT)]
                    self.lines[line, x, y] = Line((box[0], box[1], box[2], box[3]), text, certainty)

    def changed(self, window: tuple[int, int, int], part: np.ndarray) -> bool:
        """Whether a window differs from what it was when it last did."""
        known = self.known.get(window)
        if known is not None:
            difference = cv2.absdiff(part, known).astype(np.float32)
            if cv2.blur(difference, SQUARE)[HEIGHT // 2].max() <= CHANGED:
                return False
        self.known[window] = part.copy()
        return True


def legible(text: str, certainty: float) -> bool:
    """Whether a reader would say that something is written there."""
    return certainty >= CERTAINTY and sum(c.isalnum() for c in text) >= CHARACTERS


def apart(lines: list[Line]) -> list[Line]:
    """Of lines whose boxes overlap, the one with most characters, then the most certain one."""
    kept: list[Line] = []
    for line in sorted(lines, key=lambda line: (-len(line.text), -line.certainty, line.box)):
        if not any(overlap(line.box, other.box) for other in kept):
            kept.append(line)
    return kept


def overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return all(one[i] < other[i] + other[i + 2] and other[i] < one[i] + one[i + 2] for i in (0, 1))


def leftover(path: Path, every: float) -> Iterator[tuple[float, list[Line]]]:
    """Seconds and lines of a frame every so many seconds, the first one included.

    Raises `OSError` when the file cannot be decoded.
    """
    video = cv2.VideoCapture(str(path))
    if not video.isOpened():
        raise OSError("no video that can be decoded")
    look, due = Leftover(Reader()), 0.0
    while video.grab():
        time = video.get(cv2.CAP_PROP_POS_MSEC) / 1000
        if time + 1e-6 < due:
            continue
        ok, image = video.retrieve()
        if not ok:
            raise OSError(f"the frame at {time:.3f} s cannot be decoded")
        yield time, look.read(image[:, :, ::-1])
        due = time + every
    video.release()
