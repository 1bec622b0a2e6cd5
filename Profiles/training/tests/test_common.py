"""The split, and the program's geometry."""

from __future__ import annotations

import numpy as np
import pytest

from maskstream_training.common.geometry import Input, enlarge, subjects
from maskstream_training.common.splits import (
    celebahq_in_validation,
    for_choosing,
    in_validation,
    person_key,
)
from maskstream_training.common.tokens import left


def test_share_is_about_twelve_percent() -> None:
    share = np.mean([in_validation(f"celebahq:{i}") for i in range(20000)])
    assert share == pytest.approx(0.12, abs=0.01)


def test_a_half_is_for_choosing_and_is_no_function_of_the_split() -> None:
    halves = np.array([for_choosing(f"ferplus:{i}") for i in range(20000)])
    split = np.array([in_validation(f"ferplus:{i}") for i in range(20000)])
    assert halves.mean() == pytest.approx(0.5, abs=0.02)
    assert halves[split].mean() == pytest.approx(0.5, abs=0.04)


def test_celebas_own_validation_stays_out() -> None:
    trained = next(i for i in range(100) if not in_validation(f"celebahq:{i}"))
    assert not celebahq_in_validation(trained, frozenset())
    assert celebahq_in_validation(trained, frozenset({trained}))


def test_poses_of_a_person_stay_together() -> None:
    one, other = "fasseg_V3_Train_personne01140p0m90", "fasseg_V3_Train_personne01251p0p75"
    assert person_key(one) == person_key(other)


def test_input_sizes() -> None:
    size = Input()
    assert size.fit(1920, 1080) == (320, 192)
    assert size.fit(1080, 1920) == (192, 320)
    assert size.fit(640, 480) == (256, 192)
    assert size.fit(48, 48) == (224, 224)


def test_enlarging_keeps_a_plain_map() -> None:
    assert np.allclose(enlarge(np.full((96, 160), 0.4, np.float32), 1920, 1080), 0.4)


def test_subjects_are_components_in_image_pixels() -> None:
    plane = np.zeros((96, 160), np.float32)
    plane[10:30, 20:40] = 0.9
    plane[50:54, 80:84] = 0.5
    plane[80, 150] = 0.9
    found = subjects(plane, 1600, 960)
    assert len(found) == 1
    assert (found[0].x, found[0].y, found[0].width) == (200, 100, 200)


def test_a_patch_is_left_where_it_is_kept_and_has_changed_or_was_masked() -> None:
    still, moved = np.full(4, 100, np.uint8), np.full(4, 110, np.uint8)
    image = np.stack([[still] * 4, [still, still, moved, moved]])
    on, off = np.full(4, 255, np.uint8), np.zeros(4, np.uint8)
    mask = np.stack([[on, off, on, on], [on, on, on, off]])
    found = left(image, mask)
    assert found["kept"] == 6 / 8
    assert found["changed"] == 6 / 8
    # The first frame's three, then the one that appears and the one that moves.
    assert found["both"] == 5 / 8
