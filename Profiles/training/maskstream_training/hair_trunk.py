"""The hair estimator's trunk: EfficientNet-Lite0's first stages, and a narrow deep one of its own.

The first stages know edges, textures and things from ImageNet; what the hair pictures have to teach
is then less. The stage at stride 32 and the decoder are its own.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from . import efficientnet
from .nets import Decoder, GlobalContext, InvertedResidual, Separable

FROZEN = 2
PACE = 0.15


class HairTrunk(efficientnet.Lite0Trunk):
    """Encoder to stride 32, additive U-shaped decoder; 16 features at stride 2."""

    def __init__(self, encoder: efficientnet.EfficientNetLite0 | None = None) -> None:
        super().__init__()
        stem, stages = self.stem_and_stages(encoder)
        self.early = nn.ModuleList([stem, *stages[:FROZEN]]).requires_grad_(False)
        self.stride8, self.stride16 = stages[FROZEN], stages[FROZEN + 1]
        self.slow_down(PACE, self.stride8, self.stride16)
        self.stride32 = nn.Sequential(
            InvertedResidual(80, 112, 240, 3, 2),
            InvertedResidual(112, 112, 224, 5),
            GlobalContext(112, 32),
            InvertedResidual(112, 112, 224, 5),
            InvertedResidual(112, 112, 224, 5),
        )
        self.decoder = Decoder(
            (112, 64, 40, 24, 16),
            [
                nn.Sequential(Separable(64, 5), Separable(64, 5)),
                nn.Sequential(Separable(40, 5), Separable(40, 3)),
                Separable(24, 5),
                Separable(16, 3),
            ],
            sides=(80, 40, 24, 16),
        )

    def forward(self, normalised: Tensor) -> Tensor:
        with torch.no_grad():
            stem, s2, s4 = self.early
            s2 = s2(stem(normalised))
            s4 = s4(s2)
        s8 = self.stride8(s4)
        s16 = self.stride16(s8)
        return self.decoder(self.stride32(s16), (s16, s8, s4, s2))
