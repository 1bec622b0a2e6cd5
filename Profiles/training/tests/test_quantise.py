"""Models in 8 bits: as the floats, and guarded by their hash."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from maskstream_training.common.compact import compact
from maskstream_training.common.geometry import manifest, session
from maskstream_training.common.quantise import kept_float, quantise

CHANNELS = (3, 8, 8, 16, 16, 1)


def network(path: Path) -> None:
    """Five convolutions and a sigmoid, their large kernels compact."""
    rng = np.random.default_rng(1)
    nodes, constants, before = [], [], "image"
    for i, (given, made) in enumerate(pairwise(CHANNELS)):
        kernel = rng.normal(0, (given * 9) ** -0.5, (made, given, 3, 3)).astype(np.float32)
        constants.append(numpy_helper.from_array(kernel, f"kernel{i}"))
        inputs, pads = [before, f"kernel{i}"], [1, 1, 1, 1]
        nodes.append(helper.make_node("Conv", inputs, [f"sum{i}"], f"conv{i}", pads=pads))
        last = i == len(CHANNELS) - 2
        before = "confidence" if last else f"act{i}"
        nodes.append(helper.make_node("Sigmoid" if last else "Relu", [f"sum{i}"], [before]))
    shape = [1, CHANNELS[0], 16, 16]
    tensors = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, *shape[2:]])
        for name, channels in (("image", CHANNELS[0]), ("confidence", CHANNELS[-1]))
    ]
    graph = helper.make_graph(nodes, "net", tensors[:1], tensors[1:], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(path))
    compact(path)


def test_compact_kernels_compute_in_8_bits(tmp_path: Path) -> None:
    network(tmp_path / "estimator.onnx")
    section = "estimator:\n  sha256: 1\n  int8: # fast\n    file: x\n    sha256: 2 # kept\n"
    (tmp_path / "profile.yaml").write_text(section)
    rng = np.random.default_rng(2)
    values = [rng.normal(size=(1, 3, 16, 16)).astype(np.float32) for _ in range(8)]
    path = quantise(tmp_path, "estimator", values, tail=True)
    found = manifest(tmp_path)["estimator"]
    assert found["sha256"] == 1
    assert found["int8"]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert "# kept" in (tmp_path / "profile.yaml").read_text()
    # The first two and the last stay float.
    stored = [t for t in onnx.load(str(path)).graph.initializer if len(t.dims) == 4]
    assert sum(t.data_type == TensorProto.INT8 for t in stored) == 2
    assert sum(t.data_type == TensorProto.FLOAT for t in stored) == 3
    fine, rough = (
        session(file).run(None, {"image": values[0]})[0]
        for file in (tmp_path / "estimator.onnx", path)
    )
    assert 0 < np.abs(fine - rough).max() < 0.03


def test_every_output_ends_in_floats(tmp_path: Path) -> None:
    """A detector has several: each last convolution, and what is behind it."""
    chain = [("Conv", "image", "a"), ("Conv", "a", "b"), ("Conv", "b", "c"), ("Relu", "c", "d")]
    chain += [("Conv", "d", "heat"), ("Sigmoid", "heat", "score"), ("Conv", "d", "size")]
    nodes = [helper.make_node(kind, [given], [made], made) for kind, given, made in chain]
    tensors = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
        for name in ("image", "score", "size")
    ]
    graph = helper.make_graph(nodes, "net", tensors[:1], tensors[1:])
    onnx.save(helper.make_model(graph), str(tmp_path / "net.onnx"))
    kept = kept_float(tmp_path / "net.onnx", tail=True)
    assert sorted(kept) == ["a", "b", "heat", "score", "size"]
    assert kept_float(tmp_path / "net.onnx", tail=False) == ["a", "b"]
