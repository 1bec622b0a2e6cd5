"""Foreign networks rewritten for the program."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from maskstream_training.common.geometry import session
from maskstream_training.crowds.convert import fold


def test_a_folded_batch_norm_computes_the_same(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    weights = {
        "kernel": rng.normal(0, 1, (3, 4, 2, 2)),
        **{name: rng.uniform(0.5, 2, 4) for name in ("scale", "shift", "mean", "variance")},
    }
    nodes = [
        helper.make_node("ConvTranspose", ["image", "kernel"], ["wide"], strides=[2, 2]),
        helper.make_node(
            "BatchNormalization",
            ["wide", "scale", "shift", "mean", "variance"],
            ["out"],
            epsilon=1e-3,
        ),
    ]
    tensors = [numpy_helper.from_array(w.astype(np.float32), n) for n, w in weights.items()]
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 5, 6])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, 4, 10, 12])],
        tensors,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    values = rng.normal(0, 1, (1, 3, 5, 6)).astype(np.float32)
    onnx.save(model, str(tmp_path / "before.onnx"))
    fold(model.graph)
    onnx.save(model, str(tmp_path / "after.onnx"))
    before, after = (
        session(tmp_path / name).run(None, {"image": values})[0]
        for name in ("before.onnx", "after.onnx")
    )
    assert [node.op_type for node in model.graph.node] == ["ConvTranspose"]
    assert np.abs(before - after).max() < 1e-5
