"""Two more teachers, run with LiteRT: hair and person, as a fraction of every pixel."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from ..common.teachers import interpreter, sigmoid


class Segmenter:
    """What both have in common: a square RGB input, one map out."""

    def __init__(self, model: Path, side: int, channels: int):
        self.net = interpreter(model.read_bytes())
        self.side, self.channels = side, channels
        self.input = self.net.get_input_details()[0]["index"]
        self.output = self.net.get_output_details()[0]["index"]

    def run(self, image: np.ndarray) -> np.ndarray:
        """The raw map [side,side,...] of an RGB image, which is stretched to the square."""
        values = np.zeros((1, self.side, self.side, self.channels), np.float32)
        size = (self.side, self.side)
        values[0, :, :, :3] = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR) / 255.0
        self.net.set_tensor(self.input, values)
        self.net.invoke()
        return self.net.get_tensor(self.output)[0]


def at_size(plane: np.ndarray, image: np.ndarray) -> np.ndarray:
    return cv2.resize(plane, image.shape[1::-1], interpolation=cv2.INTER_AREA)


class HairSegmenter(Segmenter):
    """MediaPipe's hair segmentation; the fourth channel is the previous mask, none for stills."""

    def __init__(self, teachers: Path):
        super().__init__(teachers / "hair_segmentation.tflite", 512, 4)

    def share(self, image: np.ndarray) -> np.ndarray:
        """Hair, 0 to 1, at the image's size."""
        logits = self.run(image)
        return at_size(sigmoid(logits[..., 1] - logits[..., 0]), image)


class PersonSegmenter(Segmenter):
    """MediaPipe's selfie segmentation."""

    def __init__(self, teachers: Path):
        super().__init__(teachers / "selfie_segmentation.tflite", 256, 3)

    def share(self, image: np.ndarray) -> np.ndarray:
        """Person, 0 to 1, at the image's size."""
        return at_size(self.run(image)[..., 0], image)
