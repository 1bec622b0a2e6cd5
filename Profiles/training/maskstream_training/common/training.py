"""What both training loops share: seeds, averaged weights, learning rate, resumable checkpoints."""

from __future__ import annotations

import copy
import math
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn


def seed_everything(seed: int) -> None:
    """Seeds every generator in use; data loaders derive their own from the step number."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def device() -> torch.device:
    """The accelerator when there is one, otherwise the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def pixels(images: torch.Tensor, device: torch.device) -> torch.Tensor:
    """Bytes [N,H,W,3] as channels-last values [N,3,H,W] in 0..1."""
    values = images.permute(0, 3, 1, 2).to(device, torch.float32).div(255)
    return values.contiguous(memory_format=torch.channels_last)


def halved() -> torch.autocast:
    """Dense layers in bfloat16 where the processor multiplies it; weights stay 32-bit floats."""
    able = torch.cpu._is_avx512_bf16_supported()
    return torch.autocast("cpu", torch.bfloat16, enabled=able and device().type == "cpu")


def cosine(step: int, steps: int, peak: float, warmup: int, floor: float = 0.01) -> float:
    """Linear warm-up to `peak`, then half a cosine down to `floor * peak`."""
    if step < warmup:
        return peak * (step + 1) / warmup
    progress = min(1.0, (step - warmup) / max(1, steps - warmup))
    return peak * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * progress)))


def parameter_groups(net: nn.Module, decay: float) -> list[dict[str, Any]]:
    """Weight decay for kernels only; biases and normalisation are left alone.

    A parameter that has a `pace` learns at that fraction of the rate; a frozen one is left out.
    """
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for parameter in net.parameters():
        if parameter.requires_grad:
            key = (decay if parameter.ndim > 1 else 0.0, getattr(parameter, "pace", 1.0))
            groups.setdefault(key, []).append(parameter)
    return [
        {"params": group, "weight_decay": weight, "pace": pace}
        for (weight, pace), group in groups.items()
    ]


class Average:
    """An exponential moving average of weights and statistics; quick to move at the start."""

    def __init__(self, net: nn.Module, decay: float):
        self.net = copy.deepcopy(net).eval().requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, net: nn.Module, step: int) -> None:
        decay = min(self.decay, (1 + step) / (10 + step))
        for mine, theirs in zip(
            self.net.state_dict().values(), net.state_dict().values(), strict=True
        ):
            if mine.dtype.is_floating_point:
                mine.lerp_(theirs, 1 - decay)
            else:
                mine.copy_(theirs)


@dataclass
class Run:
    """What a checkpoint holds: the network, its average, the optimiser and the step."""

    path: Path
    net: nn.Module
    average: Average
    optimiser: torch.optim.Optimizer
    step: int = 0

    def restore(self) -> None:
        """Goes on from the checkpoint, if there is one."""
        if not self.path.exists():
            return
        state = torch.load(self.path, map_location="cpu", weights_only=True)
        self.net.load_state_dict(state["net"])
        self.average.net.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step = state["step"]

    def save(self) -> None:
        """Writes beside the checkpoint first, so that a killed run leaves a whole one."""
        partial = self.path.with_suffix(".partial")
        state = {
            "net": self.net.state_dict(),
            "average": self.average.net.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
        }
        torch.save(state, partial)
        partial.replace(self.path)

    def descend(self, loss: torch.Tensor, rate: float, clip: float) -> None:
        """One step of the optimiser at a learning rate, and of the average."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group.get("pace", 1.0)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), clip)
        self.optimiser.step()
        self.step += 1
        self.average.update(self.net, self.step)


def start(net: nn.Module, path: Path, peak: float, decay: float, average: float) -> Run:
    """A run on the device at hand, resumed where its checkpoint is."""
    net = net.to(device(), memory_format=torch.channels_last).train()
    optimiser = torch.optim.AdamW(parameter_groups(net, decay), lr=peak)
    run = Run(path, net, Average(net, average), optimiser)
    run.restore()
    return run


def sampling_weights(labels: Tensor, balance: float) -> Tensor:
    """Rare classes are drawn more often: share ** -balance."""
    counts = torch.bincount(labels).float().clamp(min=1)
    return (counts / counts.sum()).pow(-balance)[labels]
