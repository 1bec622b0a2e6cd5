"""FER+ pictures through the estimator, as the tool would see them: maps, boxes, masked crops."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from .fer import SIDE, FerPlus, crop, normalise, square
from .geometry import Confidence, enlarge, subjects
from .train_primary import Subjects
from .training import log

MAP = 56


def find(confidence: Confidence, data: FerPlus) -> Subjects:
    """Maps in bytes, and the box of the largest subject; the whole picture where none is found."""
    count, side = len(data.images), data.images.shape[-1]
    maps = np.zeros((count, MAP, MAP), np.uint8)
    boxes = np.tile(np.float32([0, 0, side, side]), (count, 1))
    found = np.zeros(count, bool)
    for i, image in enumerate(data.images.numpy()):
        plane = confidence.map(cv2.cvtColor(image, cv2.COLOR_GRAY2RGB))
        best = subjects(plane, side, side)[:1]
        for subject in best:
            boxes[i] = subject.x, subject.y, subject.width, subject.height
        found[i] = bool(best)
        small = cv2.resize(plane, (MAP, MAP), interpolation=cv2.INTER_AREA)
        maps[i] = np.round(small * 255)
    log.info("subjects: %d of %d pictures have one", int(found.sum()), count)
    return Subjects(torch.from_numpy(maps), torch.from_numpy(boxes), None, torch.from_numpy(found))


def cached(confidence: Confidence, data: FerPlus, work: Path) -> Subjects:
    """`find`, kept in the work folder under the estimator's hash."""
    path = work / f"subjects-{len(data.images)}-{confidence.digest[:12]}.pt"
    if not path.exists():
        found = find(confidence, data)
        torch.save((found.maps, found.boxes, found.found), path)
    maps, boxes, found = torch.load(path)
    return Subjects(maps, boxes, None, found)


def matching_margin(found: Subjects, side: int = SIDE) -> float:
    """The margin that makes the median crop as large as a FER+ picture is."""
    longest = found.boxes[found.found][:, 2:].amax(1)
    return float((side / longest.median() - 1) / 2)


def inputs(
    data: FerPlus, found: Subjects, margin: float, threshold: float | None, rows: Tensor
) -> Tensor:
    """What the primary gets from the tool; `threshold` None is unmasked."""
    grey = data.images[rows][:, None].float() / 255
    kept = torch.ones_like(grey)
    if threshold is not None:
        planes = [enlarge(m, grey.shape[-1], grey.shape[-2]) for m in found.maps[rows].numpy()]
        kept = (torch.from_numpy(np.stack(planes))[:, None].float() / 255 > threshold).float()
    centres, sides = square(found.boxes[rows], margin, (grey.shape[-1], grey.shape[-2]))
    both = crop(torch.cat([grey * kept, kept], 1), centres, sides)
    share = both[:, 1:]
    return normalise(both[:, :1] / share.clamp(min=1e-3), share)
