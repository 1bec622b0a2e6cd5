"""Known writing: what counts as read, and where strings are put."""

from __future__ import annotations

import numpy as np
import pytest

from maskstream_training.text.leftover import Leftover, Line, apart, legible, windows
from maskstream_training.text.read import HEIGHT, Reader, longest_common


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


@pytest.mark.parametrize("sides", [(4608, 2592), (320, 48), (200, 60), (321, 49), (560, 68)])
def test_windows_cover_an_image(sides: tuple[int, int]) -> None:
    covered = np.zeros(sides[::-1], bool)
    for x, y, width in windows(sides):
        assert x + width <= sides[0]
        assert y + HEIGHT <= sides[1]
        covered[y : y + HEIGHT, x : x + width] = True
    assert covered.all()


@pytest.mark.parametrize(
    ("text", "certainty", "expected"),
    [("abc", 0.95, True), ("ab", 0.99, False), ("a.b-", 0.99, False), ("abcdef", 0.5, False)],
)
def test_legible(text: str, certainty: float, expected: bool) -> None:
    assert legible(text, certainty) == expected


def test_of_overlapping_lines_the_longest_is_kept() -> None:
    long, short = Line((0, 0, 90, 20), "balance", 0.91), Line((10, 5, 90, 20), "lance", 0.99)
    other = Line((0, 20, 90, 20), "due", 0.95)
    assert apart([short, other, long]) == [long, other]


class OneWord(Reader):
    """A reader that finds a word wherever letters may be, and counts what it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def recognise(self, values: np.ndarray) -> list[tuple[str, float]]:
        self.asked += len(values)
        return [("word", 1.0)] * len(values)


def test_only_what_changed_is_read_again() -> None:
    image = np.zeros((96, 640, 3), np.uint8)
    image[20:50, 100:160:4] = 255
    reader = OneWord()
    look = Leftover(reader)
    first, asked = look.read(image), reader.asked
    assert first
    assert asked > 0
    assert look.read(image) == first
    assert reader.asked == asked
    assert look.read(np.zeros_like(image)) == []
    assert reader.asked == asked


def test_of_a_string_the_longest_run_near_it_counts() -> None:
    draw = pytest.importorskip("maskstream_training.text.draw")
    from maskstream_training.text.lines import Way

    corners = np.array([[10, 10], [90, 10], [90, 30], [10, 30]], np.float64)
    strings = [
        draw.Text("AB-CD 12", "latin", "font", 20, slant, np.add(corners, (0, shift)), np.array([]))
        for slant, shift in ((0, 0), (20, 100))
    ]
    way = Way()
    near, far = (0, 0, 50, 50), (200, 200, 50, 50)
    found = [Line(near, "AB", 1), Line(near, "xCD12", 1), Line(far, "AB-CD 12", 1)]
    way.add(draw.Scene(np.zeros((1, 1, 3)), strings), found, 5)
    assert way.right == [4 / 7]
    assert way.spent == [5]
