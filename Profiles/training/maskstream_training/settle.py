"""Sets the estimator's last scale and offset so that `levels` cut where they should.

A network that is unsure of an edge spreads its grades over it, and the cut that agrees best with
hand-drawn faces is then not quite `region` or `parts`. Both are found on training pictures, and
the head's logits are moved by one line so that they become the levels: the order of the scores,
and with it what the threshold reveals first, stays as it is.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from .archives import FACE_CLASSES, IGNORE, PART_CLASSES, Picture
from .evaluate_estimator import face_rows, iou
from .geometry import PARTS, REGION, enlarge, fit_area, resized
from .nets import Estimator
from .training import log

CUTS = np.arange(0.10, 0.951, 0.02)


def scores(net: Estimator, image: np.ndarray) -> np.ndarray:
    """Confidence at picture size, by the network itself."""
    height, width = image.shape[:2]
    planes = resized(image, *fit_area(width, height)).transpose(2, 0, 1)[None]
    with torch.no_grad():
        plane = torch.sigmoid(net(torch.from_numpy(planes).float() / 255))[0, 0]
    return enlarge(plane.numpy(), width, height)


def best_cuts(net: Estimator, pictures: list[Picture]) -> tuple[float, float]:
    """The cuts of the highest mean IoU for face region and parts."""
    regions, parts = [], []
    for picture in pictures:
        plane, known = scores(net, picture.image), picture.label != IGNORE
        face = np.isin(picture.label, FACE_CLASSES)
        regions.append([iou(plane > cut, face, known) for cut in CUTS])
        if face_rows(picture) >= 96:
            part = np.isin(picture.label, PART_CLASSES)
            parts.append([iou(plane > cut, part, known) for cut in CUTS])
    best = (float(CUTS[np.nanmean(rows, 0).argmax()]) for rows in (regions, parts))
    region, part = best
    return region, part


def logit(p: float) -> float:
    return math.log(p / (1 - p))


def settle(net: Estimator, pictures: list[Picture]) -> None:
    """Moves the head, in place, so that the best cuts of these pictures are the levels."""
    net.cpu().eval()
    region, part = best_cuts(net, pictures)
    scale = (logit(PARTS) - logit(REGION)) / (logit(part) - logit(region))
    offset = logit(REGION) - scale * logit(region)
    with torch.no_grad():
        net.head.weight *= scale
        net.head.bias *= scale
        net.head.bias += offset
    log.info("best cuts %.2f and %.2f: scale %.2f, offset %.2f", region, part, scale, offset)
