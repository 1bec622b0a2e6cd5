"""The emotion primary."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional as F

from ..common.layers import ResidualBlock, conv_bn

WIDTHS = (56, 112, 152)


class Primary(nn.Module):
    """A small residual classifier of one grey 48x48 crop. Output: logits.

    Each of its three stages has `blocks`, the first of which halves the sides. The second head is
    used while training only: it predicts the landmarker's 52 blendshapes, so that the features know
    about brows, lids and lips even where the emotion label is weak.
    """

    def __init__(
        self, classes: int = 8, blendshapes: int = 52, dropout: float = 0.2, blocks: int = 3
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(conv_bn(1, 16, 3), conv_bn(16, 32, 3, 2))
        self.stages = nn.Sequential(
            *(
                nn.Sequential(
                    ResidualBlock(inputs, outputs, 2),
                    *(ResidualBlock(outputs, outputs) for _ in range(blocks - 1)),
                )
                for inputs, outputs in pairwise((32, *WIDTHS))
            )
        )
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(WIDTHS[-1], classes)
        self.blendshapes = nn.Linear(WIDTHS[-1], blendshapes)

    def begin_with(self, shallow: Primary) -> None:
        """Takes the weights of one with fewer blocks, in place; the others are the identity."""
        self.stem.load_state_dict(shallow.stem.state_dict())
        self.head.load_state_dict(shallow.head.state_dict())
        for stage, theirs in zip(self.stages, shallow.stages, strict=True):
            known = list(theirs)
            for block, other in zip(stage, known, strict=False):
                block.load_state_dict(other.state_dict())
            for block in list(stage)[len(known) :]:
                nn.init.zeros_(block.second[1].weight)

    def features(self, image: Tensor) -> Tensor:
        x = F.adaptive_avg_pool2d(self.stages(self.stem(image)), 1)
        return self.dropout(x.flatten(1))

    def forward(self, image: Tensor) -> Tensor:
        return self.head(self.features(image))
