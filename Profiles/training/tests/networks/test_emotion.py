"""The emotion primary: its crops, and runs that are stopped."""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest import mock

import pytest
import torch

from maskstream_training.common.crops import crop, square
from maskstream_training.faces.fer import STRANGER, FerPlus, normalise
from maskstream_training.faces.net import Primary
from maskstream_training.faces.subjects import Subjects
from maskstream_training.faces.train import Drawing, Plan, drawn, train


def test_whole_image_is_itself() -> None:
    sample = torch.rand(2, 1, 48, 48)
    view = square(torch.tensor([[0.0, 0.0, 48.0, 48.0]] * 2), 0.0, (48, 48))
    assert torch.allclose(crop(sample, view, 48), sample, atol=1e-05)


def test_longer_side_wins_and_margin_is_on_each_side() -> None:
    view = square(torch.tensor([[10.0, 20.0, 30.0, 40.0]]), 0.1, (100, 90))
    assert view.centres.tolist() == [[25.0, 40.0]]
    assert float(view.sides[0]) == pytest.approx(48.0, abs=5e-05)


def test_squares_are_moved_into_the_image_and_fit_it() -> None:
    boxes = torch.tensor([[0.0, 0.0, 10.0, 40.0], [50.0, 0.0, 50.0, 90.0], [90.0, 40.0, 10.0, 2]])
    view = square(boxes, 0.0, (100, 60))
    assert view.centres.tolist() == [[20.0, 20.0], [70.0, 30.0], [95.0, 41.0]]
    assert view.sides.tolist() == [40.0, 60.0, 10.0]


def test_masked_pixels_are_zero_and_kept_ones_normal() -> None:
    kept = torch.zeros(1, 1, 48, 48)
    kept[..., 10:30, 10:30] = 1
    x = normalise(torch.rand(1, 1, 48, 48), kept)
    inside = x[kept > 0]
    assert float(x[kept == 0].abs().max()) == 0.0
    assert float(inside.mean()) == pytest.approx(0.0, abs=5e-05)
    assert float(inside.std(correction=0)) == pytest.approx(1.0, abs=0.0005)


def test_nothing_kept_is_all_zero() -> None:
    x = normalise(torch.rand(1, 1, 48, 48), torch.zeros(1, 1, 48, 48))
    assert float(x.abs().max()) == 0.0


def ferplus() -> tuple[FerPlus, Subjects]:
    rng = torch.Generator().manual_seed(1)
    images = torch.randint(0, 256, (16, 48, 48), generator=rng, dtype=torch.uint8)
    votes = torch.eye(8).repeat(2, 1)
    maps = torch.randint(0, 256, (16, 56, 56), generator=rng, dtype=torch.uint8)
    boxes = torch.tensor([[4.0, 2.0, 40.0, 44.0]]).repeat(16, 1)
    shapes = torch.rand(16, 52, generator=rng)
    shapes[3] = torch.nan
    found = Subjects(maps, boxes, shapes, torch.ones(16) > 0)
    return FerPlus(images, votes, torch.arange(16)), found


def test_the_teacher_has_its_share() -> None:
    data, found = ferplus()
    plan = Plan(batch=8, trust=0.6, mixed=0.0)
    told = torch.full((8, 8), 1 / 8)
    asked = mock.Mock(return_value=told)
    data.votes = plan.taught(data.votes, told.repeat(2, 1))
    drawing = Drawing(data, found, plan, 0.0, (0.2, 0.7), 100, asked)
    meant = drawing(0)[1]
    assert torch.allclose(meant.max(1).values, torch.tensor(0.4 + 0.6 / 8))
    again = drawing(plan.looks)
    assert torch.equal(again[1], meant)
    assert not torch.equal(again[0], drawing(0)[0])
    asked.assert_called_once()


def test_strangers_are_drawn_as_often_as_planned() -> None:
    data = ferplus()[0]
    strangers = FerPlus(data.images[:4], data.votes[:4], torch.full((4,), STRANGER))
    weights = drawn(data.and_more(strangers), Plan(strange=0.25))
    assert float(weights[16:].sum()) == pytest.approx(0.25)
    assert float(weights.sum()) == pytest.approx(1)


def test_deeper_networks_begin_as_shallow_ones() -> None:
    shallow, deep = Primary(blocks=2).eval(), Primary(blocks=3).eval()
    deep.begin_with(shallow)
    x = torch.rand(2, 1, 48, 48)
    with torch.no_grad():
        assert torch.allclose(deep(x), shallow(x), atol=1e-5)


def test_what_is_chosen_with_is_not_reported_on() -> None:
    data, found = ferplus()
    half = data.choosing
    numbers = [data.part(side).numbers.tolist() for side in (half, ~half)]
    assert sorted(numbers[0] + numbers[1]) == list(range(16))
    assert torch.equal(found.part(half).maps, found.maps[data.part(half).numbers])


def weights(epochs: tuple[int, ...]) -> torch.Tensor:
    data, found = ferplus()
    with tempfile.TemporaryDirectory() as work:
        for last in epochs:
            plan = Plan(epochs=last, batch=8, plain=0.0)
            with mock.patch("maskstream_training.common.training.cosine", return_value=1e-3):
                net = train(data, found, 0.0, (0.2, 0.7), Path(work), plan)
    return net.head.weight.detach().cpu()


def test_a_stopped_run_goes_on_where_it_was() -> None:
    with mock.patch("torch.nn.Dropout.forward", lambda _, x: x):
        assert torch.allclose(weights((2,)), weights((1, 2)), atol=1e-06)
