"""Vision transformers that see some of their patches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from tiny_vit import PATCH, PATCHES, SIZE, TinyVit

from maskstream_training.common.vits.drop import drop_patches
from maskstream_training.common.vits.graph import NotAVitError


def answer(path: Path, image: np.ndarray, *keep: int) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    values = {"image": image}
    if keep:
        values["keep"] = np.array(keep, np.int64)
    return session.run(None, values)[0]


@pytest.mark.parametrize(
    "vit",
    [
        TinyVit(),
        TinyVit(is_fixed=False),
        TinyVit(prefix=2),
        TinyVit(prefix=0, pooling="mean"),
        TinyVit(registers=3),
        TinyVit(registers=3, is_fixed=False, pooling="mean"),
        TinyVit(pooling="tokens"),
    ],
    ids=str,
)
def test_dropped_patches_do_not_matter(vit: TinyVit, tmp_path: Path) -> None:
    source, target = vit.write(tmp_path / "in.onnx"), tmp_path / "out.onnx"
    drop_patches(source, target, None, None)
    image = np.random.default_rng(1).normal(size=(1, 3, *SIZE)).astype(np.float32)
    whole = answer(source, image)
    if vit.pooling == "tokens":
        whole = whole[:, 0]
    everything = answer(target, image, *range(PATCHES))
    np.testing.assert_allclose(everything, whole, atol=1e-5)
    # The patch in row 1, column 2 is the sixth.
    other = image.copy()
    other[:, :, PATCH : 2 * PATCH, 2 * PATCH :] += 1
    assert np.abs(answer(target, other, *range(PATCHES)) - everything).max() > 1e-3
    some = answer(target, image, 0, 3)
    np.testing.assert_array_equal(answer(target, other, 0, 3), some)
    assert np.abs(some - everything).max() > 1e-3
    assert np.abs(answer(target, other, 0, 5) - answer(target, image, 0, 5)).max() > 1e-3


@pytest.mark.parametrize(
    ("vit", "output", "reason"),
    [
        (TinyVit(is_rotary=True), None, "has a value for each token: rotary"),
        (TinyVit(has_positions=False), None, "no position embedding is added"),
        (TinyVit(prefix=0, pooling="tokens"), None, "is not one row of values"),
        (TinyVit(pooling="mix"), None, "does not run on 3 of its patches"),
        (TinyVit(), "nothing", "has no tensor nothing"),
    ],
    ids=str,
)
def test_refusals_say_why(vit: TinyVit, output: str | None, reason: str, tmp_path: Path) -> None:
    source, target = vit.write(tmp_path / "in.onnx"), tmp_path / "out.onnx"
    with pytest.raises(NotAVitError, match=reason):
        drop_patches(source, target, output, None)
    assert not target.exists()


def test_other_files_are_refused(tmp_path: Path) -> None:
    source = TinyVit().write(tmp_path / "in.onnx")
    with pytest.raises(NotAVitError, match="written over"):
        drop_patches(source, source, None, None)
    source.write_bytes(b"no model")
    with pytest.raises(NotAVitError, match="no ONNX file"):
        drop_patches(source, tmp_path / "out.onnx", None, None)
