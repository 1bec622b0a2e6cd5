"""What faces are counted by, and CenterFace's boxes."""

from __future__ import annotations

import numpy as np
import pytest

from maskstream_training.common.geometry import Input
from maskstream_training.common.listed import ListedFace, ListedImage
from maskstream_training.crowds.choose import views
from maskstream_training.crowds.detect import Detector, decoded, ellipses, suppressed
from maskstream_training.crowds.exposed import Exposure
from maskstream_training.crowds.films import Actor, Film, cutout
from maskstream_training.crowds.hidden import Count, false_pixels, is_hidden
from maskstream_training.crowds.images import turn
from maskstream_training.crowds.packed import recall

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


def actor(degrees: float) -> Actor:
    """A face of 40 by 20 pixels that goes from (50, 60) to (90, 60) in a frame."""
    photo = np.full((100, 100, 3), 200, np.uint8)
    face = cutout(photo, np.array([40.0, 30, 50, 50]))
    places = np.array([50.0, 60]), np.array([90.0, 60])
    return Actor(face, "moves", 40, places, (degrees, degrees))


def test_the_middle_of_a_face_moves_and_turns_with_it() -> None:
    for at, x in ((0, 50), (0.5, 70), (1, 90)):
        assert actor(0).points(at).mean(0) == pytest.approx((x, 60))
    for degrees, sides in ((0, (10, 20)), (90, (20, 10))):
        assert np.ptp(actor(degrees).points(0), 0) == pytest.approx(sides)


def test_a_face_is_drawn_where_its_points_are() -> None:
    film = Film(np.zeros((120, 160, 3), np.uint8), [actor(90)])
    first = next(film.frames())
    x, y = actor(90).points(0).astype(int).T
    assert (first[y, x] > 150).all()
    assert first[:, 100:].max() == 0


def test_exposed_are_faces_that_are_mostly_inside_and_not_hidden() -> None:
    exposure, mask = Exposure(), np.zeros((120, 160), bool)
    exposure.add(mask, [actor(0)], 0)
    mask[45:75, 40:60] = True
    exposure.add(mask, [actor(0)], 0)
    exposure.add(np.zeros((120, 45), bool), [actor(0)], 0)
    assert (exposure.seen, exposure.frames) == ({"moves": [True, False]}, [True, False, False])


class Brightest(Detector):
    """Finds the box around what is bright, if that is higher than wide."""

    def __init__(self) -> None: ...

    def boxes(self, image: np.ndarray, width: int, height: int) -> np.ndarray:
        rows, columns = np.nonzero(image[:, :, 0])
        x1, y1, x2, y2 = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
        return np.array([[x1, y1, x2, y2, 1.0]] if y2 - y1 > x2 - x1 else []).reshape(-1, 5)


def test_boxes_of_turned_views_are_turned_back() -> None:
    image = np.zeros((90, 160, 3), np.uint8)
    image[10:20, 30:80] = 1
    upright, turned = views(Brightest(), image, Input())
    assert (len(upright), turned[:, :4].tolist()) == (0, [[30, 10, 80, 20]] * 2)
    upright, turned = views(Brightest(), np.rot90(image).copy(), Input())
    assert (len(upright), len(turned)) == (1, 1)
    assert upright.tolist() == turned.tolist()


def test_each_face_needs_a_detection_of_its_own() -> None:
    faces = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [40, 40, 50, 50]], float)
    found = np.array([[0, 0, 10, 10, 0.9], [40, 46, 50, 56, 0.9]])
    assert recall(found, faces) == 1 / 3
    assert recall(np.empty((0, 5)), faces) == 0
