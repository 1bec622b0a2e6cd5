"""The trunk of the estimators: a chain of levels down to stride 32, and a decoder back to stride 2.

The profiles differ in their levels. `from_scratch` knows nothing yet; those of hair and objects
begin with EfficientNet-Lite0's first stages (`efficientnet.py`). The face estimator has an encoder
of two paths, which is no chain: `faces/trunk.py` has its own on top of the same decoder.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import GlobalContext, InvertedResidual, Separable, conv_bn

CHANNELS = 16
"""Features of every trunk's output."""


class Decoder(nn.Module):
    """From the deepest features up to stride 2, each doubling followed by the addition of a skip.

    `widths` are the channels at each level from the deepest on. Skips have their level's width, or
    are brought to it from the channels of `sides`.
    """

    def __init__(
        self, widths: tuple[int, ...], mix: list[nn.Module], sides: tuple[int, ...] | None = None
    ) -> None:
        super().__init__()
        outs = widths[1:]
        self.down = nn.ModuleList(conv_bn(a, b, act=False) for a, b in pairwise(widths))
        self.side = nn.ModuleList(
            conv_bn(skip, out, act=False) if sides else nn.Identity()
            for skip, out in zip(sides or outs, outs, strict=True)
        )
        self.mix = nn.ModuleList(mix)

    def forward(self, x: Tensor, skips: tuple[Tensor, ...]) -> Tensor:
        for skip, down, side, mix in zip(skips, self.down, self.side, self.mix, strict=True):
            x = mix(F.relu(up2(down(x)) + side(skip)))
        return x


def up2(x: Tensor) -> Tensor:
    """Doubles both sides, linear, half-pixel centres."""
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


class Trunk(nn.Module):
    """Levels in a row, each from the features of the one before, and a decoder over the last five.

    `early` levels are frozen and run without gradients; `levels` learn and keep their names in the
    checkpoint; `context` adds to the deepest features. Input: RGB, normalised by `mean` and `std`,
    sides multiples of 32. Output: 16 features at stride 2.
    """

    channels = CHANNELS

    def __init__(
        self,
        early: list[nn.Module],
        levels: dict[str, nn.Module],
        decoder: Decoder,
        context: nn.Module | None = None,
        mean: tuple[float, ...] = (0.5, 0.5, 0.5),
        std: tuple[float, ...] = (0.25, 0.25, 0.25),
    ) -> None:
        super().__init__()
        self.early = nn.ModuleList(early).requires_grad_(False)
        self.names = list(levels)
        for name, level in levels.items():
            self.add_module(name, level)
        self.context = context or nn.Identity()
        self.decoder = decoder
        self.mean, self.std = mean, std

    def forward(self, normalised: Tensor) -> Tensor:
        features = [normalised]
        with torch.no_grad():
            for level in self.early:
                features.append(level(features[-1]))
        for name in self.names:
            features.append(getattr(self, name)(features[-1]))
        *_, s2, s4, s8, s16, deepest = features
        return self.decoder(self.context(deepest), (s16, s8, s4, s2))


def from_scratch() -> Trunk:
    """A trunk of its own from the first layer on."""
    levels: dict[str, nn.Module] = {
        "stem": conv_bn(3, 16, 3, 2),
        "stage4": nn.Sequential(conv_bn(16, 24, 3, 2), Separable(24, 3)),
        "stage8": nn.Sequential(
            InvertedResidual(24, 40, 72, 3, 2), InvertedResidual(40, 40, 80, 3)
        ),
        "stage16": nn.Sequential(
            InvertedResidual(40, 64, 120, 3, 2),
            InvertedResidual(64, 64, 128, 5),
            InvertedResidual(64, 64, 128, 5),
            InvertedResidual(64, 64, 128, 5),
        ),
        "stage32": nn.Sequential(
            InvertedResidual(64, 112, 192, 3, 2),
            InvertedResidual(112, 112, 224, 5),
            InvertedResidual(112, 112, 224, 5),
            GlobalContext(112, 32),
            InvertedResidual(112, 112, 224, 5),
            InvertedResidual(112, 112, 224, 5),
        ),
    }
    mix: list[nn.Module] = [Separable(64, 5), Separable(40, 5), Separable(24, 3), Separable(16, 3)]
    return Trunk([], levels, Decoder((112, 64, 40, 24, 16), mix))
