"""The hair estimator's trunk: EfficientNet-Lite0's first stages, and a narrow deep one of its own.

The first stages know edges, textures and things from ImageNet; what the hair images have to teach
is then less. The stage at stride 32 and the decoder are its own.
"""

from __future__ import annotations

from torch import nn

from ..common.efficientnet import MEAN, STD, EfficientNetLite0, slow_down, stem_and_stages
from ..common.layers import GlobalContext, InvertedResidual, Separable
from ..common.trunk import Decoder, Trunk

FROZEN = 2
PACE = 0.15


def hair_trunk(encoder: EfficientNetLite0 | None = None) -> Trunk:
    """Begins with the stages of `encoder`, or with random ones."""
    stem, stages = stem_and_stages(encoder)
    stride8, stride16 = stages[FROZEN], stages[FROZEN + 1]
    slow_down(PACE, stride8, stride16)
    stride32 = nn.Sequential(
        InvertedResidual(80, 112, 240, 3, 2),
        InvertedResidual(112, 112, 224, 5),
        GlobalContext(112, 32),
        InvertedResidual(112, 112, 224, 5),
        InvertedResidual(112, 112, 224, 5),
    )
    mix = [
        nn.Sequential(Separable(64, 5), Separable(64, 5)),
        nn.Sequential(Separable(40, 5), Separable(40, 3)),
        Separable(24, 5),
        Separable(16, 3),
    ]
    return Trunk(
        [stem, *stages[:FROZEN]],
        {"stride8": stride8, "stride16": stride16, "stride32": stride32},
        Decoder((112, 64, 40, 24, 16), mix, sides=(80, 40, 24, 16)),
        mean=MEAN,
        std=STD,
    )
