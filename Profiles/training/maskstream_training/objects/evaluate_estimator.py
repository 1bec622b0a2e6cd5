"""The object estimator on the validation split: agreement with drawn masks, authority, aspects."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from ..common.canvas import Canvas
from ..common.distract import worth_cutting
from ..common.geometry import REGION, Confidence
from ..common.measures import Measures, authority, iou, mean
from ..common.probes import Draw, aspects, false_area
from .compose import beside, covering, paste
from .images import ObjectImage

THRESHOLDS = np.arange(1, 255) / 255
BETA2 = 0.3
CROWDED = Path(__file__).with_name("crowded.txt")


def agreement(scores: list[np.ndarray], samples: list[ObjectImage]) -> Measures:
    """IoU at `region`; best F, one threshold for all images; mean absolute error; authority.

    `scores` are maps at the images' sizes.
    """
    ious, errors = [], []
    precision, recall = [], []
    for score, sample in zip(scores, samples, strict=True):
        truth = sample.mask > 127
        ious.append(iou(score > REGION, truth, np.ones_like(truth)))
        errors.append(np.abs(score - truth).mean())
        inside, _ = np.histogram(score[truth], 256, (0, 1))
        everywhere, _ = np.histogram(score, 256, (0, 1))
        hits, found = (np.cumsum(h[::-1])[::-1][1:255] for h in (inside, everywhere))
        precision.append(hits / np.maximum(found, 1))
        recall.append(hits / max(1, truth.sum()))
    p, r = np.mean(precision, 0), np.mean(recall, 0)
    f = (1 + BETA2) * p * r / np.maximum(BETA2 * p + r, 1e-9)
    return {
        "pictures": len(samples),
        "max_f": float(f.max()),
        "max_f_at": float(THRESHOLDS[f.argmax()]),
        "iou": mean(ious),
        "below_half": float(np.mean(np.array(ious) < 0.5)),
        "mae": mean(errors),
        **authority(scores),
    }


def empty_strips(held: list[ObjectImage]) -> list[np.ndarray]:
    """The largest strip beside each image's object, where it shows no other one.

    `crowded.txt` lists the validation images whose strip does, whole or in part: people, animals,
    flowers, signs, implements. The strips were judged by eye, without a model's answer beside them.
    """
    crowded = set(CROWDED.read_text().split())
    return [s for p in held if p.name not in crowded and (s := beside(p)) is not None]


def pasted(cutouts: list[ObjectImage], strips: list[np.ndarray]) -> Draw:
    """Draws one object each, 84 pixels long, on strips without any."""

    def draw(i: int, side: int, common: int) -> Canvas:
        rng, strip = np.random.default_rng((6, i)), strips[i % len(strips)]
        canvas, sample = Canvas.blank(side, side), cutouts[i % len(cutouts)]
        matrix = covering(side, side, strip.shape, 1.1, rng)
        canvas.image = cv2.warpAffine(
            strip, matrix, (side, side), borderMode=cv2.BORDER_REFLECT_101
        )
        paste(canvas, sample, 84 / side, rng, within=common)
        return canvas

    return draw


def evaluate(confidence: Confidence, held: list[ObjectImage]) -> dict[str, Measures]:
    """Everything, keyed by the row of the table; `held` is the validation part of every set."""
    result: dict[str, Measures] = {}
    for source in sorted({p.source for p in held}):
        some = [p for p in held if p.source == source]
        result[source] = agreement([confidence.full(p.image) for p in some], some)
    strips = empty_strips(held)
    cutouts = [p for p in held if worth_cutting(p)]
    result["no object"] = false_area(confidence.map, strips)
    result["aspects"] = aspects(confidence.map, 224 * 128, 300, pasted(cutouts, strips))
    return result
