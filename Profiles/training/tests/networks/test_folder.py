"""A folder of photographs: what is asked of it, and what a primary learns from it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml

from maskstream_training import folder
from maskstream_training.common.archives import HAIR


def write(place: Path, count: int, side: int = 64) -> None:
    """Photographs of a bright square on a dark wall, and their masks."""
    for name in ("images", "masks"):
        (place / name).mkdir()
    for i in range(count):
        plane = np.zeros((side, side + 2 * i), np.uint8)
        plane[16:48, 16:48] = 255
        cv2.imwrite(str(place / "images" / f"{i}.jpg"), cv2.merge([plane // 2 + 40] * 3))
        cv2.imwrite(str(place / "masks" / f"{i}.png"), plane)


def test_photographs_and_masks_go_together(tmp_path: Path) -> None:
    write(tmp_path, 12)
    samples = folder.load(tmp_path)
    assert [p.name for p in samples][:3] == ["0", "1", "10"]
    assert all((p.label[20:40, 20:40] == HAIR).all() for p in samples)
    assert 0 < sum(p.validation for p in samples) < 6


def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    write(tmp_path, 9)
    (tmp_path / "masks" / "3.png").unlink()
    with pytest.raises(ValueError, match=r"3\.png: missing"):
        folder.load(tmp_path)
    cv2.imwrite(str(tmp_path / "masks" / "3.png"), np.zeros((5, 5), np.uint8))
    with pytest.raises(ValueError, match=r"3\.png: not of the size"):
        folder.load(tmp_path)


def test_too_few_are_refused(tmp_path: Path) -> None:
    write(tmp_path, folder.LEAST - 1)
    with pytest.raises(ValueError, match="at least 8"):
        folder.load(tmp_path)


def test_long_photographs_are_reduced(tmp_path: Path) -> None:
    write(tmp_path, 8, side=1600)
    assert max(max(p.label.shape) for p in folder.load(tmp_path)) == folder.LONGEST


def test_squares_keep_the_shape() -> None:
    plane = np.full((50, 100), 7, np.uint8)
    square = folder.squared(plane, (100, 200), 64)
    assert square.shape == (64, 64)
    assert (square[:32] == 7).all()
    assert (square[32:] == 0).all()


def test_manifests_agree_with_the_code(tmp_path: Path) -> None:
    profile = tmp_path / "mine"
    folder.begin(profile, labelled=True)
    settings = yaml.safe_load((profile / "profile.yaml").read_text())
    assert settings["name"] == "mine"
    assert settings["primary"]["margin"] == folder.MARGIN
    threshold = settings["threshold"]
    assert threshold["initial"] == folder.MASKED
    assert (threshold["min"], threshold["max"]) == folder.LIMITS
