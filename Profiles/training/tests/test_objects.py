"""What must hold for the object profile: its files, its targets, its small primary.

Run with `python -m unittest discover tests` in this folder; no data is needed.
"""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
import torch

from maskstream_training import training
from maskstream_training.compact import compact, constants
from maskstream_training.compose_objects import Sources, beside, compose, paste
from maskstream_training.compose import Canvas
from maskstream_training.curves import area_under, occlusion
from maskstream_training.efficientnet import EfficientNetLite0, folded, renamed
from maskstream_training.evaluate_classifier import interval, masked
from maskstream_training.export import write
from maskstream_training.geometry import session
from maskstream_training.grading import LOW, OBJECT
from maskstream_training.imagenet import groups
from maskstream_training.nets import Estimator, cost
from maskstream_training.object_trunk import PACE, ObjectTrunk
from maskstream_training.objects import ObjectPicture, box_of, spread, square

PROFILE = Path(__file__).resolve().parents[2] / "object-id"


def picture(side: int = 160) -> ObjectPicture:
    """A bright square object on a dark ground; attention grows to the right."""
    image = np.full((side, side, 3), 30, np.uint8)
    image[60:100, 70:110] = 220
    mask = np.zeros((side, side), np.uint8)
    mask[60:100, 70:110] = 255
    attention = np.broadcast_to(np.linspace(0, 255, side).astype(np.uint8), (side, side))
    return ObjectPicture("one", image, mask, attention.copy(), "ECSSD", False, "")


def estimator() -> Estimator:
    torch.manual_seed(1)
    return Estimator(OBJECT, ObjectTrunk())


class FileTests(unittest.TestCase):
    def test_there_is_a_label_for_each_class_and_no_two_are_alike(self) -> None:
        labels = (PROFILE / "labels.txt").read_text().split("\n")[:-1]
        self.assertEqual((len(labels), len(set(labels))), (1000, 1000))

    def test_groups_name_classes_that_exist(self) -> None:
        found = groups(PROFILE / "groups.txt")
        labels = (PROFILE / "labels.txt").read_text().split("\n")
        self.assertGreater(len(found), 60)
        for name, ids in found.items():
            self.assertEqual(len(ids), len(set(ids)), name)
            self.assertTrue(ids and all(0 <= i < 1000 for i in ids), name)
        self.assertIn("golden retriever", [labels[i].lower() for i in found["dog"]])
        self.assertIn("tabby cat", [labels[i] for i in found["cat"]])


class NetworkTests(unittest.TestCase):
    def test_upstream_names_find_their_place(self) -> None:
        ours = EfficientNetLite0().state_dict()
        for key in (
            "_conv_stem.weight",
            "_bn0.running_mean",
            "_blocks.0._depthwise_conv.weight",
            "_blocks.4._expand_conv.weight",
            "_blocks.15._bn2.bias",
            "_conv_head.weight",
            "_bn1.weight",
            "_fc.bias",
        ):
            self.assertIn(renamed(key), ours)
        self.assertEqual(renamed("_blocks.3._bn1.weight"), "stages.2.0.filter.norm.weight")

    def test_folding_changes_nothing(self) -> None:
        torch.manual_seed(3)
        net, x = EfficientNetLite0(), torch.randn(2, 3, 64, 64)
        with torch.no_grad():
            net.train()(x)
            expected = net.eval()(x)
            self.assertTrue(torch.allclose(folded(net)(x), expected, atol=1e-4))

    def test_estimator_is_cheap_enough_and_halves_the_picture(self) -> None:
        net = estimator()
        for height, width in ((128, 224), (224, 128), (160, 160)):
            self.assertLess(cost(net, torch.zeros(1, 3, height, width))[1], 200e6)
        with torch.no_grad():
            self.assertEqual(net.eval()(torch.zeros(1, 3, 64, 96)).shape, (1, 1, 32, 48))

    def test_early_stages_are_frozen_and_late_ones_slow(self) -> None:
        net = estimator()
        groups = training.parameter_groups(net, 0.02)
        self.assertEqual({g["pace"] for g in groups}, {1.0, PACE})
        learning = sum(len(g["params"]) for g in groups)
        frozen = len(list(net.trunk.early.parameters()))
        self.assertEqual(learning + frozen, len(list(net.parameters())))


class CompactTests(unittest.TestCase):
    def test_integers_compute_nearly_the_same(self) -> None:
        torch.manual_seed(4)
        net = torch.nn.Sequential(
            torch.nn.Conv2d(3, 64, 3, 2), torch.nn.ReLU(), torch.nn.Conv2d(64, 64, 3)
        )
        values = np.random.default_rng(0).normal(0, 1, (1, 3, 16, 16)).astype(np.float32)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "net.onnx"
            write(net, torch.zeros(1, 3, 16, 16), "logits", {}, path)
            kernels = constants(onnx.load(str(path)).graph)
            before, expected = path.stat().st_size, session(path).run(None, {"image": values})[0]
            compact(path)
            found = session(path).run(None, {"image": values})[0]
            self.assertLess(path.stat().st_size, before / 2)
            restored = constants(onnx.load(str(path)).graph)
        for name, kernel in kernels.items():
            self.assertLess(np.abs(restored[name] - kernel).max(), np.abs(kernel).max() / 250)
        self.assertLess(np.abs(found - expected).max(), 0.02 * np.abs(expected).max())


class TargetTests(unittest.TestCase):
    def test_attention_is_shared_out_fairly_over_the_object(self) -> None:
        one = picture()
        plane = np.square(np.arange(49, dtype=np.float32).reshape(7, 7))
        inside = spread(plane, box_of(one.mask), one.mask)[one.mask > 127]
        self.assertAlmostEqual(float((inside < 128).mean()), 0.5, delta=0.05)

    def test_a_square_reaches_over_the_edge(self) -> None:
        plane = np.tile(np.arange(40, dtype=np.uint8), (20, 1))
        found = square(plane, (20, 10, 40), 40)
        self.assertTrue(np.array_equal(found[0], plane[0]) and np.array_equal(found[-1], plane[-1]))

    def test_pasted_objects_have_the_grades_and_nothing_else_has(self) -> None:
        canvas = Canvas.blank(224, 128)
        paste(canvas, picture(), 0.4, np.random.default_rng(5))
        self.assertAlmostEqual(float(canvas.target.min()), LOW, places=4)
        self.assertTrue(0.5 < canvas.target.max() <= 1)
        share = (0.4 * 128) ** 2 / (224 * 128)
        self.assertAlmostEqual(float((canvas.target > 0.2).mean()), share, delta=0.02)

    def test_strips_hold_no_object(self) -> None:
        one = picture()
        strip = beside(one)
        self.assertIsNotNone(strip)
        self.assertLess(int(strip.max()), 100)

    def test_a_picture_is_a_function_of_its_number(self) -> None:
        one = picture()
        sources = Sources([one], [one], [one], [one.image[:56]])
        for number in range(20):
            first, again = (compose(sources, 96, 64, np.random.default_rng(number)) for _ in "ab")
            self.assertTrue(all(np.array_equal(a, b) for a, b in zip(first, again)))
            self.assertEqual(first[1].shape, (32, 48))
            self.assertTrue(LOW - 1e-3 <= first[1].min() and first[1].max() <= 1)


class MeasureTests(unittest.TestCase):
    def test_masked_pixels_take_the_mean_of_the_kept(self) -> None:
        crop = np.zeros((1, 4, 4, 3), np.uint8)
        crop[:, :2] = 100
        crop[:, 3] = 255
        kept = np.zeros((1, 4, 4), bool)
        kept[:, :2] = True
        self.assertTrue(np.allclose(masked(crop, kept), 100))

    def test_the_right_order_inserts_sooner(self) -> None:
        order = torch.zeros(1, 1, 8, 8)
        order[..., :4] = 1
        order = order + torch.rand(order.shape, generator=torch.Generator().manual_seed(0)) * 0.1

        def answer(kept: torch.Tensor) -> torch.Tensor:
            return kept[..., :4].mean((1, 2, 3))

        self.assertGreater(area_under(answer, order, True), area_under(answer, -order, True) + 0.3)
        self.assertLess(area_under(answer, order, False), area_under(answer, -order, False))
        loss = occlusion(answer, order, 4)
        self.assertGreater(float(loss[..., :3].mean()), float(loss[..., 5:].mean()))

    def test_the_interval_holds_the_mean(self) -> None:
        low, high = interval(np.array([0.0] * 90 + [-1.0] * 10))
        self.assertTrue(-0.17 < low < -0.1 < high < -0.03)


if __name__ == "__main__":
    unittest.main()
