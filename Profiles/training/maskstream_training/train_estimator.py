"""Trains the face estimator on composed pictures with soft targets."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Iterator

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import DataLoader, IterableDataset

from . import training
from .archives import Places, load_figaro, load_scenes
from .compose import SHARES, SIZES, Sources, compose, prepare
from .nets import Estimator
from .teach import faceless_names, load_portraits, people, scene_without_face, shows_face
from .training import log


@dataclass(frozen=True)
class Plan:
    """Everything that shapes a run. `small` is the share of steps drawn at three quarters size."""

    steps: int = 12000
    batch: int = 12
    peak: float = 4e-3
    decay: float = 0.02
    average: float = 0.998
    small: float = 0.8
    regions: float = 0.3
    seed: int = 11
    save_every: int = 50


def load_sources(places: Places) -> Sources:
    """The training part of every set, graded and ready to draw."""
    portraits = [p for p in load_portraits(places) if not p.validation]
    taught = [prepare(p) for p in people(places) if not p.validation]
    hair = [p for p in load_figaro(places) if not p.validation]
    scenes = [p for p in load_scenes(places, faceless_names()) if not p.validation]
    sources = Sources(
        drawn=[prepare(p) for p in portraits if p.source != "celeba"],
        machine=[prepare(p) for p in portraits if p.source == "celeba"],
        people=[source for source in taught if shows_face(source.picture)],
        doubtful=[source for source in taught if scene_without_face(source.picture)],
        hair=hair,
        scenes=scenes,
    )
    log.info("sources: %s", {name: len(pool) for name, pool in vars(sources).items()})
    return sources


class Composer(IterableDataset):
    """Batches from step `first` on; each is a function of the seed and its step."""

    def __init__(self, sources: Sources, plan: Plan, first: int):
        self.sources, self.plan, self.first = sources, plan, first

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        cv2.setNumThreads(1)
        for step in range(self.first, self.plan.steps):
            rng = np.random.default_rng((self.plan.seed, step))
            width, height = SIZES[rng.choice(len(SIZES), p=SHARES)]
            if step < self.plan.small * self.plan.steps:
                width, height = (round(side * 0.75 / 32) * 32 for side in (width, height))
            drawn = [compose(self.sources, width, height, rng) for _ in range(self.plan.batch)]
            yield tuple(np.stack(planes) for planes in zip(*drawn))


def loss_of(logits: Tensor, target: Tensor, known: Tensor) -> Tensor:
    """Cross entropy against the soft target, less its own entropy, where the target is known.

    Subtracting the entropy changes no gradient; it makes 0 the best there is. Faces count more,
    brows, eyes and mouth most, each with its surroundings: a weight on one side of an edge alone
    would move the edge.
    """
    inner = target.clamp(1e-4, 1 - 1e-4)
    entropy = -(inner * inner.log() + (1 - inner) * (1 - inner).log())
    loss = F.binary_cross_entropy_with_logits(logits, target, reduction="none") - entropy
    parts = around(target > 0.8, 3) * around((target > 0.3) & (target < 0.75), 3)
    weight = known * (1 + around(target > 0.2, 4) + 4 * parts)
    return (loss * weight).sum() / weight.sum().clamp(min=1)


def region_loss(logits: Tensor, target: Tensor, known: Tensor) -> Tensor:
    """Cross entropy and Dice of face and parts as plain regions, for the second head.

    Parts of faces too small to have any are left out: their grades do not tell them from skin.
    """
    truth = torch.stack([target > 0.2, target > 0.8], 1).float()
    resolved = around((target > 0.3) & (target < 0.75), 6)
    elsewhere = 1 - around(target > 0.2, 2)
    weight = torch.stack([known, known * torch.maximum(resolved, elsewhere)], 1)
    entropy = F.binary_cross_entropy_with_logits(logits, truth, weight) * 2
    found = logits.sigmoid()
    common = (found * truth * weight).sum((0, 2, 3))
    dice = 1 - (2 * common + 1) / (((found + truth) * weight).sum((0, 2, 3)) + 1)
    return entropy + dice.mean()


def around(plane: Tensor, reach: int) -> Tensor:
    """1 within `reach` pixels of where the plane is true, else 0."""
    return F.max_pool2d(plane.float()[:, None], 2 * reach + 1, 1, reach)[:, 0]


def train(places: Places, plan: Plan = Plan()) -> Estimator:
    """Runs or resumes the plan and returns the averaged network."""
    training.seed_everything(plan.seed)
    path = places.work / "estimator.pt"
    run = training.start(Estimator(), path, plan.peak, plan.decay, plan.average)
    device, started, first, total = training.device(), time.time(), run.step, 0.0
    loader = DataLoader(
        Composer(load_sources(places), plan, run.step),
        batch_size=None,
        num_workers=1,
        prefetch_factor=4,
    )
    for image, target, known in loader:
        x = image.permute(0, 3, 1, 2).to(device, torch.float32).div(255)
        target, known = target.to(device), known.to(device)
        logits, regions = run.net.both(x.contiguous(memory_format=torch.channels_last))
        loss = loss_of(logits, target, known)
        loss = loss + plan.regions * region_loss(regions, target, known)
        run.descend(loss, training.cosine(run.step, plan.steps, plan.peak, 100), clip=1.0)
        total += float(loss.detach())
        if run.step % plan.save_every == 0 or run.step == plan.steps:
            rate = (run.step - first) * plan.batch / (time.time() - started)
            mean = total / plan.save_every
            log.info("step %d/%d loss %.4f %.1f/s", run.step, plan.steps, mean, rate)
            total = 0.0
            run.save()
    return run.average.net
