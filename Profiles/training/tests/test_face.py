"""What must hold for the face estimator: its budget, what learns at which pace, what it is shown.

Run with `python -m unittest discover tests` in this folder; no data is needed.
"""

from __future__ import annotations

import unittest

import numpy as np
import torch

from maskstream_training import training
from maskstream_training.archives import EYE, SKIN, Picture
from maskstream_training.compose import Canvas, prepare
from maskstream_training.distract import Thing, distract
from maskstream_training.face_compose import Sources, compose
from maskstream_training.face_trunk import PACE, FaceTrunk
from maskstream_training.grading import FACE
from maskstream_training.nets import Estimator, cost


def sources() -> Sources:
    """One of everything, of noise and squares."""
    rng = np.random.default_rng(3)
    image = rng.integers(0, 256, (96, 128, 3), dtype=np.uint8)
    label = np.zeros((96, 128), np.uint8)
    label[20:80, 40:90] = SKIN
    label[35:40, 50:60] = label[35:40, 70:80] = EYE
    face = prepare(Picture("face", image, label, "CE7454", False))
    scene = Picture("scene", image, np.zeros_like(label), "ECSSD", False)
    thing = Thing(image, np.where(label > 0, 255, 0).astype(np.uint8), "ECSSD")
    faces = [face]
    return Sources(faces, faces, faces, faces, [scene], [scene], [thing])


class NetworkTests(unittest.TestCase):
    def test_budget_and_shape(self) -> None:
        net = Estimator(FACE, FaceTrunk()).eval()
        parameters, multiply_adds = cost(net, torch.zeros(1, 3, 192, 320))
        self.assertLess(multiply_adds, 100e6)
        self.assertLess(parameters * 4, 1.6e6)
        self.assertEqual(tuple(net(torch.zeros(1, 3, 64, 96)).shape), (1, 1, 32, 48))

    def test_what_imagenet_taught_first_stays_and_later_stages_learn_slowly(self) -> None:
        net = Estimator(FACE, FaceTrunk())
        groups = training.parameter_groups(net, 0.01)
        learning = {id(p): group["pace"] for group in groups for p in group["params"]}
        self.assertFalse(any(id(p) in learning for p in net.trunk.early.parameters()))
        self.assertEqual({learning[id(p)] for p in net.trunk.coarse32.parameters()}, {PACE})
        self.assertEqual({learning[id(p)] for p in net.trunk.fine8.parameters()}, {1.0})


class PictureTests(unittest.TestCase):
    def test_what_is_no_face_leaves_the_target_alone(self) -> None:
        given, rng = sources(), np.random.default_rng(4)
        canvas = Canvas.blank(96, 64)
        for _ in range(20):
            distract(canvas, given.things, given.drawn, rng)
        self.assertTrue(canvas.image.any())
        blank = Canvas.blank(96, 64)
        self.assertTrue(np.array_equal(canvas.target, blank.target))
        self.assertTrue(np.array_equal(canvas.known, blank.known))

    def test_a_picture_is_a_function_of_its_number(self) -> None:
        given = sources()
        for number in range(12):
            one, other = (
                compose(given, 96, 64, np.random.default_rng((1, number))) for _ in range(2)
            )
            for a, b in zip(one, other):
                self.assertTrue(np.array_equal(a, b))
            self.assertEqual((one[0].shape, one[1].shape), ((64, 96, 3), (32, 48)))
            self.assertTrue(np.isfinite(one[1]).all())


if __name__ == "__main__":
    unittest.main()
