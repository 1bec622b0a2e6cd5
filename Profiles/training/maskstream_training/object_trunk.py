"""The object estimator's trunk: EfficientNet-Lite0's first stages and a light decoder.

The early stages stay as ImageNet taught them and run without gradients; the later ones learn on
at a tenth of the pace. Normalisation is folded away from the start, so nothing there drifts.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from . import efficientnet
from .nets import GlobalContext, Separable, conv_bn, up2

FROZEN = 3
DEEPEST = 2
PACE = 0.1


class ObjectTrunk(nn.Module):
    """Encoder to stride 32, additive U-shaped decoder; 16 features at stride 2.

    Input: RGB, normalised as EfficientNet-Lite0 wants it, sides multiples of 32.
    """

    mean = (efficientnet.MEAN,) * 3
    std = (efficientnet.STD,) * 3
    channels = 16

    def __init__(self, encoder: efficientnet.EfficientNetLite0 | None = None) -> None:
        super().__init__()
        encoder = efficientnet.folded((encoder or efficientnet.EfficientNetLite0()).eval())
        stages = list(encoder.stages)
        self.early = nn.ModuleList([encoder.stem, *stages[:FROZEN]]).requires_grad_(False)
        self.stride16 = nn.Sequential(*stages[3], *stages[4])
        self.stride32 = nn.Sequential(*stages[5][:DEEPEST])
        for parameter in (*self.stride16.parameters(), *self.stride32.parameters()):
            parameter.pace = PACE
        self.context = nn.Sequential(
            conv_bn(192, 128), Separable(128, 5), GlobalContext(128, 64), Separable(128, 5)
        )
        widths = ((128, 112, 96), (96, 40, 48), (48, 24, 32), (32, 16, 16))
        self.down = nn.ModuleList(conv_bn(deep, out, act=False) for deep, _, out in widths)
        self.side = nn.ModuleList(conv_bn(skip, out, act=False) for _, skip, out in widths)
        self.mix = nn.ModuleList(
            nn.Sequential(Separable(out, 5), Separable(out, 3)) for _, _, out in widths[:3]
        )
        self.mix.append(Separable(16, 3))

    def forward(self, normalised: Tensor) -> Tensor:
        with torch.no_grad():
            stem, s2, s4, s8 = self.early
            s2 = s2(stem(normalised))
            s4 = s4(s2)
            s8 = s8(s4)
        s16 = self.stride16(s8)
        x = self.context(self.stride32(s16))
        for skip, down, side, mix in zip((s16, s8, s4, s2), self.down, self.side, self.mix):
            x = mix(F.relu(up2(down(x)) + side(skip)))
        return x
