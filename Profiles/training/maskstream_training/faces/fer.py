"""FER+ images as the primary meets them in the program: box, margin, square crop, mask, normalise.

`crop` is the geometry of the program in tensor form and serves training and evaluation alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..common.splits import for_choosing

SIDE = 48
STRANGER = -1
"""The number of a face that FER+ does not have, and that has no votes."""
CLASSES = (
    "neutral",
    "happiness",
    "surprise",
    "sadness",
    "anger",
    "disgust",
    "fear",
    "contempt",
)


@dataclass
class FerPlus:
    """Images [N,48,48] as bytes, votes as distributions [N,8], FER2013's row numbers [N]."""

    images: Tensor
    votes: Tensor
    numbers: Tensor

    @property
    def majority(self) -> Tensor:
        return self.votes.argmax(1)

    @property
    def priors(self) -> Tensor:
        """The mean vote, which is how often each class is meant."""
        return self.votes.mean(0)

    @property
    def choosing(self) -> Tensor:
        """Which images settings may be chosen with; the others are only reported on."""
        return torch.tensor([for_choosing(f"ferplus:{n}") for n in self.numbers.tolist()])

    def part(self, chosen: Tensor) -> FerPlus:
        return FerPlus(self.images[chosen], self.votes[chosen], self.numbers[chosen])

    def and_more(self, other: FerPlus) -> FerPlus:
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return FerPlus(*(torch.cat(pair) for pair in pairs))


def load_ferplus(path: Path) -> FerPlus:
    """Undoes the row differences of the archive."""
    archive = np.load(path)
    assert tuple(str(name) for name in archive["classes"]) == CLASSES
    images = np.cumsum(archive["delta"], axis=1, dtype=np.uint8)
    votes = archive["votes"].astype(np.float32)
    votes /= votes.sum(1, keepdims=True)
    numbers = torch.from_numpy(archive["row"].astype(np.int64))
    return FerPlus(torch.from_numpy(images), torch.from_numpy(votes), numbers)


def normalise(grey: Tensor, kept: Tensor) -> Tensor:
    """The program's `normalize: kept`: zero mean, unit deviation over what is kept; 0 elsewhere.

    `grey` is in 0..1 and `kept` the fraction of each pixel that is kept; both are [N,1,H,W].
    """
    weight = kept.sum(dim=(2, 3), keepdim=True).clamp(min=1e-6)
    mean = (grey * kept).sum(dim=(2, 3), keepdim=True) / weight
    variance = ((grey - mean).square() * kept).sum(dim=(2, 3), keepdim=True) / weight
    return (grey - mean) * kept / variance.sqrt().clamp(min=0.02)


@dataclass(frozen=True)
class Jitter:
    """How far training images wander from what the program would crop.

    Crops grow more than they shrink: FER+ cuts foreheads off, the program's boxes have them whole.
    """

    shift: float = 0.12
    scales: tuple[float, float] = (0.85, 1.25)
    turn: float = math.radians(15)
    unmasked: float = 0.5
    patch: float = 0.2


def augment_grey(grey: Tensor, rng: torch.Generator) -> Tensor:
    """Gamma, contrast, blur, noise, and 24 to 48 pixels down and up; each on a part only."""
    count = len(grey)

    def some(share: float) -> Tensor:
        return torch.rand(count, 1, 1, 1, generator=rng) < share

    gamma = torch.exp(torch.randn(count, 1, 1, 1, generator=rng) * 0.35)
    grey = torch.where(some(0.45), grey.clamp(1e-4, 1).pow(gamma), grey)
    slope = torch.empty(count, 1, 1, 1).uniform_(-0.4, 0.4, generator=rng)
    ramp = torch.linspace(-1, 1, grey.shape[-1])[None, None, None]
    light = torch.where(some(0.5), ramp.expand_as(grey), ramp.mT.expand_as(grey))
    grey = torch.where(some(0.3), grey * (1 + slope * light), grey)
    size = int(torch.randint(24, 49, (1,), generator=rng))
    small = F.interpolate(grey, size=(size, size), mode="area")
    small = F.interpolate(small, size=grey.shape[2:], mode="bilinear", align_corners=False)
    grey = torch.where(some(0.25), small, grey)
    soft = F.avg_pool2d(F.pad(grey, (1, 1, 1, 1), mode="replicate"), 3, 1)
    grey = torch.where(some(0.15), soft, grey)
    blocks = F.interpolate(F.avg_pool2d(grey, 8), scale_factor=8.0, mode="nearest")
    quantised = blocks + torch.round((grey - blocks) * 20) / 20
    grey = torch.where(some(0.15), quantised, grey)
    noise = torch.randn(grey.shape, generator=rng) * 0.04
    return torch.where(some(0.25), grey + noise, grey).clamp(0, 1)


def patches(count: int, size: int, share: float, rng: torch.Generator) -> Tensor:
    """1 where kept: a random rectangle is taken out of some of the images."""
    kept = torch.ones(count, 1, size, size)
    hit = torch.rand(count, generator=rng) < share
    corner = torch.rand(count, 2, generator=rng)
    extent = torch.empty(count, 2).uniform_(0.12, 0.4, generator=rng)
    for i in torch.nonzero(hit).flatten().tolist():
        x, y = (corner[i] * size).long().tolist()
        w, h = (extent[i] * size).long().tolist()
        kept[i, 0, y : y + h, x : x + w] = 0
    return kept
