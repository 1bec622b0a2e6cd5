"""An ONNX graph: what depends on what, and the shapes that tensors have in a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

SHAPES = ("Reshape", "Expand")
"""Operations whose second input is a shape."""


class NotAVitError(Exception):
    """Why patches cannot be dropped from a model."""


@dataclass
class Trace:
    """What one run shows: each tensor's shape, and the shapes that operations were given."""

    shapes: dict[str, list[int]]
    given: dict[str, list[int]]


def ran(model: onnx.ModelProto, values: dict[str, np.ndarray]) -> list[np.ndarray]:
    """The model's outputs, from one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return session.run(None, values)


def traced(model: onnx.ModelProto, values: dict[str, np.ndarray]) -> Trace:
    """Runs the model once; of its tensors only the shapes are kept."""
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    graph = probe.graph
    names = [o for n in graph.node for o in n.output if o]
    given = list(dict.fromkeys(n.input[1] for n in graph.node if n.op_type in SHAPES))
    del graph.output[:]
    for name in names:
        graph.node.append(helper.make_node("Shape", [name], [f"{name}:shape"]))
        graph.output.append(helper.make_tensor_value_info(f"{name}:shape", TensorProto.INT64, None))
    for name in given:
        graph.node.append(helper.make_node("Identity", [name], [f"{name}:given"]))
        graph.output.append(helper.make_tensor_value_info(f"{name}:given", TensorProto.INT64, None))
    found = [[int(v) for v in value] for value in ran(probe, values)]
    shapes = dict(zip(names, found, strict=False))
    shapes |= {i.name: list(i.dims) for i in graph.initializer}
    return Trace(shapes, dict(zip(given, found[len(names) :], strict=True)))


def dependent(
    nodes: Iterable[onnx.NodeProto], roots: Iterable[str], sizes: bool = True
) -> set[str]:
    """The roots and what is computed from them; without `sizes`, from their content alone."""
    found = set(roots)
    for node in nodes:
        if (sizes or node.op_type not in ("Shape", "Size")) and found.intersection(node.input):
            found.update(node.output)
    return found


def integers(node: onnx.NodeProto, name: str) -> list[int]:
    """The numbers of a node's attribute; none where it does not say."""
    found = [helper.get_attribute_value(a) for a in node.attribute if a.name == name]
    return [int(v) for v in np.ravel(found)]


def constant(graph: onnx.GraphProto, name: str) -> np.ndarray:
    """The value of a constant tensor; empty for what is none."""
    for tensor in graph.initializer:
        if tensor.name == name:
            return numpy_helper.to_array(tensor)
    for node in graph.node:
        if node.op_type == "Constant" and name in node.output:
            return numpy_helper.to_array(node.attribute[0].t)
    return np.array([])


def replaced(nodes: Iterable[onnx.NodeProto], old: str, new: str) -> None:
    """Lets nodes take another tensor."""
    for node in nodes:
        for index, name in enumerate(node.input):
            if name == old:
                node.input[index] = new


def pruned(graph: onnx.GraphProto) -> None:
    """Removes what no output needs."""
    needed = {o.name for o in graph.output}
    kept = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.append(node)
    constants = [t for t in graph.initializer if t.name in needed]
    del graph.node[:], graph.initializer[:], graph.value_info[:]
    graph.node.extend(reversed(kept))
    graph.initializer.extend(constants)
