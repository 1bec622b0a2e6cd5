"""The images that object-id learns from."""

from __future__ import annotations

import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from maskstream_training.common import listed
from maskstream_training.common.archives import Places
from maskstream_training.objects.loading import load_objects
from maskstream_training.objects.stamps import load_stamps


def test_an_image_of_the_test_list_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng, names = np.random.default_rng(0), ["one", "listed"]
    with tarfile.open(tmp_path / "saliency.tar", "w") as tar:
        for name in names:
            pixels = rng.integers(0, 256, (20, 30, 3), dtype=np.uint8)
            for kind, plane in (("images/{}.jpg", pixels), ("masks/{}.png", pixels[:, :, 0])):
                path = tmp_path / Path(kind.format(name)).name
                cv2.imwrite(str(path), plane)
                tar.add(path, kind.format(name))
    rows = ["name,source,wnid", *(f"{name},ECSSD," for name in names)]
    (tmp_path / "saliency.csv").write_text("\n".join(rows) + "\n")
    maps = dict.fromkeys(names, np.zeros((7, 7)))
    np.savez(tmp_path / "object-attention.npz", allow_pickle=False, **maps)
    hashes = frozenset({listed.digest(tmp_path / "listed.jpg")})
    monkeypatch.setattr(listed, "hashes", lambda: hashes)
    assert [sample.name for sample in load_objects(Places(tmp_path, tmp_path))] == ["one"]


def test_a_stamp_has_its_colours_beyond_its_rim(tmp_path: Path) -> None:
    pixels = np.zeros((400, 200, 4), np.uint8)
    pixels[100:300, 50:150] = (0, 0, 200, 255)
    drawing = tmp_path / "symbols"
    drawing.mkdir()
    for path in (tmp_path / "thing.png", drawing / "sign.png"):
        cv2.imwrite(str(path), pixels)
    cv2.imwrite(str(tmp_path / "opaque.png"), pixels[..., :3])
    (places := Places(tmp_path, tmp_path / "work")).work.mkdir()
    maps = {"thing.png": np.zeros((7, 7))}
    np.savez(places.work / "stamp-attention.npz", allow_pickle=False, **maps)
    (stamp,) = load_stamps(places, tmp_path)
    assert stamp.name == "thing.png"
    assert not stamp.validation
    assert stamp.mask.shape == (320 + 48, 160 + 48)
    assert (stamp.image == (200, 0, 0)).all()
    assert abs((stamp.mask > 127).sum() - 160 * 80) < 500
    assert stamp.mask[0].max() == 0
