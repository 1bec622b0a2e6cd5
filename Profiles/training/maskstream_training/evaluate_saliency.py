"""The object estimator on the validation split: agreement with drawn masks, authority, aspects."""

from __future__ import annotations

import cv2
import numpy as np

from .compose import Canvas
from .compose_objects import beside, covering, paste, worth_cutting
from .evaluate_estimator import canvases
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
    """IoU at `region` of the same objects, 84 pixels long, on canvases of one area."""
    result = {}
    for name, (width, height) in canvases(224 * 128).items():
        values = []
        for i in range(600):
            rng = np.random.default_rng((6, i))
            canvas, strip = Canvas.blank(width, height), strips[i % len(strips)]
            matrix = covering(width, height, strip.shape, 1.1, rng)
            canvas.image = cv2.warpAffine(
                strip, matrix, (width, height), borderMode=cv2.BORDER_REFLECT_101
            )
            picture = cutouts[i % len(cutouts)]
            _, _, w, h = cv2.boundingRect(cv2.findNonZero((picture.mask > 40).astype(np.uint8)))
            paste(canvas, picture, 84 / max(w, h) / min(width / w, height / h), rng)
            score = enlarge(confidence.map(canvas.image), width, height)
            truth = canvas.target > REGION
            values.append(iou(score > REGION, truth, np.ones_like(truth)))
        result[name] = mean(values)
    return result


def evaluate(confidence: Confidence, held: list[ObjectPicture]) -> dict[str, dict]:
    """Everything, keyed by the row of the table; `held` is the validation part of every set."""
    result: dict[str, dict] = {}
    for source in sorted({p.source for p in held}):
        result[source] = agreement(confidence, [p for p in held if p.source == source])
    strips = [s for s in map(beside, held) if s is not None]
    result["no object"] = plain(confidence, strips)
    result["aspects"] = aspects(confidence, [p for p in held if worth_cutting(p)], strips)
    return result
