"""PP-OCR's recogniser, told where each string stands: what somebody could still read."""

from __future__ import annotations

import cv2
import numpy as np

from ..common.geometry import session
from . import wheel

HEIGHT, LEAST_WIDTH = 48, 320
MARGIN = 0.15
"""Added around a string, as a fraction of its height."""


class Reader:
    """Reads one line of writing."""

    def __init__(self) -> None:
        self.session = session(wheel.model(wheel.RECOGNISER))
        known = self.session.get_modelmeta().custom_metadata_map["character"]
        self.characters = ["", *known.splitlines(), " "]

    def read(self, image: np.ndarray, corners: np.ndarray) -> str:
        """What stands within the corners of an RGB image."""
        along, down = corners[1] - corners[0], corners[3] - corners[0]
        width, height = np.linalg.norm(along), np.linalg.norm(down)
        edge = MARGIN * min(width, height)
        across, below = along / width * edge, down / height * edge
        origin = corners[0] - across - below
        source = np.array([origin, origin + along + 2 * across, origin + down + 2 * below])
        columns = max(1, round(HEIGHT * (width + 2 * edge) / (height + 2 * edge)))
        target = np.array([[0, 0], [columns, 0], [0, HEIGHT]])
        matrix = cv2.getAffineTransform(source.astype(np.float32), target.astype(np.float32))
        # Large letters are made smaller by area, or they would alias.
        shrink = HEIGHT / (height + 2 * edge)
        if shrink < 0.5:
            image = cv2.GaussianBlur(image, (0, 0), 0.4 / shrink)
        line = cv2.warpAffine(image, matrix, (columns, HEIGHT))
        return self.line(line)[0]

    def line(self, image: np.ndarray) -> tuple[str, float]:
        """What stands in an RGB image of one line, 48 pixels high, and how certain that is."""
        columns = image.shape[1]
        values = np.zeros((1, 3, HEIGHT, max(columns, LEAST_WIDTH)), np.float32)
        values[0, :, :, :columns] = prepared(image)
        return self.recognise(values)[0]

    def recognise(self, values: np.ndarray) -> list[tuple[str, float]]:
        """Each line's text, and how certain its characters are on average; 0 without any."""
        name = self.session.get_inputs()[0].name
        return [self.decoded(steps) for steps in self.session.run(None, {name: values})[0]]

    def decoded(self, steps: np.ndarray) -> tuple[str, float]:
        """The likeliest character of each step, without blanks and repetitions."""
        found = steps.argmax(1)
        shown = np.concatenate([[True], found[1:] != found[:-1]]) & (found > 0)
        text = "".join(self.characters[i] for i in found[shown])
        return text, float(steps.max(1)[shown].mean()) if text else 0.0


def prepared(line: np.ndarray) -> np.ndarray:
    """RGB lines as the recogniser takes them: BGR, -1 to 1, channels before rows."""
    return np.moveaxis((line[..., ::-1].astype(np.float32) / 255 - 0.5) / 0.5, -1, -3)


def longest_common(found: str, truth: str) -> int:
    """The length of the longest run of characters in both, spaces and capitals apart."""
    one, other = ("".join(text.split()).casefold() for text in (found, truth))
    best, row = 0, [0] * (len(other) + 1)
    for a in one:
        row = [0] + [row[i] + 1 if a == b else 0 for i, b in enumerate(other)]
        best = max(best, *row)
    return best
