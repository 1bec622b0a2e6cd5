"""The object-id profile: what each command does for it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from .archives import Places
from .classifier import export_classifier
from .compose_objects import SHARES, SIZES, compose, sources_of
from .efficientnet import pretrained
from .export import export_estimator
from .geometry import REGION, Input
from .grading import OBJECT
from .nets import Estimator
from .object_trunk import ObjectTrunk
from .objects import load_objects
from .settle import settle
from .train_estimator import Plan as EstimatorPlan
from .train_estimator import train as train_estimator
from .training import log

INPUT = Input(area=224 * 128)
EXPORTED = ((128, 224), (224, 128), (160, 160), (64, 96))
PLAN = EstimatorPlan(
    steps=2400, batch=12, peak=3e-3, average=0.996, small=0.0, doubt=2.0, sizes=SIZES, shares=SHARES
)


def estimator(places: Places, profile: Path, steps: int | None, origin: Path | None) -> None:
    """Trains the estimator, or goes on where it stopped, and exports it."""
    plan = PLAN if steps is None else replace(PLAN, steps=steps)
    pictures = [p for p in load_objects(places) if not p.validation]
    sources = sources_of(pictures)
    log.info("sources: %s", {name: len(pool) for name, pool in vars(sources).items()})
    net = Estimator(OBJECT, ObjectTrunk(pretrained()))
    checkpoint = places.work / "object-estimator.pt"
    net = train_estimator(net, partial(compose, sources), checkpoint, plan, origin)
    drawn = [p for p in pictures if p.source == "ECSSD"][::4]
    labelled = [(p.image, p.mask > 127, np.ones_like(p.mask, bool)) for p in drawn]
    settle(net, 0, REGION, labelled, INPUT)
    export_estimator(net, profile, EXPORTED)


def primary(places: Places, profile: Path, epochs: int | None) -> None:
    """Converts EfficientNet-Lite0; nothing is trained, so `epochs` has no meaning here."""
    export_classifier(profile)
