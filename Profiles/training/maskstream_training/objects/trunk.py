"""The object estimator's trunk: EfficientNet-Lite0's first stages and a light decoder.

The early stages stay as ImageNet taught them; the later ones learn on at a tenth of the pace.
Normalisation is folded away from the start, so nothing there drifts.
"""

from __future__ import annotations

from torch import nn

from ..common.efficientnet import MEAN, STD, EfficientNetLite0, slow_down, stem_and_stages
from ..common.layers import GlobalContext, Separable, conv_bn
from ..common.trunk import Decoder, Trunk

FROZEN = 3
DEEPEST = 2
PACE = 0.1


def object_trunk(encoder: EfficientNetLite0 | None = None) -> Trunk:
    """Begins with the stages of `encoder`, or with random ones."""
    stem, stages = stem_and_stages(encoder)
    stride16 = nn.Sequential(*stages[3], *stages[4])
    stride32 = nn.Sequential(*stages[5][:DEEPEST])
    slow_down(PACE, stride16, stride32)
    context = nn.Sequential(
        conv_bn(192, 128), Separable(128, 5), GlobalContext(128, 64), Separable(128, 5)
    )
    mix = [nn.Sequential(Separable(out, 5), Separable(out, 3)) for out in (96, 48, 32)]
    return Trunk(
        [stem, *stages[:FROZEN]],
        {"stride16": stride16, "stride32": stride32},
        Decoder((128, 96, 48, 32, 16), [*mix, Separable(16, 3)], sides=(112, 40, 24, 16)),
        context,
        mean=MEAN,
        std=STD,
    )
