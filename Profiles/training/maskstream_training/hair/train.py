"""Trains a hair-colour classifier on crops masked by the exported estimator."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..common import training
from ..common.crops import jittered, square
from ..common.log import log
from .colors import NONE, Heads, crops, filled, size


@dataclass(frozen=True)
class Plan:
    """Everything that shapes a run; `balance` 1 draws every class equally often, 0 as they are.

    `shift` and `scales` are fractions of the crop's side; exposure, gamma and the colour cast stay
    small, since colour is what is asked for.
    """

    steps: int = 2000
    batch: int = 64
    peak: float = 3e-3
    decay: float = 0.03
    average: float = 0.995
    balance: float = 0.7
    smoothing: float = 0.05
    shift: float = 0.15
    scales: tuple[float, float] = (0.85, 1.2)
    turn: float = math.radians(12)
    exposure: float = 0.12
    cast: float = 0.03
    seed: int = 17
    report_every: int = 250


def borrowed(heads: Heads, rng: torch.Generator) -> Heads:
    """Gives bald heads another head's map and box: a scalp that is shown is still no hair.

    The portraits are aligned, so another's hair lies where this head would have some. Heads with
    a subject of their own keep it half the time.
    """
    haired = torch.nonzero(heads.found & (heads.labels != NONE)).flatten()
    if not len(haired):
        return heads
    other = haired[torch.randint(len(haired), (len(heads.labels),), generator=rng)]
    own = heads.found & (torch.rand(len(heads.labels), generator=rng) < 0.5)
    swap = (heads.labels == NONE) & ~own
    maps = torch.where(swap[:, None, None], heads.maps[other], heads.maps)
    boxes = torch.where(swap[:, None], heads.boxes[other], heads.boxes)
    return Heads(heads.images, maps, boxes, heads.found, heads.labels, heads.validation)


def batch_inputs(
    heads: Heads, margin: float, limits: tuple[float, float], plan: Plan, rng: torch.Generator
) -> Tensor:
    """Jittered crops masked at random thresholds, in slightly other light."""
    heads, count = borrowed(heads, rng), len(heads.labels)
    low, high = limits
    threshold = low + torch.rand(count, 1, 1, 1, generator=rng) * (high - low)
    view = square(heads.boxes, margin, size(heads))
    view = jittered(view, plan.shift, plan.scales, plan.turn, rng)
    rgb, fraction = crops(heads, view, threshold)
    gain = torch.randn(count, 1, 1, 1, generator=rng) * plan.exposure
    cast = torch.randn(count, 3, 1, 1, generator=rng) * plan.cast
    gamma = torch.exp(torch.randn(count, 1, 1, 1, generator=rng) * plan.exposure / 2)
    rgb = rgb.clamp(min=1e-4).pow(gamma) * torch.exp(gain + cast)
    rgb = rgb + torch.randn(rgb.shape, generator=rng) * 0.01
    return filled(rgb.clamp(0, 1), fraction)


def train(
    net: nn.Module,
    heads: Heads,
    margin: float,
    limits: tuple[float, float],
    checkpoint: Path,
    plan: Plan = Plan(),
) -> nn.Module:
    """Runs or resumes the plan on all of `heads` and returns the averaged network."""
    run = training.start(net, checkpoint, plan.peak, plan.decay, plan.average)
    device, started, total = training.device(), time.time(), 0.0
    weights = training.sampling_weights(heads.labels, plan.balance)
    weights = weights * (heads.found | (heads.labels == NONE))
    while run.step < plan.steps:
        rng = torch.Generator().manual_seed(plan.seed * 1_000_003 + run.step)
        torch.manual_seed(plan.seed * 1_000_003 + run.step)
        rows = torch.multinomial(weights, plan.batch, replacement=True, generator=rng)
        some = heads.part(rows)
        x = batch_inputs(some, margin, limits, plan, rng).to(device)
        loss = F.cross_entropy(run.net(x), some.labels.to(device), label_smoothing=plan.smoothing)
        run.descend(loss, training.cosine(run.step, plan.steps, plan.peak, 50), clip=2.0)
        total += float(loss.detach())
        if run.step % plan.report_every == 0 or run.step == plan.steps:
            mean, spent = total / plan.report_every, time.time() - started
            log.info("step %d/%d loss %.4f %.0f s", run.step, plan.steps, mean, spent)
            total = 0.0
            run.save()
    return run.average.net.cpu().eval()
