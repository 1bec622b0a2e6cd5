"""CelebA's hair colours as the primary meets them in the program: box, square crop, mask, fill.

The program averages what is kept of each of the crop's pixels and fills what is masked with the
mean of all that is kept; `inputs` does the same in tensors, for training and evaluation alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..common.archives import Places, load_celeba
from ..common.crops import View, crop, square
from ..common.geometry import Confidence, largest
from ..common.log import log

LABELS = ("black", "brown", "blond", "gray", "red", "none", "covered")
SCORED = (*LABELS[:4], "none")
NONE = LABELS.index("none")
SIDE = 32
FINE = 2
HALF = 2


@dataclass
class Heads:
    """Images [N,3,H,W] and confidence maps [N,h,w] in bytes, boxes in pixels of the images.

    The images are reduced to half their size, which is where the program's mask lives and still
    finer than the crops. Where the estimator finds no subject, `found` is false, and the program
    would not ask the primary.
    """

    images: Tensor
    maps: Tensor
    boxes: Tensor
    found: Tensor
    labels: Tensor
    validation: Tensor

    def part(self, rows: Tensor) -> Heads:
        return Heads(*(values[rows] for values in vars(self).values()))


def label_of(row: dict[str, str]) -> int | None:
    """The class of a line of celeba.csv; None where its colour is not known."""
    colour = row["hair_color"]
    if colour == "bald":
        return NONE
    if colour == "other":
        return LABELS.index("covered") if row["label_note"] == "hat" else None
    return LABELS.index(colour)


def load_heads(places: Places, confidence: Confidence) -> Heads:
    """Every labelled image with what the estimator finds on it; cached under its hash."""
    labels = {f"{int(r['index']):05d}": label_of(r) for r in places.rows("celeba")}
    samples = [p for p in load_celeba(places) if labels[p.name] is not None]
    path = places.work / f"hair-subjects-{confidence.digest[:12]}.pt"
    if not path.exists():
        torch.save(find(confidence, [p.image for p in samples]), path)
    maps, boxes, found = torch.load(path)
    images = torch.from_numpy(np.stack([p.image for p in samples])).permute(0, 3, 1, 2)
    parts = [F.avg_pool2d(part.float(), HALF).round().byte() for part in images.split(256)]
    return Heads(
        torch.cat(parts),
        maps,
        boxes / HALF,
        found,
        torch.tensor([labels[p.name] for p in samples]),
        torch.tensor([p.validation for p in samples]),
    )


def find(confidence: Confidence, images: list[np.ndarray]) -> tuple[Tensor, Tensor, Tensor]:
    """Maps in bytes, the largest subject's box (the whole image without one), whether any."""
    maps, boxes, found = [], [], []
    for image in images:
        height, width = image.shape[:2]
        plane = confidence.map(image)
        box, any_subject = largest(plane, width, height)
        maps.append(np.round(plane * 255).astype(np.uint8))
        boxes.append(box)
        found.append(any_subject)
    log.info("subjects: %d of %d images have one", sum(found), len(found))
    return torch.from_numpy(np.stack(maps)), torch.tensor(boxes).float(), torch.tensor(found)


def filled(rgb: Tensor, kept: Tensor) -> Tensor:
    """The program's `fill: mean`: what is masked of [N,3,H,W] takes the mean of what is kept."""
    weight = kept.sum((2, 3), keepdim=True).clamp(min=1e-6)
    mean = (rgb * kept).sum((2, 3), keepdim=True) / weight
    return mean + (rgb - mean) * kept


def size(heads: Heads) -> tuple[int, int]:
    """Width and height of the images."""
    return heads.images.shape[-1], heads.images.shape[-2]


def view(heads: Heads, margin: float) -> View:
    return square(heads.boxes, margin, size(heads))


def scores(heads: Heads, at: View) -> Tensor:
    """The estimator's score over each crop, finer than its pixels; 0 beyond the image."""
    maps = heads.maps[:, None].float() / 255
    scale = maps.shape[-1] / heads.images.shape[-1]
    return crop(maps, at.scaled(scale), SIDE * FINE, "zeros")


def crops(heads: Heads, at: View, threshold: Tensor | float | None) -> tuple[Tensor, Tensor]:
    """Means over kept pixels [N,3,32,32] in 0..1 and kept fractions [N,1,32,32]; None keeps all."""
    rgb = heads.images.float() / 255
    rgb = crop(rgb, at, SIDE * FINE)
    kept = torch.ones_like(rgb[:, :1])
    if threshold is not None:
        kept = (scores(heads, at) > threshold).float()
    fraction = F.avg_pool2d(kept, FINE)
    return F.avg_pool2d(rgb * kept, FINE) / fraction.clamp(min=1e-6), fraction


def inputs(heads: Heads, margin: float, threshold: float | None) -> Tensor:
    """What the primary gets from the program, in 0..1."""
    rows = torch.arange(len(heads.labels)).split(256)
    parts = (heads.part(r) for r in rows)
    return torch.cat([filled(*crops(p, view(p, margin), threshold)) for p in parts])
