"""What must hold for hair-color: its grades, its covers, what the primary sees, how it is scored.

Run with `python -m unittest discover tests` in this folder; no data is needed.
"""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from maskstream_training.archives import HAIR, IGNORE, SKIN, Picture
from maskstream_training.color_experiment import shown
from maskstream_training.color_nets import ColorNet, ColorStatistics, lab
from maskstream_training.evaluate_color import answers, crossed, f1, macro
from maskstream_training.grading import HAIR as GRADES
from maskstream_training.hair_colors import LABELS, NONE, SIDE, Heads, filled, inputs, label_of
from maskstream_training.hair_compose import cover, prepare
from maskstream_training.hair_targets import INSIDE, RIM, hair_relevance
from maskstream_training.hair_trunk import HairTrunk
from maskstream_training.nets import Estimator, cost
from maskstream_training.targets import LOW, PART
from maskstream_training.train_color import Plan, borrowed, train

RED, COVERED = LABELS.index("red"), LABELS.index("covered")


def head(side: int = 160) -> np.ndarray:
    """Hair over a face, which goes on beyond the top edge, and doubt on its right."""
    label = np.zeros((side, side), np.uint8)
    label[0:70, 30:130] = HAIR
    label[60:130, 50:110] = SKIN
    label[0:70, 130:140] = IGNORE
    return label


def heads(count: int = 14) -> Heads:
    """Pictures of one colour each, hair in the middle; the last has no subject."""
    rng = torch.Generator().manual_seed(2)
    colours = torch.randint(0, 256, (count, 3, 1, 1), generator=rng, dtype=torch.uint8)
    maps = torch.zeros(count, 16, 16, dtype=torch.uint8)
    maps[:, 4:12, 4:12] = 200
    found = torch.ones(count, dtype=torch.bool)
    maps[-1], found[-1] = 0, False
    labels = torch.arange(count) % len(LABELS)
    labels[-1] = NONE
    return Heads(
        colours.expand(-1, -1, 32, 32).contiguous(),
        maps,
        torch.tensor([[8.0, 8.0, 16.0, 16.0]]).repeat(count, 1),
        found,
        labels,
        torch.zeros(count, dtype=torch.bool),
    )


class TargetTests(unittest.TestCase):
    def test_rises_from_the_rim_to_the_inside(self) -> None:
        label = head()
        graded = hair_relevance(label)
        self.assertTrue(np.allclose(graded.target[label == 0], LOW))
        self.assertTrue(np.allclose(graded.target[label == SKIN], LOW))
        self.assertLess(graded.target[30, 31], RIM + 0.1)
        self.assertAlmostEqual(float(graded.target[20, 90]), INSIDE, places=2)
        self.assertTrue((graded.target[label == HAIR] >= RIM - 1e-6).all())

    def test_edges_of_the_picture_and_doubt_are_no_rim(self) -> None:
        graded = hair_relevance(head())
        self.assertAlmostEqual(float(graded.target[0, 90]), INSIDE, places=2)
        self.assertGreater(graded.target[10, 128], graded.target[10, 31])
        self.assertEqual(graded.known[10, 135], 0)

    def test_small_hair_is_high_all_over(self) -> None:
        label = head()
        graded = hair_relevance(label)
        self.assertTrue(np.allclose(graded.at_scale(0.1)[label == HAIR], PART))

    def test_what_is_covered_is_no_hair(self) -> None:
        rng = np.random.default_rng(3)
        image = rng.integers(0, 256, (160, 160, 3), dtype=np.uint8)
        source = prepare(Picture("head", image, head(), "test", False))
        before = source.relevance.target
        for _ in range(12):
            after = cover(source, before, source.relevance.known.astype(np.float32), rng)[1]
            changed = after != before
            self.assertTrue(np.allclose(after[changed], LOW))
        self.assertTrue(np.array_equal(before, hair_relevance(head()).target))


class InputTests(unittest.TestCase):
    def test_labels_of_the_table(self) -> None:
        def named(colour: str, note: str = "") -> int | None:
            return label_of({"hair_color": colour, "label_note": note})

        self.assertEqual(named("bald"), NONE)
        self.assertEqual(named("red"), RED)
        self.assertEqual(named("other", "hat"), COVERED)
        self.assertIsNone(named("other", "several"))

    def test_masked_shares_take_the_kept_mean(self) -> None:
        rgb = torch.rand(2, 3, 8, 8)
        kept = torch.zeros(2, 1, 8, 8)
        kept[..., :4] = 1
        x = filled(rgb, kept)
        self.assertTrue(torch.allclose(x[..., :4], rgb[..., :4], atol=1e-6))
        mean = rgb[..., :4].mean((2, 3), keepdim=True)
        self.assertTrue(torch.allclose(x[..., 4:], mean.expand(-1, -1, 8, 4), atol=1e-6))
        self.assertTrue(torch.allclose(x.mean((2, 3), keepdim=True), mean, atol=1e-6))

    def test_crops_are_the_subjects_box(self) -> None:
        some = heads()
        x = inputs(some, 0.0, 0.2)
        self.assertEqual(tuple(x.shape), (len(some.labels), 3, SIDE, SIDE))
        expected = some.images[:13, :, :1, :1].float() / 255
        self.assertTrue(torch.allclose(x[:13], expected.expand(-1, -1, SIDE, SIDE), atol=1e-4))

    def test_variants_of_the_experiment(self) -> None:
        some = heads().part(torch.arange(13))
        views = shown(some, 0.0, 0.2)
        self.assertTrue(torch.allclose(views["masked"], inputs(some, 0.0, 0.2), atol=1e-6))
        self.assertTrue(torch.allclose(views["full"], inputs(some, 0.0, None), atol=1e-6))
        self.assertAlmostEqual(float(views["silhouette"].mean()), 1.0, places=1)

    def test_bald_heads_without_subject_borrow_one(self) -> None:
        some = heads()
        lent = borrowed(some, torch.Generator().manual_seed(1))
        self.assertEqual(int(lent.maps[-1].max()), 200)
        haired = some.labels != NONE
        self.assertTrue(torch.equal(lent.maps[haired], some.maps[haired]))


class NetTests(unittest.TestCase):
    def test_lab_of_known_colours(self) -> None:
        colours = torch.tensor([[1.0, 1, 1], [0, 0, 0], [1, 0, 0]])[:, :, None, None]
        expected = torch.tensor([[1.0, 0, 0], [0, 0, 0], [0.5324, 0.8009, 0.6720]])
        self.assertTrue(torch.allclose(lab(colours)[:, :, 0, 0], expected, atol=2e-3))

    def test_statistics_do_not_see_the_fill(self) -> None:
        rgb = torch.rand(1, 3, SIDE, SIDE)
        kept = torch.zeros(1, 1, SIDE, SIDE)
        kept[..., : SIDE // 2] = 1
        net = ColorStatistics(len(LABELS)).eval()
        with torch.no_grad():
            both = net.statistics(filled(rgb, kept))
            alone = net.statistics(rgb[..., : SIDE // 2])
        self.assertTrue(torch.allclose(both[:, :-1], alone[:, :-1], atol=2e-3))
        self.assertAlmostEqual(float(both[0, -1]), 0.5, places=2)

    def test_budget_of_the_estimator(self) -> None:
        net = Estimator(GRADES, HairTrunk()).eval()
        self.assertLess(cost(net, torch.zeros(1, 3, 160, 160))[1], 100e6)
        self.assertEqual(tuple(net(torch.zeros(1, 3, 64, 96)).shape), (1, 1, 32, 48))

    def test_budget(self) -> None:
        for net in (ColorNet(len(LABELS)), ColorStatistics(len(LABELS))):
            multiply_adds = cost(net.eval(), torch.zeros(1, 3, SIDE, SIDE))[1]
            self.assertLess(multiply_adds, 25e6)

    def test_a_stopped_run_goes_on_where_it_was(self) -> None:
        def weights(steps: tuple[int, ...]) -> torch.Tensor:
            with tempfile.TemporaryDirectory() as work:
                for last in steps:
                    torch.manual_seed(0)
                    plan = Plan(steps=last, batch=8, report_every=2, peak=0.0)
                    net = ColorStatistics(len(LABELS))
                    net = train(net, heads(), 0.0, (0.2, 0.5), Path(work) / "c.pt", plan)
            return net.norm.running_mean

        self.assertTrue(torch.allclose(weights((4,)), weights((2, 4)), atol=1e-6))


class ScoreTests(unittest.TestCase):
    def test_no_subject_is_no_hair(self) -> None:
        some = heads()
        found = answers(torch.eye(len(LABELS))[some.labels * 0], some)
        self.assertEqual(int(found[-1]), NONE)
        self.assertEqual(int(found[0]), 0)

    def test_scores(self) -> None:
        found, truth = torch.tensor([0, 0, 1, 1]), torch.tensor([0, 1, 1, 1])
        self.assertAlmostEqual(f1(found, truth, 1), 0.8)
        some = heads()
        self.assertEqual(macro(some.labels, some)["macro_f1"], 1.0)
        measured = crossed(found, truth, 1, rounds=50)
        self.assertAlmostEqual(measured["recall"], 2 / 3, places=5)
        low, high = measured["recall_95"]
        self.assertTrue(low <= 2 / 3 <= high)


if __name__ == "__main__":
    unittest.main()
