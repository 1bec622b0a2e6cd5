"""The object estimator's trunk: EfficientNet-Lite0's first stages and a light decoder.

The early stages stay as ImageNet taught them and run without gradients; the later ones learn on
at a tenth of the pace. Normalisation is folded away from the start, so nothing there drifts.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from . import efficientnet
from .nets import Decoder, GlobalContext, Separable, conv_bn

FROZEN = 3
DEEPEST = 2
PACE = 0.1


class ObjectTrunk(efficientnet.Lite0Trunk):
    """Encoder to stride 32, additive U-shaped decoder; 16 features at stride 2."""

    def __init__(self, encoder: efficientnet.EfficientNetLite0 | None = None) -> None:
        super().__init__()
        stem, stages = self.stem_and_stages(encoder)
        self.early = nn.ModuleList([stem, *stages[:FROZEN]]).requires_grad_(False)
        self.stride16 = nn.Sequential(*stages[3], *stages[4])
        self.stride32 = nn.Sequential(*stages[5][:DEEPEST])
        self.slow_down(PACE, self.stride16, self.stride32)
        self.context = nn.Sequential(
            conv_bn(192, 128), Separable(128, 5), GlobalContext(128, 64), Separable(128, 5)
        )
        mix = [nn.Sequential(Separable(out, 5), Separable(out, 3)) for out in (96, 48, 32)]
        self.decoder = Decoder(
            (128, 96, 48, 32, 16), [*mix, Separable(16, 3)], sides=(112, 40, 24, 16)
        )

    def forward(self, normalised: Tensor) -> Tensor:
        with torch.no_grad():
            stem, s2, s4, s8 = self.early
            s2 = s2(stem(normalised))
            s4 = s4(s2)
            s8 = s8(s4)
        s16 = self.stride16(s8)
        return self.decoder(self.context(self.stride32(s16)), (s16, s8, s4, s2))
