"""The program's square crop in tensors, for training and evaluation alike."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass
class View:
    """Where each crop is taken; `turn` in radians and `mirror` serve training only."""

    centres: Tensor
    sides: Tensor
    turn: Tensor | None = None
    mirror: Tensor | None = None

    def scaled(self, scale: float) -> View:
        """The same crops of planes that are `scale` times as large."""
        return View(self.centres * scale, self.sides * scale, self.turn, self.mirror)


def square(boxes: Tensor, margin: float, extent: tuple[float, float]) -> View:
    """The square crops, centres [N,2] and sides [N], of boxes [N,4] (x, y, w, h).

    The margin is a fraction of the longer side and is added on each side. A square is at most as
    large as the shorter side of the image, which is `extent` (width, height), and is moved into it.
    """
    sides = (boxes[:, 2:].amax(1) * (1 + 2 * margin)).clamp(max=min(extent))
    half, limits = sides[:, None] / 2, boxes.new_tensor(extent)
    centres = (boxes[:, :2] + boxes[:, 2:] / 2).maximum(half).minimum(limits - half)
    return View(centres, sides)


def jittered(
    view: View, shift: float, scales: tuple[float, float], turn: float, rng: torch.Generator
) -> View:
    """Crops that wander around what the program would crop.

    `shift` and `scales` are fractions of a crop's side, `turn` is the largest angle in radians.
    """
    count, (smallest, largest) = len(view.sides), scales

    def uniform(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=rng) * 2 - 1

    return View(
        view.centres + uniform(count, 2) * shift * view.sides[:, None],
        view.sides * (smallest + torch.rand(count, generator=rng) * (largest - smallest)),
        uniform(count) * turn,
        torch.rand(count, generator=rng) < 0.5,
    )


def crop(planes: Tensor, view: View, size: int, outside: str = "border") -> Tensor:
    """Square crops of planes [N,C,H,W] in pixels of the planes; outside, the edge is repeated.

    `outside` "zeros" is for masks: what lies beyond the image is not kept. Planes much larger than
    `size` must be reduced first: the sampling is bilinear.
    """
    centres, sides = view.centres, view.sides
    height, width = planes.shape[2:]
    turn = torch.zeros_like(sides) if view.turn is None else view.turn
    sign = torch.ones_like(sides) if view.mirror is None else 1 - 2 * view.mirror.to(sides)
    cos, sin, half = torch.cos(turn), torch.sin(turn), sides / 2
    theta = torch.empty(len(planes), 2, 3, dtype=sides.dtype, device=planes.device)
    theta[:, 0, 0], theta[:, 0, 1] = cos * half * sign * 2 / width, -sin * half * 2 / width
    theta[:, 1, 0], theta[:, 1, 1] = sin * half * sign * 2 / height, cos * half * 2 / height
    theta[:, 0, 2] = centres[:, 0] * 2 / width - 1
    theta[:, 1, 2] = centres[:, 1] * 2 / height - 1
    grid = F.affine_grid(theta, [len(planes), 1, size, size], align_corners=False)
    return F.grid_sample(planes, grid, padding_mode=outside, align_corners=False)
