"""Graded relevance of a labelled face: what the estimator learns, so that a threshold has a say.

Background is 0.05. Skin falls from 0.70 beside the nearest part to 0.35 far from all of them; the
parts (brows, eyes, mouth) are 0.9; glasses and hands inside the face's hull are 0.6. A face too
small for its parts to be resolved is 0.9 all over.
"""

from __future__ import annotations

import cv2
import numpy as np

from ..common.archives import FACE_CLASSES, IGNORE, OTHER, PART_CLASSES, LabelledImage
from ..common.canvas import Source, cut_out
from ..common.grades import FACE, LOW
from ..common.relevance import PART, Relevance

COVER = 0.60


def relevance(label: np.ndarray) -> Relevance:
    """Grades a label plane; several faces are told apart as connected components."""
    target = np.full(label.shape, LOW, np.float32)
    heights = np.zeros(label.shape, np.float32)
    face = np.isin(label, FACE_CLASSES).astype(np.uint8)
    parts = np.isin(label, PART_CLASSES)
    joined = cv2.morphologyEx(face, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    count, components, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for i in range(1, count):
        here = components == i
        mine = here & (face > 0)
        if mine.sum() < 12:
            continue
        width, height = float(stats[i, cv2.CC_STAT_WIDTH]), float(stats[i, cv2.CC_STAT_HEIGHT])
        if (parts & mine).any():
            away = cv2.distanceTransform((~(parts & mine)).astype(np.uint8), cv2.DIST_L2, 5)
            near = np.exp(-np.square(away / (0.12 * width)) / 2)
        else:
            near = np.full(label.shape, 0.5, np.float32)
        target[mine] = FACE.floor + (FACE.ceiling - FACE.floor) * near[mine]
        points = cv2.findNonZero(mine.astype(np.uint8))
        hull = np.zeros(label.shape, np.uint8)
        cv2.fillConvexPoly(hull, cv2.convexHull(points), 1)
        covered = (hull > 0) & (label == OTHER)
        target[covered] = COVER
        heights[mine | covered] = height
    target[parts] = PART
    return Relevance(target, (label != IGNORE).astype(np.uint8), heights)


def prepare(sample: LabelledImage) -> Source:
    """Grades the labels once; the cut-out is the person with holes and thin gaps closed."""
    graded = relevance(sample.label)
    face = cv2.findNonZero((graded.heights > 0).astype(np.uint8))
    box = cv2.boundingRect(face) if face is not None else (0, 0, 0, 0)
    return Source(sample, graded, cut_out(sample.label), box)
