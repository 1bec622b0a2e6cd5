"""What faces are counted by, and CenterFace's boxes."""

from __future__ import annotations

import numpy as np
import pytest

from maskstream_training.common.listed import ListedFace, ListedImage
from maskstream_training.crowds.detect import decoded, ellipses, suppressed
from maskstream_training.crowds.hidden import Count, false_pixels, is_hidden
from maskstream_training.crowds.images import turn

FACE = ListedFace((40, 20, 80, 60))


def test_a_face_is_hidden_by_its_middle_half() -> None:
    mask = np.zeros((100, 120), bool)
    mask[30:50, 50:66] = True
    assert is_hidden(mask, FACE)
    mask[30:50, 65] = False
    assert not is_hidden(mask, FACE)


def test_false_is_what_lies_outside_grown_boxes() -> None:
    mask = np.ones((100, 120), bool)
    assert false_pixels(mask, [FACE]) == 100 * 120 - 60 * 60
    mask[:, :] = False
    mask[10:70, 30:90] = True
    assert false_pixels(mask, [FACE]) == 0


def test_faces_are_counted_by_size_and_kind() -> None:
    count = Count([])
    small = ListedFace((0, 0, 10, 14), frozenset({"mask"}))
    mask = np.zeros((100, 120), bool)
    mask[20:60, 40:80] = True
    count.add(mask, [FACE, small], [])
    found = count.measures()
    assert found["recall"] == 1
    assert (found["12 to 20 px"], found["40 px and more"]) == ("0 / 1", "1 / 1")
    assert found["mask"] == "0 / 0"
    assert found["false"] == 0


def test_a_cell_gives_a_box() -> None:
    heat, size, offset = np.zeros((1, 4, 6)), np.zeros((2, 4, 6)), np.zeros((2, 4, 6))
    heat[0, 2, 3] = 0.9
    size[:, 2, 3] = np.log((5, 3))
    offset[:, 2, 3] = 0.25, -0.5
    assert decoded(heat, size, offset) == pytest.approx(np.array([[6, 1, 18, 21, 0.9]]))


def test_a_worse_box_beside_a_better_one_goes() -> None:
    boxes = np.array([[0, 0, 10, 10, 0.5], [1, 0, 11, 10, 0.8], [30, 0, 40, 10, 0.1]])
    assert suppressed(boxes, 0.3)[:, 4].tolist() == [0.8, 0.1]
    assert suppressed(np.empty((0, 5)), 0.3).shape == (0, 5)


def test_an_ellipse_touches_its_grown_box() -> None:
    inside = ellipses(np.array([[20, 10, 40, 50, 0.9]]), 100, 80, 0.1)
    rows, columns = np.nonzero(inside)
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (18, 41, 6, 53)
    assert inside.sum() == pytest.approx(np.pi * 12 * 24, rel=0.03)
    assert ellipses(np.array([[-5, -5, 5, 5, 0.9]]), 100, 80, 0).sum() > 10


def test_boxes_turn_with_their_image() -> None:
    image = np.zeros((100, 120, 3), np.uint8)
    image[20:60, 40:80] = 1
    listed = ListedImage("a", "cases", "", [FACE], [])
    for degrees in (90, 180):
        other, turned = turn(listed, image, degrees)
        rows, columns = np.nonzero(turned[:, :, 0])
        x1, y1, x2, y2 = other.faces[0].box
        assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == (x1, y1, x2, y2)
        assert other.faces[0].height == FACE.height
