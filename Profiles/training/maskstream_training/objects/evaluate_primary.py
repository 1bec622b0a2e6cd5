"""The object primary behind the estimator: whole images, crops, masked crops."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from ..common.archives import SAMPLES
from ..common.curves import area_under, occlusion, priors
from ..common.efficientnet import SIDE
from ..common.geometry import Confidence, Manifest, enlarge, manifest, session, subjects
from ..common.measures import Measures, interval
from . import imagenet
from .classifier import pixels
from .images import ObjectImage, inside, square

THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.6, 0.75)
CELLS = 8
BATCH = 24
DRAWS = 10_000


@dataclass
class Crops:
    """Per image: the crop [224,224,3] of the largest subject, its scores, and the truth."""

    whole: np.ndarray
    crop: np.ndarray
    score: np.ndarray
    truth: Tensor
    held: np.ndarray
    found: float


Window = tuple[float, float, float]
"""Centre and side of a square."""


def subject_window(image: np.ndarray, plane: np.ndarray, settings: Manifest) -> tuple[Window, bool]:
    """The square the program would crop around the largest subject, or the whole image's."""
    height, width = image.shape[:2]
    found = subjects(plane, width, height, min_area=settings["subjects"]["min_area"])
    if not found:
        return middle(image), False
    s = found[0]
    side = max(s.width, s.height) * (1 + 2 * settings["primary"]["margin"])
    return inside((s.x + s.width / 2, s.y + s.height / 2, side), image.shape), True


def middle(image: np.ndarray) -> Window:
    """The largest square in the middle of an image."""
    height, width = image.shape[:2]
    return inside((width / 2, height / 2, max(width, height)), image.shape)


def spread_mask(plane: np.ndarray, image: np.ndarray, settings: Manifest) -> np.ndarray:
    """Scores at image size, dilated as the program dilates its mask."""
    height, width = image.shape[:2]
    reach = 2 * round(settings["mask"]["dilate"] * height) + 1
    return cv2.dilate(enlarge(plane, width, height), np.ones((reach, reach), np.uint8))


def crops(confidence: Confidence, samples: list[ObjectImage], settings: Manifest) -> Crops:
    """What the program would show the primary of each ImageNet sample; all if nothing is found.

    `settings` is the profile's manifest. Scores are spread as the program spreads its mask.
    """
    wholes, parts, scores, truth, found = [], [], [], [], 0
    index = imagenet.index_of_wnid()
    samples = [p for p in samples if p.source == SAMPLES]
    for sample in samples:
        plane = confidence.map(sample.image)
        box, any_subject = subject_window(sample.image, plane, settings)
        found += any_subject
        wholes.append(square(sample.image, middle(sample.image), SIDE))
        parts.append(square(sample.image, box, SIDE))
        scores.append(square(spread_mask(plane, sample.image, settings), box, SIDE))
        truth.append(index[sample.wnid])
    return Crops(
        np.stack(wholes),
        np.stack(parts),
        np.stack(scores),
        torch.tensor(truth),
        np.array([p.validation for p in samples]),
        found / len(samples),
    )


def masked(crop: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Crops [N,224,224,3] where what is not kept [N,224,224] takes the mean of what is."""
    weight = kept[..., None].astype(np.float32)
    total = weight.sum((1, 2), keepdims=True)
    mean = (crop * weight).sum((1, 2), keepdims=True) / np.maximum(total, 1)
    return mean + (crop - mean) * weight


class Classifier:
    """The exported primary, in floats or in 8 bits, in batches."""

    def __init__(self, profile: Path, int8: bool = False):
        model = manifest(profile)["primary"]
        self.session = session(profile / (model["int8"] if int8 else model)["file"])

    def logits(self, crop: np.ndarray) -> Tensor:
        """[N,1000] of crops [N,224,224,3]."""
        parts = [
            self.session.run(None, {"image": pixels(crop[i : i + BATCH])})[0]
            for i in range(0, len(crop), BATCH)
        ]
        return torch.from_numpy(np.concatenate(parts))


def right(logits: Tensor, truth: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Whether the first answer is right, and whether one of five is."""
    five = logits.topk(5, 1).indices == truth[:, None]
    return five[:, 0].numpy(), five.any(1).numpy()


def row(first: np.ndarray, five: np.ndarray, held: np.ndarray) -> Measures:
    return {
        "top1_held": float(first[held].mean()),
        "top5_held": float(five[held].mean()),
        "top1_all": float(first.mean()),
        "top5_all": float(five.mean()),
    }


def accuracy(model: Classifier, shown: Crops) -> dict[str, Measures]:
    """Top-1 and top-5 on held-out and all samples, and masked minus unmasked, paired."""
    result: dict[str, Measures] = {"found": {"share": shown.found}}
    whole = right(model.logits(shown.whole), shown.truth)
    result["whole picture"] = row(*whole, shown.held)
    crop = right(model.logits(shown.crop), shown.truth)
    result["crop"] = row(*crop, shown.held)
    for threshold in THRESHOLDS:
        kept = shown.score > threshold
        first, five = right(model.logits(masked(shown.crop, kept)), shown.truth)
        difference = first.astype(float) - crop[0]
        result[f"T = {threshold}"] = {
            **row(first, five, shown.held),
            "kept": float(kept.mean()),
            "minus_crop_held": float(difference[shown.held].mean()),
            "interval_held": interval(difference[shown.held], DRAWS),
            "minus_crop_all": float(difference.mean()),
            "interval_all": interval(difference, DRAWS),
        }
    return result


def curves(model: Classifier, shown: Crops, temperature: float) -> dict[str, Measures]:
    """Insertion and deletion on held-out samples, in several orders."""
    crop = shown.crop[shown.held]
    best = model.logits(crop).argmax(1, keepdim=True)

    def answer(kept: Tensor) -> Tensor:
        logits = model.logits(masked(crop, kept[:, 0].numpy()))
        return (logits / temperature).softmax(1).gather(1, best)[:, 0]

    score = torch.from_numpy(shown.score[shown.held])[:, None]
    noise = torch.rand(score.shape, generator=torch.Generator().manual_seed(3)) * 1e-4
    orders = {"estimator": score + noise, **priors(score)}
    orders["occlusion of the primary"] = occlusion(answer, score, CELLS)
    return {
        f"order: {name}": {
            "insertion": area_under(answer, order, True),
            "deletion": area_under(answer, order, False),
        }
        for name, order in orders.items()
    }


def answers(model: Classifier, shown: Crops, threshold: float) -> tuple[Tensor, Tensor]:
    """Logits and truth of the images that are not held out: their crops, then the masked ones."""
    crop, truth = shown.crop[~shown.held], shown.truth[torch.from_numpy(~shown.held)]
    kept = shown.score[~shown.held] > threshold
    logits = torch.cat([model.logits(crop), model.logits(masked(crop, kept))])
    return logits, truth.repeat(2)
