"""PP-OCR's operations are folded without changing what is computed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from maskstream_training.common.geometry import session
from maskstream_training.common.graph import cost
from maskstream_training.text.convert import folded


def network() -> onnx.ModelProto:
    """Convolution, affine, hard swish, affine, convolution, normalisation: as PP-OCR has them.

    The last convolution does not pad, and the summand before it is none.
    """
    rng = np.random.default_rng(3)
    constants = {
        "k1": rng.normal(0, 0.3, (8, 3, 3, 3)),
        "k2": rng.normal(0, 0.3, (1, 8, 3, 3)),
        "b2": rng.normal(0, 1, 1),
        "k3": [[[[1.4]]]],
        "b3": [-0.3],
        "a": [1.7],
        "b": [-0.4],
        "three": [3],
        "zero": 0,
        "six": 6,
        "c": [0.6],
        "d": [0.9],
        "scale": [1.3],
        "shift": [0.2],
        "mean": [0.1],
        "variance": [2],
    }
    nodes = [
        helper.make_node("Conv", ["x", "k1"], ["t1"], pads=[1, 1, 1, 1]),
        helper.make_node("Mul", ["a", "t1"], ["t2"]),
        helper.make_node("Add", ["t2", "b"], ["t3"]),
        helper.make_node("Add", ["t3", "three"], ["t4"]),
        helper.make_node("Clip", ["t4", "zero", "six"], ["t5"]),
        helper.make_node("Mul", ["t3", "t5"], ["t6"]),
        helper.make_node("Div", ["t6", "six"], ["t7"]),
        helper.make_node("Mul", ["c", "t7"], ["t8"]),
        helper.make_node("Add", ["t8", "d"], ["t9"]),
        helper.make_node("Conv", ["t9", "k2", "b2"], ["t10"], pads=[1, 1, 1, 1]),
        helper.make_node(
            "BatchNormalization", ["t10", "scale", "shift", "mean", "variance"], ["t11"]
        ),
        helper.make_node("Sigmoid", ["t11"], ["t12"]),
        helper.make_node("Add", ["t12", "d"], ["t13"]),
        helper.make_node("Conv", ["t13", "k3", "b3"], ["t14"], pads=[0, 0, 0, 0]),
        helper.make_node("Sigmoid", ["t14"], ["y"]),
    ]
    image = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, "h", "w"])
    score = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, "h", "w"])
    weights = [
        numpy_helper.from_array(np.asarray(v, np.float32), name) for name, v in constants.items()
    ]
    graph = helper.make_graph(nodes, "net", [image], [score], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 12)], ir_version=8)


def test_folding_computes_the_same(tmp_path: Path) -> None:
    before, after = network(), folded(network())
    values = np.random.default_rng(0).normal(0, 2, (1, 3, 24, 40)).astype(np.float32)
    results = []
    for name, model in (("before", before), ("after", after)):
        onnx.checker.check_model(model, full_check=True)
        path = tmp_path / f"{name}.onnx"
        onnx.save(model, str(path))
        runtime = session(path)
        results.append(runtime.run(None, {runtime.get_inputs()[0].name: values})[0])
    assert np.abs(results[0] - results[1]).max() < 1e-5
    kinds = Counter(node.op_type for node in after.graph.node)
    assert kinds == {"Conv": 4, "HardSigmoid": 1, "Mul": 1, "Sigmoid": 2}


def test_cost_counts_every_place_of_an_output() -> None:
    parameters, multiply_adds = cost(folded(network()), 24, 40)
    # Eight of the kernels are a summand's.
    kernels = 8 * 27 + 72 + 8 + 1
    assert multiply_adds == kernels * 24 * 40
    biases = 8 + 1 + 8 + 1
    assert parameters == kernels + biases
