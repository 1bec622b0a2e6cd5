"""What the face estimator learns from: targets and drawn images."""

from __future__ import annotations

import numpy as np

from maskstream_training.common.archives import BROW, EYE, IGNORE, MOUTH, OTHER, SKIN, LabelledImage
from maskstream_training.common.canvas import Canvas
from maskstream_training.common.distract import Thing, distract
from maskstream_training.common.grades import LOW
from maskstream_training.common.relevance import PART
from maskstream_training.faces.compose import Sources, compose
from maskstream_training.faces.targets import COVER, prepare, relevance


def drawn_face(side: int = 120) -> np.ndarray:
    """A square face with two brows, two eyes, a mouth, glasses below and doubt in a corner."""
    label = np.zeros((side, side), np.uint8)
    label[10:110, 20:100] = SKIN
    label[30:35, 30:50] = label[30:35, 70:90] = BROW
    label[42:50, 32:48] = label[42:50, 72:88] = EYE
    label[85:95, 45:75] = MOUTH
    label[60:64, 30:90] = OTHER
    label[:4, :4] = IGNORE
    return label


def test_grades() -> None:
    label = drawn_face()
    graded = relevance(label)
    assert np.allclose(graded.target[label == EYE], PART)
    assert np.allclose(graded.target[label == OTHER], COVER)
    assert np.allclose(graded.target[label == 0], LOW)
    skin = graded.target[label == SKIN]
    assert skin.min() >= 0.35
    assert skin.max() <= 0.7
    assert graded.target[51, 40] > graded.target[108, 22]
    assert graded.known[0, 0] == 0


def test_small_faces_are_high_all_over() -> None:
    label = drawn_face()
    graded = relevance(label)
    skin = label == SKIN
    assert np.allclose(graded.at_scale(0.1)[skin], PART)
    assert np.array_equal(graded.at_scale(1.0), graded.target)
    middle = graded.at_scale(0.24)[skin]
    assert (middle > graded.target[skin] - 1e-06).all()
    assert middle.max() < PART


def sources() -> Sources:
    """One of everything, of noise and squares."""
    rng = np.random.default_rng(3)
    image = rng.integers(0, 256, (96, 128, 3), dtype=np.uint8)
    label = np.zeros((96, 128), np.uint8)
    label[20:80, 40:90] = SKIN
    label[35:40, 50:60] = label[35:40, 70:80] = EYE
    face = prepare(LabelledImage("face", image, label, "CE7454", False))
    scene = LabelledImage("scene", image, np.zeros_like(label), "ECSSD", False)
    thing = Thing(image, np.where(label > 0, 255, 0).astype(np.uint8), "ECSSD")
    faces = [face]
    return Sources(faces, faces, faces, faces, [scene], [scene], [thing])


def test_what_is_no_face_leaves_the_target_alone() -> None:
    given, rng = sources(), np.random.default_rng(4)
    canvas = Canvas.blank(96, 64)
    for _ in range(20):
        distract(canvas, given.things, given.drawn, rng)
    assert canvas.image.any()
    blank = Canvas.blank(96, 64)
    assert np.array_equal(canvas.target, blank.target)
    assert np.array_equal(canvas.known, blank.known)


def test_an_image_is_a_function_of_its_number() -> None:
    given = sources()
    for number in range(12):
        one, other = (compose(given, 96, 64, np.random.default_rng((1, number))) for _ in range(2))
        for a, b in zip(one, other, strict=True):
            assert np.array_equal(a, b)
        assert (one[0].shape, one[1].shape) == ((64, 96, 3), (32, 48))
        assert np.isfinite(one[1]).all()
