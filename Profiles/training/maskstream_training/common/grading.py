"""How the planes of an estimator become one graded score, and what each plane learns.

A plane that says where the region ends can be sharp, while another says how much each of its
pixels matters. Composed, edges stay where they are at every threshold, and a threshold still has
authority over what lies between them:

    score = LOW + region * sure * (grade - LOW)
    grade = floor + (ceiling - floor) * ramp, and part where there is a part
    sure  = 1 where the region is certain within a few pixels, else 0, with a soft step between

A weak region counts beside a strong one only, as edges do in Canny's detector (A Computational
Approach to Edge Detection, 1986): the rim of a face is kept, a faint something on its own is not.
The composition is part of the network and of its export.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .grades import LOW, Grades

# How certain a region has to be, how steep the step is, and how many pixels of the output around.
SURE, SLOPE, REACH = 0.7, 20.0, 4


def compose(grades: Grades, logits: Tensor) -> Tensor:
    """Scores [N,1,H,W] from logits [N,planes,H,W]."""
    region, ramp, *parts = torch.sigmoid(logits).split(1, dim=1)
    region = region * torch.sigmoid(SLOPE * (highest(region, REACH) - SURE))
    grade = grades.floor + (grades.ceiling - grades.floor) * ramp
    if grades.part is not None:
        grade = grade + parts[0] * (grades.part - grade)
    return LOW + region * (grade - LOW)


def region_of(grades: Grades, target: Tensor) -> Tensor:
    """How much of each pixel is region, from its target score."""
    return ((target - LOW) / (grades.floor - LOW)).clamp(0, 1)


def parts_of(grades: Grades, target: Tensor) -> Tensor:
    """How much of each pixel is part; a target above the ceiling is partly part."""
    assert grades.part is not None
    return ((target - grades.ceiling) / (grades.part - grades.ceiling)).clamp(0, 1)


def highest(planes: Tensor, reach: int) -> Tensor:
    """The highest value within `reach` rows and columns, of planes [N,C,H,W]."""
    side = 2 * reach + 1
    along = F.max_pool2d(planes, (1, side), 1, (0, reach))
    return F.max_pool2d(along, (side, 1), 1, (reach, 0))


def around(plane: Tensor, reach: int) -> Tensor:
    """1 within `reach` pixels of where the plane [N,H,W] is true, else 0."""
    return highest(plane.float()[:, None], reach)[:, 0]


def cross_entropy(score: Tensor, target: Tensor) -> Tensor:
    """Against a soft target, less the target's own entropy: 0 is the best there is."""
    score, inner = score.clamp(1e-3, 1 - 1e-3), target.clamp(1e-3, 1 - 1e-3)
    loss = F.binary_cross_entropy(score, inner, reduction="none")
    return loss - F.binary_cross_entropy(inner, inner, reduction="none")


def dice(found: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """One minus the overlap of a whole batch (Milletari et al., V-Net, 2016)."""
    common = (found * truth * weight).sum()
    return 1 - (2 * common + 1) / (((found + truth) * weight).sum() + 1)


def loss_of(grades: Grades, logits: Tensor, target: Tensor, known: Tensor, doubt: float) -> Tensor:
    """The score's cross entropy, and each sharp plane's cross entropy and Dice.

    Pixels near a region count twice, near parts five times more: a weight on one side of an edge
    alone would move the edge. Elsewhere a pixel counts up to `doubt` times more the more the
    network takes it for the region, as that is what it would reveal.
    """
    score = compose(grades, logits)[:, 0]
    region = region_of(grades, target)
    found = torch.sigmoid(logits[:, 0])
    near = around(target > 0.2, 4)
    weight = known * (1 + near + doubt * (1 - near) * found.detach())
    total = dice(found, region, known)
    planes = cross_entropy(score, target) + cross_entropy(found, region)
    if grades.part is not None:
        parts, part = parts_of(grades, target), torch.sigmoid(logits[:, 2])
        rim = around(parts > 0.5, 3)
        inside = known * region
        weight = weight + known * 4 * rim * around((parts < 0.5) & (region > 0.5), 3)
        total = total + dice(part, parts, inside)
        each = cross_entropy(part, parts) * inside * (1 + 4 * rim)
        total = total + each.sum() / inside.sum().clamp(min=1)
    return total + (planes * weight).sum() / weight.sum().clamp(min=1)
