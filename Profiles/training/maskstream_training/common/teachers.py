"""The two teachers, run with LiteRT: a full-range face detector and a face landmarker.

They decide which scenes are truly faceless, where the eyes of people with glasses are, and give
labels to images with people that come without any. They run before training, never in the program.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter

OVAL = (
    "10 338 297 332 284 251 389 356 454 323 361 288 397 365 379 378 400 377 152 148 176 149 150 "
    "136 172 58 132 93 234 127 162 21 54 103 67 109"
)
LIPS = "61 146 91 181 84 17 314 405 321 375 291 409 270 269 267 0 37 39 40 185"
EYES = (
    "263 249 390 373 374 380 381 382 362 398 384 385 386 387 388 466",
    "33 7 163 144 145 153 154 155 133 173 157 158 159 160 161 246",
)
BROWS = ("276 283 282 295 285 336 296 334 293 300", "46 53 52 65 55 107 66 105 63 70")
BLENDSHAPE_POINTS = (
    "0 1 4 5 6 7 8 10 13 14 17 21 33 37 39 40 46 52 53 54 55 58 61 63 65 66 67 70 78 80 81 82 84 "
    "87 88 91 93 95 103 105 107 109 127 132 133 136 144 145 146 148 149 150 152 153 154 155 157 "
    "158 159 160 161 162 163 168 172 173 176 178 181 185 191 195 197 234 246 249 251 263 267 269 "
    "270 276 282 283 284 285 288 291 293 295 296 297 300 308 310 311 312 314 317 318 321 323 324 "
    "332 334 336 338 356 361 362 365 373 374 375 377 378 379 380 381 382 384 385 386 387 388 389 "
    "390 397 398 400 402 405 409 415 454 466 468 469 470 471 472 473 474 475 476 477"
)


def points_of(text: str) -> np.ndarray:
    """Landmark numbers from a list written as words."""
    return np.array([int(number) for number in text.split()])


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(x, -60, 60)))


def interpreter(content: bytes) -> Interpreter:
    """A one-thread interpreter with its tensors allocated."""
    from ai_edge_litert.interpreter import Interpreter

    net = Interpreter(model_content=content, num_threads=1)
    net.allocate_tensors()
    return net


@dataclass
class Face:
    """A detection in image pixels: box (x, y, w, h), score, six points (eyes first)."""

    box: np.ndarray
    score: float
    points: np.ndarray


class FaceDetector:
    """MediaPipe's full-range detector: finds faces down to a twentieth of the image."""

    SIDE = 192
    CELLS = 48

    def __init__(self, teachers: Path):
        self.net = interpreter((teachers / "face_detection_full_range.tflite").read_bytes())
        self.input = self.net.get_input_details()[0]["index"]
        outputs = self.net.get_output_details()
        self.boxes = next(o["index"] for o in outputs if o["shape"][-1] == 16)
        self.logits = next(o["index"] for o in outputs if o["shape"][-1] == 1)
        y, x = np.divmod(np.arange(self.CELLS**2), self.CELLS)
        self.centres = (np.stack([x, y], 1) + 0.5) / self.CELLS

    def run(self, image: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Raw scores [2304], boxes and points [2304,8,2] in the unit square, the square's side."""
        height, width = image.shape[:2]
        side = max(height, width)
        canvas = np.zeros((self.SIDE, self.SIDE, 3), np.float32)
        w, h = round(width * self.SIDE / side), round(height * self.SIDE / side)
        top, left = (self.SIDE - h) // 2, (self.SIDE - w) // 2
        method = cv2.INTER_AREA if side > self.SIDE else cv2.INTER_LINEAR
        canvas[top : top + h, left : left + w] = cv2.resize(image, (w, h), interpolation=method)
        self.net.set_tensor(self.input, canvas[None] / 127.5 - 1)
        self.net.invoke()
        raw = self.net.get_tensor(self.boxes)[0].reshape(-1, 8, 2) / self.SIDE
        scores = sigmoid(self.net.get_tensor(self.logits)[0, :, 0])
        raw[:, 0] += self.centres
        raw[:, 2:] += self.centres[:, None]
        offset = np.array([left, top]) / self.SIDE
        raw[:, 0] -= offset
        raw[:, 2:] -= offset
        return scores, raw, float(side)

    def best(self, image: np.ndarray) -> float:
        """The highest score anywhere."""
        return float(self.run(image)[0].max())

    def faces(self, image: np.ndarray, threshold: float) -> list[Face]:
        """Detections after non-maximum suppression, best first."""
        scores, raw, side = self.run(image)
        found: list[Face] = []
        for i in np.argsort(-scores):
            if scores[i] < threshold:
                break
            size = raw[i, 1] * side
            box = np.concatenate([raw[i, 0] * side - size / 2, size])
            if all(box_iou(box, other.box) < 0.3 for other in found):
                found.append(Face(box, float(scores[i]), raw[i, 2:] * side))
        return found


def box_iou(a: np.ndarray, b: np.ndarray) -> float:
    """Intersection over union of two boxes (x, y, w, h)."""
    low = np.maximum(a[:2], b[:2])
    high = np.minimum(a[:2] + a[2:], b[:2] + b[2:])
    common = float(np.prod(np.clip(high - low, 0, None)))
    return common / (float(np.prod(a[2:]) + np.prod(b[2:])) - common + 1e-9)


class Landmarker:
    """MediaPipe's 478 points and 52 blendshapes, on a level square crop of one detection."""

    SIDE = 256

    def __init__(self, teachers: Path):
        with zipfile.ZipFile(teachers / "face_landmarker.task") as task:
            self.net = interpreter(task.read("face_landmarks_detector.tflite"))
            self.shapes = interpreter(task.read("face_blendshapes.tflite"))
        self.input = self.net.get_input_details()[0]["index"]
        outputs = self.net.get_output_details()
        self.marks = next(o["index"] for o in outputs if o["shape"][-1] == 478 * 3)
        singles = [o for o in outputs if o["shape"][-1] == 1]
        self.presence = next(o["index"] for o in singles if len(o["shape"]) == 4)

    def points(self, image: np.ndarray, face: Face) -> tuple[np.ndarray, float]:
        """Landmarks [478,2] in image pixels and the presence score."""
        eyes = face.points[1] - face.points[0]
        angle = np.arctan2(eyes[1], eyes[0])
        side = float(face.box[2:].max()) * 1.5
        centre = face.box[:2] + face.box[2:] / 2
        for _ in range(2):
            marks, presence = self.crop(image, centre, side, angle)
            eyes = marks[263] - marks[33]
            angle = np.arctan2(eyes[1], eyes[0])
            low, high = marks.min(0), marks.max(0)
            centre, side = (low + high) / 2, float((high - low).max()) * 1.5
        return marks, presence

    def crop(
        self, image: np.ndarray, centre: np.ndarray, side: float, angle: float
    ) -> tuple[np.ndarray, float]:
        scale, cos, sin = side / self.SIDE, np.cos(angle), np.sin(angle)
        turn = np.array([[cos, -sin], [sin, cos]]) * scale
        shift = centre - turn @ np.array([self.SIDE / 2, self.SIDE / 2])
        matrix = np.concatenate([turn, shift[:, None]], 1)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        warped = cv2.warpAffine(
            image, matrix, (self.SIDE, self.SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE
        )
        self.net.set_tensor(self.input, warped[None].astype(np.float32) / 255)
        self.net.invoke()
        marks = self.net.get_tensor(self.marks).reshape(478, 3)[:, :2]
        presence = float(sigmoid(self.net.get_tensor(self.presence)).ravel()[0])
        return marks @ turn.T + shift, presence

    def blendshapes(self, marks: np.ndarray) -> np.ndarray:
        """The 52 coefficients of a set of landmarks."""
        subset = marks[points_of(BLENDSHAPE_POINTS)].astype(np.float32)
        self.shapes.set_tensor(self.shapes.get_input_details()[0]["index"], subset[None])
        self.shapes.invoke()
        return self.shapes.get_tensor(self.shapes.get_output_details()[0]["index"]).ravel()


def paint(plane: np.ndarray, marks: np.ndarray, outline: str, value: int) -> None:
    """Fills the polygon of the named landmarks into a label plane, in place."""
    polygon = np.round(marks[points_of(outline)] * 16).astype(np.int32)
    cv2.fillPoly(plane, [polygon], value, lineType=cv2.LINE_8, shift=4)
