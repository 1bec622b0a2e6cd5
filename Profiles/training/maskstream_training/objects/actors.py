"""The subjects of the labelled clips: ImageNet samples."""

from __future__ import annotations

import numpy as np

from ..common.archives import SAMPLES, Places
from ..common.clips import Actor
from ..common.distract import worth_cutting
from . import imagenet
from .loading import load_objects


def actors(places: Places, rng: np.random.Generator) -> list[Actor]:
    """ImageNet samples that can be cut out, one of each class."""
    held = [p for p in load_objects(places) if p.validation and p.source == SAMPLES]
    held = [p for p in held if worth_cutting(p)] or held
    index, names = imagenet.index_of_wnid(), imagenet.labels()
    chosen = [held[i] for i in rng.permutation(len(held))]
    return [Actor(p.image, p.mask, names[index[p.wnid]]) for p in chosen]
