"""A folder of photographs: what is asked of it, and what a primary learns from it."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import cv2
import numpy as np
import yaml

from maskstream_training import folder
from maskstream_training.archives import HAIR


def write(place: Path, count: int, side: int = 64) -> None:
    """Photographs of a bright square on a dark wall, and their masks."""
    for name in ("images", "masks"):
        (place / name).mkdir()
    for i in range(count):
        plane = np.zeros((side, side + 2 * i), np.uint8)
        plane[16:48, 16:48] = 255
        cv2.imwrite(str(place / "images" / f"{i}.jpg"), cv2.merge([plane // 2 + 40] * 3))
        cv2.imwrite(str(place / "masks" / f"{i}.png"), plane)


class FolderTests(unittest.TestCase):
    def setUp(self) -> None:
        self.place = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def test_photographs_and_masks_go_together(self) -> None:
        write(self.place, 12)
        pictures = folder.load(self.place)
        self.assertEqual([p.name for p in pictures][:3], ["0", "1", "10"])
        self.assertTrue(all((p.label[20:40, 20:40] == HAIR).all() for p in pictures))
        self.assertTrue(0 < sum(p.validation for p in pictures) < 6)

    def test_what_is_wrong_is_named(self) -> None:
        write(self.place, 9)
        (self.place / "masks" / "3.png").unlink()
        with self.assertRaisesRegex(ValueError, r"3\.png: missing"):
            folder.load(self.place)
        cv2.imwrite(str(self.place / "masks" / "3.png"), np.zeros((5, 5), np.uint8))
        with self.assertRaisesRegex(ValueError, r"3\.png: not of the size"):
            folder.load(self.place)

    def test_too_few_are_refused(self) -> None:
        write(self.place, folder.LEAST - 1)
        with self.assertRaisesRegex(ValueError, "at least 8"):
            folder.load(self.place)

    def test_long_photographs_are_reduced(self) -> None:
        write(self.place, 8, side=1600)
        self.assertEqual(max(max(p.label.shape) for p in folder.load(self.place)), folder.LONGEST)

    def test_squares_keep_the_shape(self) -> None:
        plane = np.full((50, 100), 7, np.uint8)
        square = folder.squared(plane, (100, 200), 64)
        self.assertEqual(square.shape, (64, 64))
        self.assertTrue((square[:32] == 7).all() and (square[32:] == 0).all())

    def test_manifests_agree_with_the_code(self) -> None:
        profile = self.place / "mine"
        folder.begin(profile, labelled=True)
        settings = yaml.safe_load((profile / "profile.yaml").read_text())
        self.assertEqual(settings["name"], "mine")
        self.assertEqual(settings["primary"]["margin"], folder.MARGIN)
        threshold = settings["threshold"]
        self.assertEqual(threshold["initial"], folder.MASKED)
        self.assertEqual((threshold["min"], threshold["max"]), folder.LIMITS)


if __name__ == "__main__":
    unittest.main()
