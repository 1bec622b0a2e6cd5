"""The experiments on masking: equal areas, paired differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from maskstream_training.common.evidence import blots, compared, table
from maskstream_training.common.measures import interval
from maskstream_training.objects.evaluate_primary import middle, subject_window
from maskstream_training.objects.experiment import pasted, transplants, views
from maskstream_training.objects.images import ObjectImage, inside


def sample(seed: int) -> ObjectImage:
    """A bright block on noise."""
    rng = np.random.default_rng(seed)
    image = rng.integers(0, 80, (60, 90, 3), dtype=np.uint8)
    mask = np.zeros((60, 90), np.uint8)
    mask[20:50, 30:60] = 255
    image[mask > 0] = 200
    return ObjectImage(f"in_{seed}", image, mask, mask, "imagenet-sample", False, "n0")


def test_blots_keep_as_much_and_never_the_same() -> None:
    kept = torch.zeros(3, 1, 24, 24)
    for i, side in enumerate((4, 12, 24)):
        kept[i, 0, :side, :side] = 1
    found = blots(kept)
    assert found.sum((1, 2, 3)).tolist() == kept.sum((1, 2, 3)).tolist()
    assert not torch.equal(found[1], kept[1])
    assert torch.equal(found, blots(kept))


def test_variants_show_what_they_say() -> None:
    samples = [sample(i) for i in range(4)]
    kept = [p.mask > 0 for p in samples]
    boxes = [middle(p.image) for p in samples]
    shown = views(samples, boxes, kept)
    assert float((np.abs(shown["masked"] - 200) < 5).mean()) > 0.95
    assert float(np.median(shown["inverse"])) < 80
    assert set(np.unique(shown["silhouette"]).tolist()) == {0, 255}
    grounds = [np.full((30, 30, 3), 10 * i, np.uint8) for i in range(4)]
    moved = transplants(samples, boxes, kept, grounds, np.arange(4))
    assert int(moved["ground of a kindred class"][0][0, 0, 0]) == 10
    own = pasted(samples[0], grounds[3], kept[0])
    assert (int(own[0, 0, 0]), int(own[30, 40, 0])) == (30, 200)


def test_squares_lie_inside() -> None:
    assert inside((5, 5, 20), (60, 90)) == (10.0, 10.0, 20)
    assert inside((80, 50, 200), (60, 90)) == (60.0, 30.0, 60)
    assert middle(np.zeros((60, 90, 3))) == (45.0, 30.0, 60)


def test_without_a_subject_it_is_the_middle() -> None:
    settings = {"subjects": {"min_area": 0.01}, "primary": {"margin": 0.1}}
    image, plane = np.zeros((60, 90, 3), np.uint8), np.zeros((30, 45), np.float32)
    assert subject_window(image, plane, settings) == ((45.0, 30.0, 60), False)
    plane[10:20, 10:20] = 1
    window, found = subject_window(image, plane, settings)
    assert found
    assert window[2] == pytest.approx(24.0, abs=5e-06)


def test_differences_are_paired() -> None:
    base = np.tile([0.0, 1.0], 50)[None].repeat(2, 0)
    row = compared(base, base)
    assert (row["difference"], row["interval"]) == (0.0, [0.0, 0.0])
    low, high = interval(np.tile([0.0, 1.0], 50))
    assert 0.35 < low < 0.5 < high < 0.65
    lines = table({"one": {"full": row, "masked": compared(1 - base, base)}}).splitlines()
    assert len(lines) == 4
