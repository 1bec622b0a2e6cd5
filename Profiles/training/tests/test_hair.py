"""What the hair estimator learns from: targets and covers."""

from __future__ import annotations

import numpy as np
import pytest

from maskstream_training.common.archives import HAIR, IGNORE, SKIN, LabelledImage
from maskstream_training.common.grades import LOW
from maskstream_training.common.relevance import PART
from maskstream_training.hair.compose import cover
from maskstream_training.hair.targets import INSIDE, RIM, prepare, relevance


def head(side: int = 160) -> np.ndarray:
    """Hair over a face, which goes on beyond the top edge, and doubt on its right."""
    label = np.zeros((side, side), np.uint8)
    label[0:70, 30:130] = HAIR
    label[60:130, 50:110] = SKIN
    label[0:70, 130:140] = IGNORE
    return label


def test_rises_from_the_rim_to_the_inside() -> None:
    label = head()
    graded = relevance(label)
    assert np.allclose(graded.target[label == 0], LOW)
    assert np.allclose(graded.target[label == SKIN], LOW)
    assert graded.target[30, 31] < RIM + 0.1
    assert float(graded.target[20, 90]) == pytest.approx(INSIDE, abs=0.005)
    assert (graded.target[label == HAIR] >= RIM - 1e-06).all()


def test_edges_of_the_image_and_doubt_are_no_rim() -> None:
    graded = relevance(head())
    assert float(graded.target[0, 90]) == pytest.approx(INSIDE, abs=0.005)
    assert graded.target[10, 128] > graded.target[10, 31]
    assert graded.known[10, 135] == 0


def test_small_hair_is_high_all_over() -> None:
    label = head()
    graded = relevance(label)
    assert np.allclose(graded.at_scale(0.1)[label == HAIR], PART)


def test_what_is_covered_is_no_hair() -> None:
    rng = np.random.default_rng(3)
    image = rng.integers(0, 256, (160, 160, 3), dtype=np.uint8)
    source = prepare(LabelledImage("head", image, head(), "test", False))
    before = source.relevance.target
    for _ in range(12):
        after = cover(source, before, source.relevance.known.astype(np.float32), rng)[1]
        changed = after != before
        assert np.allclose(after[changed], LOW)
    assert np.array_equal(before, relevance(head()).target)
