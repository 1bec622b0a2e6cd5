"""Does the score matter to the primary? Insertion and deletion (Petsiuk et al., RISE, 2018)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

STEPS = 10
Answer = Callable[[Tensor], Tensor]
"""The primary's probability [N] of its own unmasked answer, from what is kept [N,1,H,W]."""


def area_under(answer: Answer, order: Tensor, insert: bool) -> float:
    """Area under the answer as pixels come (`insert`) or go, highest `order` [N,1,H,W] first."""
    pixels = order[0].numel()
    rank = order.flatten(1).argsort(1, descending=True).argsort(1).view_as(order)
    values = []
    for share in torch.linspace(0, 1, STEPS + 1):
        first = (rank < share * pixels).float()
        values.append(answer(first if insert else 1 - first).mean())
    line = torch.stack(values)
    return float((line[1:] + line[:-1]).mean() / 2)


def occlusion(answer: Answer, like: Tensor, cells: int) -> Tensor:
    """How much the answer loses when one of `cells` x `cells` squares is masked."""
    full = answer(torch.ones_like(like))
    loss = torch.zeros(len(like), 1, cells, cells)
    size = like.shape[-1] // cells
    for y in range(cells):
        for x in range(cells):
            kept = torch.ones_like(like)
            kept[:, :, y * size : (y + 1) * size, x * size : (x + 1) * size] = 0
            loss[:, 0, y, x] = full - answer(kept)
    return torch.nn.functional.interpolate(
        loss, size=like.shape[2:], mode="bilinear", align_corners=False
    )


def centre_prior(like: Tensor) -> Tensor:
    """The nearer to the middle, the sooner."""
    line = torch.linspace(-1, 1, like.shape[-1])
    return -(line[:, None].square() + line[None].square()).expand_as(like)


def priors(like: Tensor) -> dict[str, Tensor]:
    """Orders that know nothing of the image: chance, and the centre first."""
    chance = torch.rand(like.shape, generator=torch.Generator().manual_seed(3))
    return {"chance": chance, "centre": centre_prior(like)}
