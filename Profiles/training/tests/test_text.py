"""Known writing: what counts as read, and where strings are put."""

from __future__ import annotations

import numpy as np
import pytest

from maskstream_training.text.read import longest_common


@pytest.mark.parametrize(
    ("found", "truth", "length"),
    [
        ("", "abc", 0),
        ("abc", "abc", 3),
        ("xxbcx", "abcd", 2),
        ("INVOICE2749", "invoice 2749", 11),
        ("a-b-c", "abc", 1),
        ("banana", "ananas", 5),
    ],
)
def test_longest_common(found: str, truth: str, length: int) -> None:
    assert longest_common(found, truth) == length
    assert longest_common(truth, found) == length


def test_strings_are_apart_and_inside() -> None:
    draw = pytest.importorskip("maskstream_training.text.draw")
    taken = np.zeros((draw.HEIGHT // draw.COARSE, draw.WIDTH // draw.COARSE), np.uint8)
    rng = np.random.default_rng(0)
    planes = []
    for slant in (0, 30, -45, 90, 0, -90):
        placed = draw.place(np.zeros((40, 300), np.uint8), slant, taken, rng)
        assert placed is not None
        corners = placed[1]
        assert (corners >= 0).all()
        assert (corners <= (draw.WIDTH, draw.HEIGHT)).all()
        plane = np.zeros((draw.HEIGHT, draw.WIDTH), np.uint8)
        planes.append(draw.filled(plane, corners))
    assert max(np.sum(planes, 0).ravel()) == 1
