"""Vision transformers that see some of their patches."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import pytest
from tiny_vit import PATCH, PATCHES, SIZE, TinyVit

from maskstream_training.common.embeddings import calibrate, fitted
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
        TinyVit(has_open_batch=True),
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


def test_the_temperature_is_the_one_that_answers_were_drawn_with() -> None:
    rng = np.random.default_rng(2)
    cosines = rng.uniform(-1, 1, (4000, 5))
    shares = np.exp(cosines / 0.2)
    shares /= shares.sum(1, keepdims=True)
    truth = np.array([rng.choice(5, p=share) for share in shares])
    assert fitted(cosines, truth) == pytest.approx(0.2, rel=0.1)


def test_calibrate_reads_a_profile_and_photographs(tmp_path: Path) -> None:
    profile, images = tmp_path / "profile", tmp_path / "images"
    profile.mkdir()
    images.mkdir()
    drop_patches(TinyVit().write(tmp_path / "in.onnx"), profile / "vit.onnx", None, None)
    (profile / "profile.yaml").write_text(
        "primary:\n  file: vit.onnx\n  labels: labels.npz\n  patch: 4\n"
        "  input: {width: 12, height: 8, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}\n"
    )
    for name, color in (("red", (0, 0, 255)), ("blue", (255, 0, 0))):
        cv2.imwrite(str(images / f"{name}.png"), np.full((20, 30, 3), color, np.uint8))
    vectors = []
    for name in ("red", "blue"):
        image = cv2.imread(str(images / f"{name}.png"))[:8, :12, ::-1].astype(np.float32)
        planes = np.ascontiguousarray((image / 127.5 - 1).transpose(2, 0, 1)[None])
        vector = answer(profile / "vit.onnx", planes, *range(PATCHES))[0]
        vectors.append(vector / np.linalg.norm(vector))
    np.savez(profile / "labels.npz", names=np.array(["red", "blue"]), vectors=np.stack(vectors))
    (tmp_path / "labels.csv").write_text("name,label\nred,red\nblue,blue\n")
    # Each is its own label's vector, so that the least temperature is the best.
    assert calibrate(profile, tmp_path) == pytest.approx(0.002)
    (tmp_path / "labels.csv").write_text("name,label\nred,blue\nblue,red\n")
    assert calibrate(profile, tmp_path) == pytest.approx(1)
    (tmp_path / "labels.csv").write_text("name,label\nother,red\n")
    with pytest.raises(ValueError, match="names no photograph"):
        calibrate(profile, tmp_path)
