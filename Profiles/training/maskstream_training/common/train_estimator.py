"""Trains an estimator on images drawn by its profile, with soft graded targets."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset

from . import training
from .continuing import load_estimator
from .estimator import Estimator
from .grading import loss_of
from .log import log

Sample = tuple[np.ndarray, np.ndarray, np.ndarray]
"""An image [H,W,3] in bytes, its target score and where it is known, both at the output's size."""

Compose = Callable[[int, int, np.random.Generator], Sample]
"""Draws a sample of a width and a height."""

SIZES = ((320, 192), (192, 320), (256, 192), (224, 224), (288, 160))
SHARES = (0.46, 0.20, 0.12, 0.12, 0.10)


@dataclass(frozen=True)
class Plan:
    """Everything that shapes a run; a part `small` of the steps is drawn at three quarters size."""

    steps: int = 12000
    batch: int = 12
    peak: float = 4e-3
    decay: float = 0.02
    average: float = 0.998
    small: float = 0.7
    doubt: float = 6.0
    seed: int = 11
    save_every: int = 50
    sizes: tuple[tuple[int, int], ...] = SIZES
    shares: tuple[float, ...] = SHARES


class Batches(IterableDataset):
    """Batches from step `first` on; each is a function of the seed and its step.

    They are drawn in a forked process, which waits for ever if OpenCV had threads before.
    """

    def __init__(self, compose: Compose, plan: Plan, first: int):
        self.compose, self.plan, self.first = compose, plan, first

    def __iter__(self) -> Iterator[Sample]:
        plan = self.plan
        for step in range(self.first, plan.steps):
            rng = np.random.default_rng((plan.seed, step))
            width, height = plan.sizes[rng.choice(len(plan.sizes), p=plan.shares)]
            if step < plan.small * plan.steps:
                width, height = (round(side * 0.75 / 32) * 32 for side in (width, height))
            drawn = [self.compose(width, height, rng) for _ in range(plan.batch)]
            images, targets, known = (np.stack(planes) for planes in zip(*drawn, strict=True))
            yield images, targets, known


def averaged(nets: list[Estimator]) -> Estimator:
    """The mean of networks that went on from the same one (model soups, Wortsman et al., 2022).

    The first takes the weights, in place.
    """
    states = [net.state_dict() for net in nets]
    with torch.no_grad():
        for name, mine in states[0].items():
            if mine.dtype.is_floating_point:
                mine.copy_(sum(state[name] for state in states) / len(states))
    return nets[0]


def train(
    build: Callable[[], Estimator],
    compose: Compose,
    checkpoint: Path,
    plan: Plan,
    origin: Path | None = None,
) -> Estimator:
    """Runs or resumes the plan and returns the averaged network.

    `build` makes the network once the seed is set. `origin` is an exported estimator of the same
    shape to begin with instead of random weights, at half the learning rate.
    """
    training.seed_everything(plan.seed)
    net = build()
    peak = plan.peak if origin is None else plan.peak / 2
    if origin is not None and not checkpoint.exists():
        load_estimator(net, origin, next(iter(Batches(compose, plan, 0)))[0])
    run = training.start(net, checkpoint, peak, plan.decay, plan.average)
    device, started, first, total = training.device(), time.time(), run.step, 0.0
    loader = DataLoader(
        Batches(compose, plan, run.step), batch_size=None, num_workers=1, prefetch_factor=4
    )
    for image, target, known in loader:
        logits = run.net.planes(training.pixels(image, device))
        loss = loss_of(net.grades, logits, target.to(device), known.to(device), plan.doubt)
        run.descend(loss, training.cosine(run.step, plan.steps, peak, 100), clip=1.0)
        total += float(loss.detach())
        if run.step % plan.save_every == 0 or run.step == plan.steps:
            rate = (run.step - first) * plan.batch / (time.time() - started)
            mean = total / plan.save_every
            log.info("step %d/%d loss %.4f %.1f/s", run.step, plan.steps, mean, rate)
            total = 0.0
            run.save()
    return run.average.net
