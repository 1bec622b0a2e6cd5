"""The hair primary: its inputs, its networks and how it is scored."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
import torch

from maskstream_training.common.layers import cost
from maskstream_training.hair.colors import LABELS, NONE, SIDE, Heads, filled, inputs, label_of
from maskstream_training.hair.evaluate_primary import answers, crossed, f1, macro
from maskstream_training.hair.experiment import shown
from maskstream_training.hair.nets import ColorNet, ColorStatistics, lab
from maskstream_training.hair.train import Plan, borrowed, train

RED, COVERED = LABELS.index("red"), LABELS.index("covered")


def heads(count: int = 14) -> Heads:
    """Images of one colour each, hair in the middle; the last has no subject."""
    rng = torch.Generator().manual_seed(2)
    colours = torch.randint(0, 256, (count, 3, 1, 1), generator=rng, dtype=torch.uint8)
    maps = torch.zeros(count, 16, 16, dtype=torch.uint8)
    maps[:, 4:12, 4:12] = 200
    found = torch.ones(count, dtype=torch.bool)
    maps[-1], found[-1] = 0, False
    labels = torch.arange(count) % len(LABELS)
    labels[-1] = NONE
    return Heads(
        colours.expand(-1, -1, 32, 32).contiguous(),
        maps,
        torch.tensor([[8.0, 8.0, 16.0, 16.0]]).repeat(count, 1),
        found,
        labels,
        torch.zeros(count, dtype=torch.bool),
    )


def test_labels_of_the_table() -> None:
    def named(colour: str, note: str = "") -> int | None:
        return label_of({"hair_color": colour, "label_note": note})

    assert named("bald") == NONE
    assert named("red") == RED
    assert named("other", "hat") == COVERED
    assert named("other", "several") is None


def test_masked_shares_take_the_kept_mean() -> None:
    rgb = torch.rand(2, 3, 8, 8)
    kept = torch.zeros(2, 1, 8, 8)
    kept[..., :4] = 1
    x = filled(rgb, kept)
    assert torch.allclose(x[..., :4], rgb[..., :4], atol=1e-06)
    mean = rgb[..., :4].mean((2, 3), keepdim=True)
    assert torch.allclose(x[..., 4:], mean.expand(-1, -1, 8, 4), atol=1e-06)
    assert torch.allclose(x.mean((2, 3), keepdim=True), mean, atol=1e-06)


def test_crops_are_the_subjects_box() -> None:
    some = heads()
    x = inputs(some, 0.0, 0.2)
    assert tuple(x.shape) == (len(some.labels), 3, SIDE, SIDE)
    expected = some.images[:13, :, :1, :1].float() / 255
    assert torch.allclose(x[:13], expected.expand(-1, -1, SIDE, SIDE), atol=0.0001)


def test_variants_of_the_experiment() -> None:
    some = heads().part(torch.arange(13))
    views = shown(some, 0.0, 0.2)
    assert torch.allclose(views["masked"], inputs(some, 0.0, 0.2), atol=1e-06)
    assert torch.allclose(views["full"], inputs(some, 0.0, None), atol=1e-06)
    assert float(views["silhouette"].mean()) == pytest.approx(1.0, abs=0.05)


def test_bald_heads_without_subject_borrow_one() -> None:
    some = heads()
    lent = borrowed(some, torch.Generator().manual_seed(1))
    assert int(lent.maps[-1].max()) == 200
    haired = some.labels != NONE
    assert torch.equal(lent.maps[haired], some.maps[haired])


def test_lab_of_known_colours() -> None:
    colours = torch.tensor([[1.0, 1, 1], [0, 0, 0], [1, 0, 0]])[:, :, None, None]
    expected = torch.tensor([[1.0, 0, 0], [0, 0, 0], [0.5324, 0.8009, 0.6720]])
    assert torch.allclose(lab(colours)[:, :, 0, 0], expected, atol=0.002)


def test_statistics_do_not_see_the_fill() -> None:
    rgb = torch.rand(1, 3, SIDE, SIDE)
    kept = torch.zeros(1, 1, SIDE, SIDE)
    kept[..., : SIDE // 2] = 1
    net = ColorStatistics(len(LABELS)).eval()
    with torch.no_grad():
        both = net.statistics(filled(rgb, kept))
        alone = net.statistics(rgb[..., : SIDE // 2])
    assert torch.allclose(both[:, :-1], alone[:, :-1], atol=0.002)
    assert float(both[0, -1]) == pytest.approx(0.5, abs=0.005)


def test_budget() -> None:
    for net in (ColorNet(len(LABELS)), ColorStatistics(len(LABELS))):
        multiply_adds = cost(net.eval(), torch.zeros(1, 3, SIDE, SIDE))[1]
        assert multiply_adds < 25e6


def test_a_stopped_run_goes_on_where_it_was() -> None:
    def weights(steps: tuple[int, ...]) -> torch.Tensor:
        with tempfile.TemporaryDirectory() as work:
            for last in steps:
                torch.manual_seed(0)
                plan = Plan(steps=last, batch=8, report_every=2, peak=0.0)
                net = ColorStatistics(len(LABELS))
                net = train(net, heads(), 0.0, (0.2, 0.5), Path(work) / "c.pt", plan)
        return net.norm.running_mean

    assert torch.allclose(weights((4,)), weights((2, 4)), atol=1e-06)


def test_no_subject_is_no_hair() -> None:
    some = heads()
    found = answers(torch.eye(len(LABELS))[some.labels * 0], some)
    assert int(found[-1]) == NONE
    assert int(found[0]) == 0


def test_scores() -> None:
    found, truth = torch.tensor([0, 0, 1, 1]), torch.tensor([0, 1, 1, 1])
    assert f1(found, truth, 1) == pytest.approx(0.8, abs=5e-08)
    some = heads()
    assert macro(some.labels, some)["macro_f1"] == 1.0
    measured = crossed(found, truth, 1, rounds=50)
    assert measured["recall"] == pytest.approx(2 / 3, abs=5e-06)
    low, high = measured["recall_95"]
    assert low <= 2 / 3 <= high
