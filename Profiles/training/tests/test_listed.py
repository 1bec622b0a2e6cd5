"""The test list of faces."""

from __future__ import annotations

from pathlib import Path

import pytest

from maskstream_training.common import listed
from maskstream_training.common.listed import listed_images


def test_every_image_has_faces_inside_it() -> None:
    images = listed_images()
    assert len(images) > 60
    assert len({image.sha256 for image in images}) == len(images)
    for image in images:
        assert image.faces, image.name
        for face in image.faces + image.doubtful:
            x1, y1, x2, y2 = face.box
            assert 0 <= x1 < x2, image.name
            assert 0 <= y1 < y2, image.name


def test_faces_of_all_kinds_are_listed() -> None:
    faces = [face for image in listed_images() for face in image.faces]
    assert sum(face.height >= 20 for face in faces) > 200
    assert sum(12 <= face.height < 20 for face in faces) > 40
    kinds = "mask glasses occluded edge profile tilted down dark grey blur print"
    for tag in kinds.split():
        assert any(tag in face.tags for face in faces), tag


def test_an_image_is_known_by_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "renamed.jpg"
    path.write_bytes(b"an image")
    assert not listed.is_listed(path)
    monkeypatch.setattr(listed, "hashes", lambda: {listed.digest(path)})
    assert listed.is_listed(path)
