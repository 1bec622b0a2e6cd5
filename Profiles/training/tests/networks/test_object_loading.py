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
