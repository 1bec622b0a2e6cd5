"""The estimator: a trunk, its planes, and their composition."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .grades import Grades
from .grading import compose
from .trunk import from_scratch


class Estimator(nn.Module):
    """A trunk, a plane of logits for each of `grades.planes`, and their composition.

    Input: RGB in 0..1 for `planes`, normalised for `forward`. Output at the trunk's resolution.
    """

    def __init__(self, grades: Grades, trunk: nn.Module | None = None) -> None:
        super().__init__()
        self.grades = grades
        self.trunk = trunk or from_scratch()
        self.head = nn.Conv2d(self.trunk.channels, grades.planes, 1)
        for name in ("mean", "std"):
            values = torch.tensor(getattr(self.trunk, name)).view(1, 3, 1, 1)
            self.register_buffer(name, values, persistent=False)

    def planes(self, image: Tensor) -> Tensor:
        """Logits [N,planes,H/2,W/2], for training."""
        return self.head(self.trunk((image - self.mean) / self.std))

    def forward(self, normalised: Tensor) -> Tensor:
        """Scores [N,1,H/2,W/2], which is what the program gets."""
        return compose(self.grades, self.head(self.trunk(normalised)))
