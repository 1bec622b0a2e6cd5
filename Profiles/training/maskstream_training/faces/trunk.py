"""The face estimator's trunk: what things are at half size, where they end at full size.

EfficientNet-Lite0's first stages see the image at half its size and bring what ImageNet taught
them of things; a light path sees it at its own size, for edges and small faces. Both meet in the
decoder. That is no chain of levels, and so no `Trunk` of `common/trunk.py`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..common.efficientnet import MEAN, STD, EfficientNetLite0, slow_down, stem_and_stages
from ..common.layers import GlobalContext, InvertedResidual, Separable, conv_bn
from ..common.trunk import CHANNELS, Decoder

FROZEN = 2
PACE = 0.15


class Doubled(nn.Module):
    """Two depthwise convolutions of stride 2 side by side: twice the channels.

    As one convolution with twice as many outputs as groups it would be the same, and ONNX Runtime
    would take several times as long.
    """

    def __init__(self, channels: int):
        super().__init__()
        self.each = nn.ModuleList(
            conv_bn(channels, channels, 3, 2, groups=channels, act=False) for _ in range(2)
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([each(x) for each in self.each], 1)


class FaceTrunk(nn.Module):
    """Two encoders, to strides 16 and 32, and a decoder over both; 16 features at stride 2.

    Input: RGB, normalised by `mean` and `std`, sides multiples of 32.
    """

    mean, std = MEAN, STD
    channels = CHANNELS

    def __init__(self, encoder: EfficientNetLite0 | None = None) -> None:
        super().__init__()
        stem, stages = stem_and_stages(encoder)
        self.early = nn.Sequential(stem, *stages[:FROZEN]).requires_grad_(False)
        self.coarse16, self.coarse32 = stages[FROZEN], stages[FROZEN + 1]
        slow_down(PACE, self.coarse16, self.coarse32)
        self.context = nn.Sequential(Separable(80, 5), GlobalContext(80, 32), Separable(80, 5))
        self.fine2 = conv_bn(3, 16, 3, 2)
        self.fine4 = nn.Sequential(Doubled(16), conv_bn(32, 24), Separable(24, 3))
        self.fine8 = nn.Sequential(
            InvertedResidual(24, 40, 72, 3, 2), InvertedResidual(40, 40, 80, 3)
        )
        self.fine16 = nn.Sequential(
            conv_bn(40, 40, 5, 2, groups=40, act=False), conv_bn(40, 64, act=False)
        )
        self.join16 = conv_bn(40, 64, act=False)
        self.join8 = conv_bn(24, 40, act=False)
        self.decoder = Decoder(
            (80, 64, 40, 24, 16),
            [Separable(64, 5), Separable(40, 5), Separable(24, 3), Separable(16, 3)],
        )

    def forward(self, normalised: Tensor) -> Tensor:
        with torch.no_grad():
            coarse8 = self.early(F.avg_pool2d(normalised, 2))
        coarse16 = self.coarse16(coarse8)
        deep = self.context(self.coarse32(coarse16))
        fine2 = self.fine2(normalised)
        fine4 = self.fine4(fine2)
        fine8 = self.fine8(fine4)
        skip16 = self.fine16(fine8) + self.join16(coarse16)
        return self.decoder(deep, (skip16, fine8 + self.join8(coarse8), fine4, fine2))
