"""Graded relevance of hair: the rim mixes with what is behind it, the inside tells the colour.

Background is 0.05; hair is 0.4 at its rim and rises to 1 where it is as deep as its own deepest
tenth. Hair too small for a depth is 0.9 all over, as small faces are.
"""

from __future__ import annotations

import cv2
import numpy as np

from ..common import grades
from ..common.archives import HAIR, IGNORE, SKIN, LabelledImage
from ..common.canvas import Source, cut_out
from ..common.grades import LOW
from ..common.relevance import Relevance

RIM, INSIDE = grades.HAIR.floor, grades.HAIR.ceiling
DEEP = 90
LEAST = 12


def relevance(label: np.ndarray) -> Relevance:
    """Grades a label plane; each connected patch of hair by its own depth.

    Where the label does not know, hair may go on: only what is surely something else is a rim,
    and so the edge of the image is none.
    """
    hair = label == HAIR
    target = np.full(label.shape, LOW, np.float32)
    heights = np.zeros(label.shape, np.float32)
    depth = cv2.distanceTransform((hair | (label == IGNORE)).astype(np.uint8), cv2.DIST_L2, 5)
    count, components, stats, _ = cv2.connectedComponentsWithStats(hair.astype(np.uint8))
    target[hair] = RIM
    for i in range(1, count):
        area = stats[i, cv2.CC_STAT_AREA]
        if area < LEAST:
            continue
        here = components == i
        deepest = max(float(np.percentile(depth[here], DEEP)), 1.5)
        rising = np.clip((depth[here] - 0.5) / (deepest - 0.5), 0, 1)
        target[here] = RIM + (INSIDE - RIM) * rising
        heights[here] = np.sqrt(area)
    return Relevance(target, (label != IGNORE).astype(np.uint8), heights)


def head_box(label: np.ndarray) -> tuple[int, int, int, int]:
    """Hair and face together; (0, 0, 0, 0) without either."""
    points = cv2.findNonZero(((label >= SKIN) & (label <= HAIR)).astype(np.uint8))
    return cv2.boundingRect(points) if points is not None else (0, 0, 0, 0)


def prepare(sample: LabelledImage) -> Source:
    """Grades the labels once."""
    label = sample.label
    return Source(sample, relevance(label), cut_out(label), head_box(label))
