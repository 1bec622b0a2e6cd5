"""A classifier's logits, its temperature and its calibration error."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor
from torch.nn import functional as F

from .log import log
from .stamp import replace_value


def run(model: onnxruntime.InferenceSession, x: Tensor) -> Tensor:
    """Logits, in batches."""
    parts = [model.run(None, {"image": part.numpy()})[0] for part in x.split(256)]
    return torch.from_numpy(np.concatenate(parts))


def fit_temperature(logits: Tensor, truth: Tensor) -> float:
    """The temperature of the least negative log-likelihood of the true classes."""
    grid = torch.exp(torch.linspace(np.log(0.3), np.log(3.0), 231))
    losses = torch.stack([F.cross_entropy(logits / t, truth) for t in grid])
    return round(float(grid[losses.argmin()]), 3)


def calibration_error(probabilities: Tensor, truth: Tensor, bins: int = 15) -> float:
    """Expected calibration error of the best class."""
    confidence, guess = probabilities.max(1)
    right, index = (guess == truth).float(), (confidence * bins).long().clamp(max=bins - 1)
    gaps = [(right - confidence)[index == b].sum().abs() for b in range(bins)]
    return float(torch.stack(gaps).sum() / len(truth))


def calibrate(profile: Path, logits: Tensor, truth: Tensor) -> None:
    """Fits the temperature and writes it to the manifest."""
    temperature = fit_temperature(logits, truth)
    replace_value(profile / "profile.yaml", "primary", "temperature", str(temperature))
    log.info("temperature %.3f", temperature)
