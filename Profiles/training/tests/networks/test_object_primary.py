"""Measures of the object primary."""

from __future__ import annotations

import numpy as np
import torch

from maskstream_training.common.curves import area_under, occlusion
from maskstream_training.common.measures import interval
from maskstream_training.objects.evaluate_primary import masked


def test_masked_pixels_take_the_mean_of_the_kept() -> None:
    crop = np.zeros((1, 4, 4, 3), np.uint8)
    crop[:, :2] = 100
    crop[:, 3] = 255
    kept = np.zeros((1, 4, 4), bool)
    kept[:, :2] = True
    assert np.allclose(masked(crop, kept), 100)


def test_the_right_order_inserts_sooner() -> None:
    order = torch.zeros(1, 1, 8, 8)
    order[..., :4] = 1
    order = order + torch.rand(order.shape, generator=torch.Generator().manual_seed(0)) * 0.1

    def answer(kept: torch.Tensor) -> torch.Tensor:
        return kept[..., :4].mean((1, 2, 3))

    assert area_under(answer, order, True) > area_under(answer, -order, True) + 0.3
    assert area_under(answer, order, False) < area_under(answer, -order, False)
    loss = occlusion(answer, order, 4)
    assert float(loss[..., :3].mean()) > float(loss[..., 5:].mean())


def test_the_interval_holds_the_mean() -> None:
    low, high = interval(np.array([0.0] * 90 + [-1.0] * 10))
    assert -0.17 < low < -0.1 < high < -0.03
