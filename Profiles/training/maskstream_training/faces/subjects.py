"""FER+ images through the estimator, as the program would see them: maps, boxes, masked crops."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from ..common.archives import Places
from ..common.crops import crop, square
from ..common.geometry import Confidence, enlarge, largest
from ..common.log import log
from .fer import SIDE, FerPlus, load_ferplus, normalise

MAP = 56


@dataclass
class Subjects:
    """What the estimator found: maps [N,M,M] in bytes, boxes in image pixels, whether any.

    `blendshapes` are the landmarker's, NaN where it saw no face; for training only.
    """

    maps: Tensor
    boxes: Tensor
    blendshapes: Tensor | None
    found: Tensor

    def part(self, chosen: Tensor) -> Subjects:
        """Without blendshapes."""
        return Subjects(self.maps[chosen], self.boxes[chosen], None, self.found[chosen])

    def and_more(self, other: Subjects) -> Subjects:
        """The others without blendshapes."""
        shapes = self.blendshapes
        if shapes is not None:
            shapes = torch.cat([shapes, shapes.new_full((len(other.maps), shapes.shape[1]), nan)])
        pairs = ((self.maps, other.maps), (self.boxes, other.boxes), (self.found, other.found))
        maps, boxes, found = (torch.cat(pair) for pair in pairs)
        return Subjects(maps, boxes, shapes, found)


def find(confidence: Confidence, data: FerPlus) -> Subjects:
    """Maps in bytes, and the box of the largest subject; the whole image where none is found."""
    count, side = len(data.images), data.images.shape[-1]
    maps = np.zeros((count, MAP, MAP), np.uint8)
    boxes = np.zeros((count, 4), np.float32)
    found = np.zeros(count, bool)
    for i, image in enumerate(data.images.numpy()):
        plane = confidence.map(cv2.cvtColor(image, cv2.COLOR_GRAY2RGB))
        boxes[i], found[i] = largest(plane, side, side)
        small = cv2.resize(plane, (MAP, MAP), interpolation=cv2.INTER_AREA)
        maps[i] = np.round(small * 255)
    log.info("subjects: %d of %d images have one", int(found.sum()), count)
    return Subjects(torch.from_numpy(maps), torch.from_numpy(boxes), None, torch.from_numpy(found))


def cached(confidence: Confidence, data: FerPlus, work: Path) -> Subjects:
    """`find`, kept in the work folder under the estimator's hash."""
    path = work / f"subjects-{len(data.images)}-{confidence.digest[:12]}.pt"
    if not path.exists():
        found = find(confidence, data)
        torch.save((found.maps, found.boxes, found.found), path)
    maps, boxes, any_found = torch.load(path)
    return Subjects(maps, boxes, None, any_found)


def ferplus(places: Places, profile: Path, part: str) -> tuple[FerPlus, Subjects]:
    """A part of FER+ and what the profile's estimator finds on it."""
    data = load_ferplus(places.data / f"emotion_ferplus_{part}.npz")
    return data, cached(Confidence(profile), data, places.work)


def validation(places: Places, profile: Path, choosing: bool) -> tuple[FerPlus, Subjects]:
    """The half of FER+'s validation part that settings are chosen with, or the one reported on."""
    data, found = ferplus(places, profile, "val")
    half = data.choosing == choosing
    return data.part(half), found.part(half)


def matching_margin(found: Subjects, side: int = SIDE) -> float:
    """The margin that makes the median crop as large as a FER+ image is."""
    longest = found.boxes[found.found][:, 2:].amax(1)
    return float((side / longest.median() - 1) / 2)


def inputs(
    data: FerPlus, found: Subjects, margin: float, threshold: float | None, rows: Tensor
) -> Tensor:
    """What the primary gets from the program; `threshold` None is unmasked."""
    grey = data.images[rows][:, None].float() / 255
    kept = torch.ones_like(grey)
    if threshold is not None:
        planes = [enlarge(m, grey.shape[-1], grey.shape[-2]) for m in found.maps[rows].numpy()]
        kept = (torch.from_numpy(np.stack(planes))[:, None].float() / 255 > threshold).float()
    view = square(found.boxes[rows], margin, (grey.shape[-1], grey.shape[-2]))
    both = crop(torch.cat([grey * kept, kept], 1), view, SIDE)
    fraction = both[:, 1:]
    return normalise(both[:, :1] / fraction.clamp(min=1e-3), fraction)
