"""Moves the bias of a sharp plane so that what its level keeps agrees with hand-drawn labels.

A network that is unsure of an edge errs to one side of it, and the weights of the loss push it
there. The shift that agrees best is found on training images. It moves an edge, never the order
of the grades inside.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor

from .estimator import Estimator
from .geometry import Input, enlarge, resized
from .grading import compose
from .log import log
from .measures import authority, iou

SHIFTS = np.arange(-2, 2.01, 0.25)
SLACK = 0.002  # of a region's IoU, given for less that is found by mistake
SCALES = np.arange(1.0, 2.01, 0.1)
Labelled = tuple[np.ndarray, np.ndarray, np.ndarray]
"""An image, the truth of the plane, and where it is known."""


def logits(net: Estimator, image: np.ndarray, size: Input) -> Tensor:
    """[1,planes,H/2,W/2] of an image, by the network itself."""
    width, height = size.fit(image.shape[1], image.shape[0])
    planes = resized(image, width, height).transpose(2, 0, 1)[None]
    with torch.no_grad():
        return net.planes(torch.from_numpy(planes).float() / 255)


def settle(
    net: Estimator,
    plane: int,
    level: float,
    samples: Iterable[Labelled],
    size: Input,
    slack: float = 0.0,
) -> None:
    """Shifts the plane's bias, in place, to the highest mean IoU of the score above `level`.

    With `slack`, to the lowest shift whose IoU is at most that much less: where an edge hardly
    minds, what is found by mistake elsewhere does.
    """
    net.cpu().eval()
    rows = []
    for image, truth, known in samples:
        raw = logits(net, image, size)
        row = []
        for shift in SHIFTS:
            moved = raw.clone()
            moved[:, plane] += shift
            score = compose(net.grades, moved)[0, 0].numpy()
            row.append(iou(enlarge(score, *truth.shape[::-1]) > level, truth, known))
        rows.append(row)
    means = np.nanmean(rows, 0)
    best = int(np.flatnonzero(means >= means.max() - slack)[0])
    with torch.no_grad():
        net.head.bias[plane] += float(SHIFTS[best])
    shift, found, unmoved = SHIFTS[best], means[best], means[len(SHIFTS) // 2]
    log.info("plane %d: shift %.2f, IoU %.3f from %.3f", plane, shift, found, unmoved)


def spread_evenly(net: Estimator, plane: int, images: Iterable[np.ndarray], size: Input) -> None:
    """Scales a soft plane, in place, so that a region's grades are spread evenly over all of it.

    A network that cannot know the grades exactly keeps them near their mean, and a threshold would
    take nearly all at one step. Values spread evenly from 0 to 1 have logits of the logistic
    distribution, mean 0 and deviation pi / sqrt 3; a line brings those of an image there.
    """
    net.cpu().eval()
    means, variances = [], []
    for image in images:
        raw = logits(net, image, size)[0]
        inside = raw[plane][raw[0] > 0]
        if inside.numel() > 64:
            means.append(float(inside.mean()))
            variances.append(float(inside.var()))
    mean, deviation = float(np.mean(means)), math.sqrt(np.mean(variances))
    scale = math.pi / math.sqrt(3) / deviation
    with torch.no_grad():
        net.head.weight[plane] *= scale
        net.head.bias[plane] = (net.head.bias[plane] - mean) * scale
    log.info("plane %d: mean %.2f, deviation %.2f, scale %.2f", plane, mean, deviation, scale)


def limit_steps(
    net: Estimator, plane: int, most: float, images: Iterable[np.ndarray], size: Input
) -> None:
    """Scales a soft plane's logits, in place, until no step of the threshold takes too much.

    The scale is the smallest whose largest step, the median over images, is at most `most`.
    """
    net.cpu().eval()
    raw = [logits(net, image, size) for image in images]
    factors = torch.ones(net.grades.planes, 1, 1)
    for scale in map(float, SCALES):
        factors[plane] = scale
        step = authority(compose(net.grades, r * factors)[0, 0].numpy() for r in raw)[
            "largest_step"
        ]
        if step <= most:
            break
    with torch.no_grad():
        net.head.weight[plane] *= scale
        net.head.bias[plane] *= scale
    log.info("plane %d: scale %.1f, largest step %.3f", plane, scale, step)
