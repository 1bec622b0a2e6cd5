"""Faces without votes: of portraits and of wild_faces, about which only the teacher speaks."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import torch

from ..common.archives import Places, read_image
from ..common.crops import View, crop
from ..common.listed import is_listed
from ..common.splits import in_validation, person_key
from .fer import SIDE, STRANGER, FerPlus
from .targets import prepare
from .teach import load_portraits
from .teacher import Teacher

LEAST = SIDE // 2
"""How high a face has to be, in pixels of its image."""
Face = tuple[np.ndarray, tuple[float, float, float, float]]
"""An image and the box of the face in it: x, y, width, height."""


def load_strangers(places: Places, teacher: Teacher) -> FerPlus:
    """Grey crops of the training part, framed like FER+; the votes are the teacher's answers."""
    found = [*portraits(places), *wild(places)]
    images = np.stack([framed(image, box) for image, box in found if box[3] >= LEAST])
    votes, numbers = torch.zeros(len(images), 8), torch.full((len(images),), STRANGER)
    faces = FerPlus(torch.from_numpy(images), votes, numbers)
    faces.votes = teacher.about(faces, places.work / "teacher-strangers.pt")
    return faces


def portraits(places: Places) -> Iterator[Face]:
    for sample in load_portraits(places):
        if not sample.validation:
            yield sample.image, prepare(sample).box


def wild(places: Places) -> Iterator[Face]:
    """Images of one face, without the test list; the boxes are CenterFace's."""
    folder = places.archive("wild_faces") / "images"
    for row in places.rows("wild_faces"):
        boxes, path = row["boxes"].split(), folder / f"{row['name']}.jpg"
        if len(boxes) == 1 and not in_validation(person_key(row["name"])) and not is_listed(path):
            x1, y1, x2, y2, _ = map(float, boxes[0].split(","))
            yield read_image(path), (x1, y1, x2 - x1, y2 - y1)


def framed(image: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    """A face that fills a square of 48 pixels, in bytes."""
    scale = min(1.0, SIDE / max(box[2:]))
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    x, y, w, h = (torch.tensor([side * scale]) for side in box)
    view = View(torch.stack([x + w / 2, y + h / 2], 1), torch.maximum(w, h))
    return crop(torch.from_numpy(small)[None, None].float(), view, SIDE)[0, 0].byte().numpy()
