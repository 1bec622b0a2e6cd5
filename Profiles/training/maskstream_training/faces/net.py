"""The emotion primary."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from ..common.layers import ResidualBlock, conv_bn


class Primary(nn.Module):
    """A small residual classifier of one grey 48x48 crop. Output: logits.

    The second head is used while training only: it predicts the teacher's 52 blendshapes, so that
    the features know about brows, lids and lips even where the emotion label is weak.
    """

    def __init__(self, classes: int = 8, blendshapes: int = 52, dropout: float = 0.2) -> None:
        super().__init__()
        self.stem = nn.Sequential(conv_bn(1, 16, 3), conv_bn(16, 32, 3, 2))
        self.stages = nn.Sequential(
            ResidualBlock(32, 56, 2),
            ResidualBlock(56, 56),
            ResidualBlock(56, 112, 2),
            ResidualBlock(112, 112),
            ResidualBlock(112, 152, 2),
            ResidualBlock(152, 152),
        )
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(152, classes)
        self.blendshapes = nn.Linear(152, blendshapes)

    def features(self, image: Tensor) -> Tensor:
        x = F.adaptive_avg_pool2d(self.stages(self.stem(image)), 1)
        return self.dropout(x.flatten(1))

    def forward(self, image: Tensor) -> Tensor:
        return self.head(self.features(image))
