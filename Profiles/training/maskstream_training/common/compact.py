"""Smaller ONNX files: kernels as 8-bit integers with a scale for each output channel.

Only storage changes. `Cast` and `Mul` restore float kernels, and the runtime does that once while
it loads the file, so the arithmetic and its speed are those of a float model. (With
`DequantizeLinear` the runtime would keep the integers and restore them on every run.)
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SMALLEST = 1024


def quantised(kernel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Integers in -127...127 and the scale of each output channel."""
    axes = tuple(range(1, kernel.ndim))
    scale = np.abs(kernel).max(axes, keepdims=True).clip(1e-12) / 127
    return np.round(kernel / scale).astype(np.int8), scale.astype(np.float32)


def compact(path: Path, half: bool = False) -> None:
    """Rewrites a file in place: each large kernel as integers, or as 16-bit floats if `half`."""
    model = onnx.load(str(path))
    graph = model.graph
    nodes = []
    for tensor in list(graph.initializer):
        kernel = numpy_helper.to_array(tensor)
        if kernel.dtype != np.float32 or kernel.ndim < 2 or kernel.size < SMALLEST:
            continue
        graph.initializer.remove(tensor)
        stored = f"{tensor.name}.stored"
        restored = tensor.name if half else f"{tensor.name}.cast"
        values, scale = (kernel.astype(np.float16), None) if half else quantised(kernel)
        graph.initializer.append(numpy_helper.from_array(values, stored))
        nodes.append(helper.make_node("Cast", [stored], [restored], to=TensorProto.FLOAT))
        if scale is not None:
            graph.initializer.append(numpy_helper.from_array(scale, f"{tensor.name}.scale"))
            names = [restored, f"{tensor.name}.scale"]
            nodes.append(helper.make_node("Mul", names, [tensor.name]))
    for node in reversed(nodes):
        graph.node.insert(0, node)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(path))


def constants(graph: onnx.GraphProto) -> dict[str, np.ndarray]:
    """Every constant of a file by name, compact kernels as the floats they stand for."""
    found = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    for node in graph.node:
        if all(name in found for name in node.input):
            if node.op_type == "Cast":
                found[node.output[0]] = found[node.input[0]].astype(np.float32)
            elif node.op_type == "Mul":
                found[node.output[0]] = found[node.input[0]] * found[node.input[1]]
            elif node.op_type == "Identity":  # equal ones are stored once
                found[node.output[0]] = found[node.input[0]]
    return found
