"""The object profile's files, its targets and drawn images."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from maskstream_training.common.canvas import Canvas
from maskstream_training.common.grades import LOW
from maskstream_training.objects.compose import Sources, beside, compose, paste
from maskstream_training.objects.imagenet import groups
from maskstream_training.objects.images import ObjectImage, box_of, spread, square

PROFILE = Path(__file__).resolve().parents[2] / "object-id"


def sample(side: int = 160) -> ObjectImage:
    """A bright square object on a dark ground; attention grows to the right."""
    image = np.full((side, side, 3), 30, np.uint8)
    image[60:100, 70:110] = 220
    mask = np.zeros((side, side), np.uint8)
    mask[60:100, 70:110] = 255
    attention = np.broadcast_to(np.linspace(0, 255, side).astype(np.uint8), (side, side))
    return ObjectImage("one", image, mask, attention.copy(), "ECSSD", False, "")


def test_there_is_a_label_for_each_class_and_no_two_are_alike() -> None:
    labels = (PROFILE / "labels.txt").read_text().split("\n")[:-1]
    assert (len(labels), len(set(labels))) == (1000, 1000)


def test_groups_name_classes_that_exist() -> None:
    found = groups(PROFILE / "groups.txt")
    labels = (PROFILE / "labels.txt").read_text().split("\n")
    assert len(found) > 60
    for name, ids in found.items():
        assert len(ids) == len(set(ids)), name
        assert ids, name
        assert all(0 <= i < 1000 for i in ids), name
    assert "golden retriever" in [labels[i].lower() for i in found["dog"]]
    assert "tabby cat" in [labels[i] for i in found["cat"]]


def test_attention_is_shared_out_fairly_over_the_object() -> None:
    one = sample()
    plane = np.square(np.arange(49, dtype=np.float32).reshape(7, 7))
    inside = spread(plane, box_of(one.mask), one.mask)[one.mask > 127]
    assert float((inside < 128).mean()) == pytest.approx(0.5, abs=0.05)


def test_a_square_reaches_over_the_edge() -> None:
    plane = np.tile(np.arange(40, dtype=np.uint8), (20, 1))
    found = square(plane, (20, 10, 40), 40)
    assert np.array_equal(found[0], plane[0])
    assert np.array_equal(found[-1], plane[-1])


def test_pasted_objects_have_the_grades_and_nothing_else_has() -> None:
    canvas = Canvas.blank(224, 128)
    paste(canvas, sample(), 0.4, np.random.default_rng(5))
    assert float(canvas.target.min()) == pytest.approx(LOW, abs=5e-05)
    assert 0.5 < canvas.target.max() <= 1
    share = (0.4 * 128) ** 2 / (224 * 128)
    assert float((canvas.target > 0.2).mean()) == pytest.approx(share, abs=0.02)


def test_strips_hold_no_object() -> None:
    one = sample()
    strip = beside(one)
    assert strip is not None
    assert int(strip.max()) < 100


def test_an_image_is_a_function_of_its_number() -> None:
    one = sample()
    sources = Sources([one], [one], [one], [one.image[:56]])
    for number in range(20):
        first, again = (compose(sources, 96, 64, np.random.default_rng(number)) for _ in "ab")
        assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
        assert first[1].shape == (32, 48)
        assert first[1].min() >= LOW - 0.001
        assert first[1].max() <= 1
