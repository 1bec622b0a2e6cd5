"""ONNX files with kernels as integers."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch

from maskstream_training.common.compact import compact, constants
from maskstream_training.common.export import write
from maskstream_training.common.geometry import session


def test_integers_compute_nearly_the_same() -> None:
    torch.manual_seed(4)
    net = torch.nn.Sequential(
        torch.nn.Conv2d(3, 64, 3, 2), torch.nn.ReLU(), torch.nn.Conv2d(64, 64, 3)
    )
    values = np.random.default_rng(0).normal(0, 1, (1, 3, 16, 16)).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.onnx"
        write(net, torch.zeros(1, 3, 16, 16), "logits", {}, path)
        kernels = constants(onnx.load(str(path)).graph)
        before, expected = path.stat().st_size, session(path).run(None, {"image": values})[0]
        compact(path)
        found = session(path).run(None, {"image": values})[0]
        assert path.stat().st_size < before / 2
        restored = constants(onnx.load(str(path)).graph)
    for name, kernel in kernels.items():
        assert np.abs(restored[name] - kernel).max() < np.abs(kernel).max() / 250
    assert np.abs(found - expected).max() < 0.02 * np.abs(expected).max()
