"""Channels that depthwise convolutions read, evened out: the same network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from maskstream_training.common.equalise import equalise
from maskstream_training.common.geometry import session

WIDE = 6


def network(path: Path, *, shared: bool) -> None:
    """A convolution with uneven channels, a ReLU, a depthwise one and one behind it.

    With `shared`, what the depthwise one reads is added to what it gives.
    """
    rng = np.random.default_rng(1)
    uneven = np.array([1e-3, 0.5, 1, 3, 10, 100], np.float32)
    first = rng.normal(0, 1, (WIDE, 3, 1, 1)).astype(np.float32) * uneven.reshape(-1, 1, 1, 1)
    weights = {
        "first": first,
        "bias": rng.normal(0, 1, WIDE).astype(np.float32) * uneven,
        "depthwise": rng.normal(0, 1, (WIDE, 1, 3, 3)).astype(np.float32),
        "last": rng.normal(0, 1, (2, WIDE, 1, 1)).astype(np.float32),
    }
    nodes = [
        helper.make_node("Conv", ["image", "first", "bias"], ["sums"]),
        helper.make_node("Relu", ["sums"], ["high"]),
        helper.make_node("Conv", ["high", "depthwise"], ["near"], group=WIDE, pads=[1, 1, 1, 1]),
    ]
    if shared:
        nodes.append(helper.make_node("Add", ["high", "near"], ["both"]))
    nodes.append(helper.make_node("Conv", ["both" if shared else "near", "last"], ["map"]))
    tensors = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, 8, 8])
        for name, channels in (("image", 3), ("map", 2))
    ]
    constants = [numpy_helper.from_array(w, name) for name, w in weights.items()]
    graph = helper.make_graph(nodes, "net", tensors[:1], tensors[1:], constants)
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), str(path))


def reach(path: Path, value: np.ndarray) -> np.ndarray:
    """The highest value of each channel that the depthwise convolution reads."""
    model = onnx.load(str(path))
    model.graph.output.append(helper.make_tensor_value_info("high", TensorProto.FLOAT, None))
    watched = path.with_name("watched.onnx")
    onnx.save(model, str(watched))
    return session(watched).run(["high"], {"image": value})[0].max((0, 2, 3))


def test_channels_reach_as_far_and_the_output_stays(tmp_path: Path) -> None:
    path, value = tmp_path / "net.onnx", np.random.default_rng(2).normal(size=(1, 3, 8, 8))
    value = value.astype(np.float32)
    network(path, shared=False)
    before, uneven = session(path).run(None, {"image": value})[0], reach(path, value)
    assert uneven.max() > 100 * np.median(uneven)
    assert equalise(path, [value]) == 1
    assert session(path).run(None, {"image": value})[0] == pytest.approx(before, rel=1e-3, abs=1e-3)
    even = reach(path, value)
    # The first channel reaches so little that the least factor is its own.
    assert even[1:] == pytest.approx(np.full(WIDE - 1, uneven.max()), rel=1e-4)
    assert list(tmp_path.glob("*.onnx")) == [path, tmp_path / "watched.onnx"]


def test_what_others_read_is_left_alone(tmp_path: Path) -> None:
    path, value = tmp_path / "net.onnx", np.ones((1, 3, 8, 8), np.float32)
    network(path, shared=True)
    before = path.read_bytes()
    assert equalise(path, [value]) == 0
    assert path.read_bytes() == before
