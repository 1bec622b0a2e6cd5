"""What must hold whatever the models learn: the split, the targets, the tool's geometry.

Run with `python -m unittest discover tests` in this folder; no data is needed.
"""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import torch

from maskstream_training.archives import BROW, EYE, IGNORE, MOUTH, OTHER, SKIN
from maskstream_training.fer import FerPlus, crop, normalise, square
from maskstream_training.continuing import load_estimator
from maskstream_training.export import export_estimator
from maskstream_training.geometry import Input, enlarge, subjects
from maskstream_training.grading import FACE, LOW, OBJECT, loss_of
from maskstream_training.nets import Estimator, Primary, cost
from maskstream_training.settle import limit_steps, logits, settle, spread_evenly
from maskstream_training.splits import celebahq_in_validation, in_validation, person_key
from maskstream_training.targets import COVER, PART, relevance
from maskstream_training.train_primary import Plan as PrimaryPlan
from maskstream_training.train_primary import Subjects
from maskstream_training.train_primary import train as train_primary


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


class SplitTests(unittest.TestCase):
    def test_share_is_about_twelve_percent(self) -> None:
        share = np.mean([in_validation(f"celebahq:{i}") for i in range(20000)])
        self.assertAlmostEqual(share, 0.12, delta=0.01)

    def test_celebas_own_validation_stays_out(self) -> None:
        trained = next(i for i in range(100) if not in_validation(f"celebahq:{i}"))
        self.assertFalse(celebahq_in_validation(trained, frozenset()))
        self.assertTrue(celebahq_in_validation(trained, frozenset({trained})))

    def test_poses_of_a_person_stay_together(self) -> None:
        one, other = "fasseg_V3_Train_personne01140p0m90", "fasseg_V3_Train_personne01251p0p75"
        self.assertEqual(person_key(one), person_key(other))


class TargetTests(unittest.TestCase):
    def test_grades(self) -> None:
        label = drawn_face()
        graded = relevance(label)
        self.assertTrue(np.allclose(graded.target[label == EYE], PART))
        self.assertTrue(np.allclose(graded.target[label == OTHER], COVER))
        self.assertTrue(np.allclose(graded.target[label == 0], LOW))
        skin = graded.target[label == SKIN]
        self.assertTrue(0.35 <= skin.min() and skin.max() <= 0.70)
        self.assertGreater(graded.target[51, 40], graded.target[108, 22])
        self.assertEqual(graded.known[0, 0], 0)

    def test_small_faces_are_high_all_over(self) -> None:
        label = drawn_face()
        graded = relevance(label)
        skin = label == SKIN
        self.assertTrue(np.allclose(graded.at_scale(0.1)[skin], PART))
        self.assertTrue(np.array_equal(graded.at_scale(1.0), graded.target))
        middle = graded.at_scale(0.24)[skin]
        self.assertTrue((middle > graded.target[skin] - 1e-6).all() and middle.max() < PART)


class GeometryTests(unittest.TestCase):
    def test_input_sizes(self) -> None:
        size = Input()
        self.assertEqual(size.fit(1920, 1080), (320, 192))
        self.assertEqual(size.fit(1080, 1920), (192, 320))
        self.assertEqual(size.fit(640, 480), (256, 192))
        self.assertEqual(size.fit(48, 48), (224, 224))

    def test_enlarging_keeps_a_plain_map(self) -> None:
        self.assertTrue(np.allclose(enlarge(np.full((96, 160), 0.4, np.float32), 1920, 1080), 0.4))

    def test_subjects_are_components_in_picture_pixels(self) -> None:
        plane = np.zeros((96, 160), np.float32)
        plane[10:30, 20:40] = 0.9
        plane[50:54, 80:84] = 0.5
        plane[80, 150] = 0.9
        found = subjects(plane, 1600, 960)
        self.assertEqual(len(found), 1)
        self.assertEqual((found[0].x, found[0].y, found[0].width), (200, 100, 200))


class CropTests(unittest.TestCase):
    def test_whole_picture_is_itself(self) -> None:
        picture = torch.rand(2, 1, 48, 48)
        centres, sides = square(torch.tensor([[0.0, 0.0, 48.0, 48.0]] * 2), 0.0, (48, 48))
        self.assertTrue(torch.allclose(crop(picture, centres, sides), picture, atol=1e-5))

    def test_longer_side_wins_and_margin_is_on_each_side(self) -> None:
        centres, sides = square(torch.tensor([[10.0, 20.0, 30.0, 40.0]]), 0.1, (100, 90))
        self.assertEqual(centres.tolist(), [[25.0, 40.0]])
        self.assertAlmostEqual(float(sides[0]), 48.0, places=4)

    def test_squares_are_moved_into_the_picture_and_fit_it(self) -> None:
        boxes = torch.tensor([[0.0, 0.0, 10.0, 40.0], [50.0, 0.0, 50.0, 90.0], [90.0, 40.0, 10.0, 2]])
        centres, sides = square(boxes, 0.0, (100, 60))
        self.assertEqual(centres.tolist(), [[20.0, 20.0], [70.0, 30.0], [95.0, 41.0]])
        self.assertEqual(sides.tolist(), [40.0, 60.0, 10.0])

    def test_masked_pixels_are_zero_and_kept_ones_normal(self) -> None:
        kept = torch.zeros(1, 1, 48, 48)
        kept[..., 10:30, 10:30] = 1
        x = normalise(torch.rand(1, 1, 48, 48), kept)
        inside = x[kept > 0]
        self.assertEqual(float(x[kept == 0].abs().max()), 0.0)
        self.assertAlmostEqual(float(inside.mean()), 0.0, places=4)
        self.assertAlmostEqual(float(inside.std(correction=0)), 1.0, places=3)

    def test_nothing_kept_is_all_zero(self) -> None:
        x = normalise(torch.rand(1, 1, 48, 48), torch.zeros(1, 1, 48, 48))
        self.assertEqual(float(x.abs().max()), 0.0)


class RunTests(unittest.TestCase):
    def data(self) -> tuple[FerPlus, Subjects]:
        rng = torch.Generator().manual_seed(1)
        images = torch.randint(0, 256, (16, 48, 48), generator=rng, dtype=torch.uint8)
        votes = torch.eye(8).repeat(2, 1)
        maps = torch.randint(0, 256, (16, 56, 56), generator=rng, dtype=torch.uint8)
        boxes = torch.tensor([[4.0, 2.0, 40.0, 44.0]]).repeat(16, 1)
        shapes = torch.rand(16, 52, generator=rng)
        shapes[3] = torch.nan
        return FerPlus(images, votes), Subjects(maps, boxes, shapes, torch.ones(16) > 0)

    def weights(self, epochs: tuple[int, ...]) -> torch.Tensor:
        data, found = self.data()
        with tempfile.TemporaryDirectory() as work:
            for last in epochs:
                plan = PrimaryPlan(epochs=last, batch=8, plain=0.0)
                with mock.patch("maskstream_training.training.cosine", return_value=1e-3):
                    net = train_primary(data, found, 0.0, (0.2, 0.7), Path(work), plan)
        return net.head.weight.detach().cpu()

    def test_a_stopped_run_goes_on_where_it_was(self) -> None:
        with mock.patch("torch.nn.Dropout.forward", lambda _, x: x):
            self.assertTrue(torch.allclose(self.weights((2,)), self.weights((1, 2)), atol=1e-6))


class GradingTests(unittest.TestCase):
    def test_sure_planes_compose_to_the_grades(self) -> None:
        logits = torch.tensor([[-9.0, 9, 0], [9, -9, -9], [9, 9, -9], [9, -9, 9]])
        scores = FACE.compose(logits[:, :, None, None]).flatten().tolist()
        for score, expected in zip(scores, (LOW, 0.35, 0.70, 0.90)):
            self.assertAlmostEqual(score, expected, delta=0.004)

    def test_a_weak_region_counts_beside_a_strong_one_only(self) -> None:
        logits = torch.full((1, 2, 16, 32), -9.0)
        logits[:, 0, 4:8, 4:8] = logits[:, 0, 4:8, 20:24] = 0.0
        logits[:, 0, 6, 6] = 9.0
        scores = OBJECT.compose(logits)[0, 0]
        self.assertGreater(float(scores[4:8, 4:8].min()), 0.2)
        self.assertLess(float(scores[4:8, 20:24].max()), 0.1)

    def test_targets_come_apart_into_planes(self) -> None:
        target = torch.tensor([0.05, 0.2, 0.35, 0.7, 0.8, 0.9])
        self.assertTrue(torch.allclose(FACE.region(target), torch.tensor([0, 0.5, 1, 1, 1, 1])))
        self.assertTrue(torch.allclose(FACE.parts(target), torch.tensor([0, 0, 0, 0, 0.5, 1])))

    def test_loss_is_finite_and_ignores_what_is_not_known(self) -> None:
        target = torch.full((1, 16, 16), 0.05)
        target[:, 4:12, 4:12] = 0.5
        target[:, 6:8, 6:8] = 0.9
        known = torch.ones_like(target)
        # What is within reach of what is not known learns from it.
        known[:, :5] = 0
        for grading in (FACE, OBJECT):
            logits = torch.zeros(1, grading.planes, 16, 16)
            before = loss_of(grading, logits, target, known, 6.0)
            logits[:, :, 0] = 50
            self.assertTrue(torch.isfinite(before))
            after = loss_of(grading, logits, target, known, 6.0)
            self.assertAlmostEqual(float(before), float(after), places=5)


class SettleTests(unittest.TestCase):
    def test_the_cut_moves_to_the_labels(self) -> None:
        image = np.full((64, 64, 3), 128, np.uint8)
        truth = np.ones((64, 64), bool)
        net = Estimator(OBJECT)
        with torch.no_grad():
            net.head.weight.zero_()
            net.head.bias.zero_()
        settle(net, 0, 0.2, [(image, truth, truth)], Input(64 * 64))
        self.assertGreater(float(net.head.bias[0].detach()), 0.0)

    def test_slack_takes_the_lowest_shift_that_is_as_good(self) -> None:
        image, truth = np.full((64, 64, 3), 128, np.uint8), np.ones((64, 64), bool)
        biases = []
        for slack in (0.0, 1.0):
            net = Estimator(OBJECT)
            with torch.no_grad():
                net.head.weight.zero_()
                net.head.bias.zero_()
            settle(net, 0, 0.2, [(image, truth, truth)], Input(64 * 64), slack)
            biases.append(float(net.head.bias[0].detach()))
        self.assertEqual(biases[1], -2.0)
        self.assertGreater(biases[0], -2.0)

    def test_steps_are_limited_by_the_smallest_scale_that_does(self) -> None:
        torch.manual_seed(5)
        rng, net, size = np.random.default_rng(5), Estimator(FACE).eval(), Input(64 * 64)
        images = [rng.integers(0, 256, (64, 64, 3), dtype=np.uint8) for _ in range(4)]
        with torch.no_grad():
            net.head.bias.copy_(torch.tensor([9.0, 0.1, -9.0]))
        before = net.head.weight[1].clone()
        limit_steps(net, 1, 1.0, images, size)
        self.assertTrue(torch.equal(net.head.weight[1], before))
        limit_steps(net, 1, 0.0, images, size)
        self.assertTrue(torch.allclose(net.head.weight[1], before * 2))

    def test_grades_are_spread_evenly(self) -> None:
        torch.manual_seed(5)
        rng, net, size = np.random.default_rng(5), Estimator(OBJECT), Input(64 * 64)
        images = [rng.integers(0, 256, (64, 64, 3), dtype=np.uint8) for _ in range(4)]
        with torch.no_grad():
            net.head.weight[0].zero_()
            net.head.bias[0] = 5
        spread_evenly(net, 1, images, size)
        ramps = torch.stack([logits(net, image, size)[0, 1] for image in images]).sigmoid()
        self.assertAlmostEqual(float(ramps.mean()), 0.5, delta=0.1)
        self.assertAlmostEqual(float(ramps.std()), 12**-0.5, delta=0.08)


class ContinuingTests(unittest.TestCase):
    def test_an_export_comes_back_as_the_same_network(self) -> None:
        torch.manual_seed(2)
        net, other = Estimator(OBJECT), Estimator(OBJECT)
        pictures = np.random.default_rng(0).integers(0, 256, (2, 64, 96, 3), dtype=np.uint8)
        images = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
        with torch.no_grad(), tempfile.TemporaryDirectory() as folder:
            net.train().planes(images)
            path = export_estimator(net, Path(folder), ((64, 96),))
            load_estimator(other, path, pictures)
            expected, found = net.eval().planes(images), other.planes(images)
        self.assertTrue(torch.allclose(expected, found, atol=1e-4))


class CostTests(unittest.TestCase):
    def test_budgets(self) -> None:
        estimator = Estimator(FACE)
        parameters, multiply_adds = cost(estimator, torch.zeros(1, 3, 192, 320))
        self.assertLess(multiply_adds, 100e6)
        self.assertLess(parameters * 4, 1.6e6)
        primary = Primary()
        primary.blendshapes = torch.nn.Identity()
        parameters, multiply_adds = cost(primary, torch.zeros(1, 1, 48, 48))
        self.assertTrue(15e6 <= multiply_adds <= 40e6)
        self.assertLess(parameters, 2e6)  # a byte each, as the file keeps them


if __name__ == "__main__":
    unittest.main()
