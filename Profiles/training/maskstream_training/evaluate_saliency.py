"""The object estimator on the validation split: agreement with drawn masks, authority, aspects."""

from __future__ import annotations

import cv2
import numpy as np

from .compose import Canvas
from .compose_objects import beside, covering, paste, worth_cutting
from .evaluate_estimator import shapes
from .geometry import REGION, Confidence, enlarge, subjects
from .measures import authority, iou, mean
from .objects import ObjectPicture

CUTS = np.arange(1, 255) / 255
BETA2 = 0.3


def agreement(confidence: Confidence, pictures: list[ObjectPicture]) -> dict[str, object]:
    """IoU at `region`; the best F over one cut for all pictures; mean absolute error; authority."""
    overlaps, errors, scores = [], [], []
    precision, recall = [], []
    for picture in pictures:
        score, truth = confidence.picture(picture.image), picture.mask > 127
        overlaps.append(iou(score > REGION, truth, np.ones_like(truth)))
        errors.append(np.abs(score - truth).mean())
        inside, _ = np.histogram(score[truth], 256, (0, 1))
        everywhere, _ = np.histogram(score, 256, (0, 1))
        hits, found = (np.cumsum(h[::-1])[::-1][1:255] for h in (inside, everywhere))
        precision.append(hits / np.maximum(found, 1))
        recall.append(hits / max(1, truth.sum()))
        scores.append(score)
    p, r = np.mean(precision, 0), np.mean(recall, 0)
    f = (1 + BETA2) * p * r / np.maximum(BETA2 * p + r, 1e-9)
    return {
        "pictures": len(pictures),
        "max_f": float(f.max()),
        "max_f_at": float(CUTS[f.argmax()]),
        "iou": mean(overlaps),
        "below_half": float(np.mean(np.array(overlaps) < 0.5)),
        "mae": mean(errors),
        **authority(scores),
    }


def plain(confidence: Confidence, strips: list[np.ndarray]) -> dict[str, float]:
    """What is found where there is no object."""
    shares, found = [], []
    for strip in strips:
        plane = confidence.map(strip)
        shares.append(float((plane > REGION).mean()))
        found.append(bool(subjects(plane, *strip.shape[1::-1])))
    return {
        "pictures": len(strips),
        "false_area": mean(shares),
        "with_subject": float(np.mean(found)),
    }


def aspects(
    confidence: Confidence, cutouts: list[ObjectPicture], strips: list[np.ndarray]
) -> dict[str, float]:
    """IoU at `region` of objects 84 pixels long in windows of four aspects out of the same pictures."""
    windows = shapes(224 * 128)
    side, common = (choose(map(choose, windows.values())) for choose in (max, min))
    values = {name: [] for name in windows}
    for i in range(300):
        rng, strip = np.random.default_rng((6, i)), strips[i % len(strips)]
        canvas, picture = Canvas.blank(side, side), cutouts[i % len(cutouts)]
        matrix = covering(side, side, strip.shape, 1.1, rng)
        canvas.image = cv2.warpAffine(
            strip, matrix, (side, side), borderMode=cv2.BORDER_REFLECT_101
        )
        paste(canvas, picture, 84 / side, rng, within=common)
        for name, size in windows.items():
            window = canvas.middle(*size)
            score = enlarge(confidence.map(window.image), *size)
            truth = window.target > REGION
            values[name].append(iou(score > REGION, truth, np.ones_like(truth)))
    return {name: mean(found) for name, found in values.items()}


def evaluate(confidence: Confidence, held: list[ObjectPicture]) -> dict[str, dict]:
    """Everything, keyed by the row of the table; `held` is the validation part of every set."""
    result: dict[str, dict] = {}
    for source in sorted({p.source for p in held}):
        result[source] = agreement(confidence, [p for p in held if p.source == source])
    strips = [s for s in map(beside, held) if s is not None]
    result["no object"] = plain(confidence, strips)
    result["aspects"] = aspects(confidence, [p for p in held if worth_cutting(p)], strips)
    return result
