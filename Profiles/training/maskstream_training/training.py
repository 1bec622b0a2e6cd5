"""What both training loops share: seeds, averaged weights, learning rate, resumable checkpoints."""

from __future__ import annotations

import copy
import logging
import math
import random
from pathlib import Path

import numpy as np
import torch
from torch import nn

log = logging.getLogger("training")


def seed_everything(seed: int) -> None:
    """Seeds every generator in use; data loaders derive their own from the step number."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def device() -> torch.device:
    """The accelerator when there is one, otherwise the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def cosine(step: int, steps: int, peak: float, warmup: int, floor: float = 0.01) -> float:
    """Linear warm-up to `peak`, then half a cosine down to `floor * peak`."""
    if step < warmup:
        return peak * (step + 1) / warmup
    progress = min(1.0, (step - warmup) / max(1, steps - warmup))
    return peak * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * progress)))


def parameter_groups(net: nn.Module, decay: float) -> list[dict]:
    """Weight decay for kernels only; biases and normalisation are left alone."""
    kernels = [p for p in net.parameters() if p.ndim > 1]
    others = [p for p in net.parameters() if p.ndim <= 1]
    return [{"params": kernels, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


class Average:
    """An exponential moving average of weights and statistics; quick to move at the start."""

    def __init__(self, net: nn.Module, decay: float):
        self.net = copy.deepcopy(net).eval().requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, net: nn.Module, step: int) -> None:
        decay = min(self.decay, (1 + step) / (10 + step))
        for mine, theirs in zip(self.net.state_dict().values(), net.state_dict().values()):
            if mine.dtype.is_floating_point:
                mine.lerp_(theirs, 1 - decay)
            else:
                mine.copy_(theirs)


def save(path: Path, **state: object) -> None:
    """Writes a checkpoint beside its name first, so that a killed run leaves a whole one."""
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)


def load(path: Path) -> dict | None:
    """The checkpoint, or nothing when there is none yet."""
    if not path.exists():
        return None
    return torch.load(path, map_location="cpu", weights_only=False)
