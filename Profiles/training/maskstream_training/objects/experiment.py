"""What the object classifier makes of images, crops and masks, and of objects on other grounds.

Nothing is trained: the classifier is the published one, so there is no training luck in this, and
no number of epochs or seeds.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch

from ..common import evidence
from ..common.archives import COCO, SAMPLES, Places
from ..common.distract import worth_cutting
from ..common.efficientnet import SIDE
from ..common.geometry import Confidence, Manifest, enlarge, manifest
from ..common.log import log
from ..common.measures import Measures
from . import imagenet
from .evaluate_primary import (
    Classifier,
    Window,
    masked,
    middle,
    right,
    spread_mask,
    subject_window,
)
from .images import ObjectImage, box_of, inside, square
from .loading import load_objects

GROUNDS = 4
"""Photographs that each object is laid on."""


def distracted(
    samples: list[ObjectImage],
    grounds: list[np.ndarray],
    confidence: Confidence,
    settings: Manifest,
) -> dict[str, np.ndarray]:
    """Inputs [GROUNDS,N,224,224,3] of objects on photographs of other things.

    The program's own crop there, what its mask keeps of that, and what it would without `dilate`;
    then the crop around the true mask, and what that keeps.
    """
    rng, level = np.random.default_rng(9), settings["threshold"]["initial"]
    names = ("full", "masked", "without a rim", "true crop", "true")
    shown: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for _ in range(GROUNDS):
        for sample in samples:
            image = pasted(sample, grounds[rng.integers(len(grounds))], sample.mask > 127)
            plane = confidence.map(image)
            window = subject_window(image, plane, settings)[0]
            true = inside(box_of(sample.mask), image.shape)
            views = (
                ("full", window, None),
                ("masked", window, spread_mask(plane, image, settings) > level),
                ("without a rim", window, enlarge(plane, *image.shape[1::-1]) > level),
                ("true crop", true, None),
                ("true", true, sample.mask > 127),
            )
            for name, box, kept in views:
                crop = square(image, box, SIDE)
                if kept is not None:
                    near = square(kept.astype(np.float32), box, SIDE) > 0.5
                    crop = masked(crop[None], near[None])[0]
                shown[name].append(crop)
    size = (GROUNDS, len(samples))
    return {view: np.stack(v).reshape(*size, *v[0].shape) for view, v in shown.items()}


def grounds(samples: list[ObjectImage]) -> list[np.ndarray]:
    """Each image with its object painted over by what is around it (Telea, 2004)."""
    painted = []
    for sample in samples:
        hole = cv2.dilate((sample.mask > 40).astype(np.uint8), np.ones((9, 9), np.uint8))
        small = tuple(max(1, side // 2) for side in sample.image.shape[1::-1])
        image = cv2.resize(sample.image, small, interpolation=cv2.INTER_AREA)
        hole = cv2.resize(hole, small, interpolation=cv2.INTER_NEAREST)
        painted.append(cv2.inpaint(image, hole, 3, cv2.INPAINT_TELEA))
    return painted


def pasted(sample: ObjectImage, ground: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The kept pixels on another image's ground, which is stretched to fit."""
    height, width = kept.shape
    behind = cv2.resize(ground, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.where(kept[..., None], sample.image, behind)


def views(
    samples: list[ObjectImage], boxes: list[Window], kept: list[np.ndarray]
) -> dict[str, np.ndarray]:
    """Inputs [N,224,224,3] of every variant; whole images are the square around their middle."""
    planes = [k.astype(np.float32) for k in kept]
    middles = [middle(p.image) for p in samples]
    wholes = np.stack([square(p.image, at, SIDE) for p, at in zip(samples, middles, strict=True)])
    crops = np.stack([square(p.image, box, SIDE) for p, box in zip(samples, boxes, strict=True)])
    near = (
        np.stack([square(plane, box, SIDE) for plane, box in zip(planes, boxes, strict=True)]) > 0.5
    )
    far = (
        np.stack([square(plane, at, SIDE) for plane, at in zip(planes, middles, strict=True)]) > 0.5
    )
    blots = evidence.blots(torch.from_numpy(near[:, None].astype(np.float32)))[:, 0].numpy() > 0
    shapes = np.where(near[..., None], 255, 0).repeat(3, -1).astype(np.uint8)
    return {
        "full": crops,
        "masked": masked(crops, near),
        "silhouette": shapes,
        "inverse": masked(crops, ~near),
        "random": masked(crops, blots),
        "whole picture": wholes,
        "whole picture, masked": masked(wholes, far),
    }


def transplants(
    samples: list[ObjectImage],
    boxes: list[Window],
    kept: list[np.ndarray],
    painted: list[np.ndarray],
    order: np.ndarray,
) -> dict[str, np.ndarray]:
    """The crops with the ground of an image of a neighbouring class, and of any other one.

    There is one sample a class, so the nearest to its own class is the next in WordNet's order.
    """
    place = np.argsort(order)
    rng = np.random.default_rng(23)
    count = len(samples)
    strangers = (np.arange(count) + rng.integers(count // 4, count - count // 4, count)) % count
    result: dict[str, list[np.ndarray]] = {"ground of a kindred class": [], "any other ground": []}
    for i, (sample, box, keep) in enumerate(zip(samples, boxes, kept, strict=True)):
        kindred = order[place[i] + 1 if place[i] + 1 < count else place[i] - 1]
        for name, other in zip(result, (kindred, strangers[i]), strict=True):
            result[name].append(square(pasted(sample, painted[other], keep), box, SIDE))
    return {name: np.stack(crops) for name, crops in result.items()}


def experiment(places: Places, profile: Path, epochs: int, seeds: int) -> None:
    """Measures every variant under the estimator's masks and the true ones."""
    settings, confidence = manifest(profile), Confidence(profile)
    model, index = Classifier(profile), imagenet.index_of_wnid()
    samples = [p for p in load_objects(places) if p.source == SAMPLES]
    truth = torch.tensor([index[p.wnid] for p in samples])
    held = np.array([p.validation for p in samples])
    planes = [confidence.map(p.image) for p in samples]
    boxes = [subject_window(p.image, m, settings)[0] for p, m in zip(samples, planes, strict=True)]
    painted, order = grounds(samples), np.argsort(truth.numpy(), kind="stable")
    level = settings["threshold"]["initial"]

    def ours(i: int) -> np.ndarray:
        return spread_mask(planes[i], samples[i].image, settings) > level

    masks: dict[str, Callable[[int], np.ndarray]] = {
        "our mask": ours,
        "u2netp's mask": lambda i: samples[i].mask > 127,
    }
    results: dict[str, Measures] = {}
    for name, plane in masks.items():
        kept = [plane(i) for i in range(len(samples))]
        shown = views(samples, boxes, kept)
        shown |= transplants(samples, boxes, kept, painted, order)
        right_of = {
            v: right(model.logits(x), truth)[0][None].astype(float) for v, x in shown.items()
        }
        for part, rows in (("held", held), ("all", np.ones_like(held))):
            base = right_of["full"][:, rows]
            results[f"{name}, {part}"] = {
                v: evidence.compared(r[:, rows], base) for v, r in right_of.items()
            }
        log.info("%s: measured", name)
    results |= on_grounds(places, confidence, settings, model, index)
    evidence.write(results, results, places.work, "object-id")


def on_grounds(
    places: Places,
    confidence: Confidence,
    settings: Manifest,
    model: Classifier,
    index: dict[str, int],
) -> dict[str, Measures]:
    """What is right of objects with a sure outline on COCO's photographs, each ground a run."""
    images = load_objects(places)
    grounds = [p.image for p in images if p.source == COCO and p.validation]
    samples = [p for p in images if p.source == SAMPLES and worth_cutting(p)]
    truth = torch.tensor([index[p.wnid] for p in samples])
    held = np.array([p.validation for p in samples])
    right_of = {
        view: np.stack([right(model.logits(x), truth)[0].astype(float) for x in runs])
        for view, runs in distracted(samples, grounds, confidence, settings).items()
    }
    found: dict[str, Measures] = {}
    for part, rows in (("held", held), ("all", np.ones_like(held))):
        name = f"{int(rows.sum())} objects on {len(grounds)} other photographs, {part}"
        found[name] = {
            view: evidence.compared(r[:, rows], right_of["full"][:, rows])
            for view, r in right_of.items()
        }
    return found
