"""Whether dropping patches equals hiding their keys from attention."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper

from .anatomy import Anatomy
from .graph import NotAVitError, constant, integers, ran

HIDDEN = np.float32(-1e30)


def masked_keys(model: onnx.ModelProto, found: Anatomy) -> onnx.ModelProto:
    """The model with all patches, and inputs that are added to attention before each softmax.

    `keys.L` is for L tokens; `mean.L` is multiplied with tokens that are averaged.
    """
    reference = onnx.ModelProto()
    reference.CopyFrom(model)
    graph, shapes = reference.graph, found.trace.shapes
    nodes, inputs = [], {}
    for node in graph.node:
        shape = shapes.get(node.input[0], []) if node.input else []
        if node.input and node.input[0] in found.behind:
            rank = len(shape)
            if node.op_type == "Softmax" and shape[-1] in found.lengths:
                if integers(node, "axis") not in ([], [-1], [rank - 1]):
                    raise NotAVitError(f"{node.name} is no attention over the last axis")
                nodes.append(weighed(node, "Add", f"keys.{shape[-1]}"))
                inputs[nodes[-1].input[1]] = [shape[-1]]
            elif node.op_type == "ReduceMean" and rank == 3 and averages(graph, node):
                nodes.append(weighed(node, "Mul", f"mean.{shape[1]}"))
                inputs[nodes[-1].input[1]] = [shape[1], 1]
        nodes.append(node)
    if not any(name.startswith("keys.") for name in inputs):
        raise NotAVitError(
            "it has no softmax over its tokens, or hides it in an operation of its own"
        )
    nodes = [onnx.NodeProto.FromString(n.SerializeToString()) for n in nodes]
    del graph.node[:]
    graph.node.extend(nodes)
    for name, dims in inputs.items():
        graph.input.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, dims))
    return reference


def weighed(node: onnx.NodeProto, operation: str, weights: str) -> onnx.NodeProto:
    """A node before another one, which then takes its output."""
    name = f"{node.output[0]}.{weights}"
    added = helper.make_node(operation, [node.input[0], weights], [name])
    node.input[0] = name
    return added


def averages(graph: onnx.GraphProto, node: onnx.NodeProto) -> bool:
    """Whether a mean of [1, tokens, width] is over the tokens."""
    axes = integers(node, "axes")
    if not axes and len(node.input) > 1:
        axes = [int(a) for a in np.ravel(constant(graph, node.input[1]))]
    return [axis % 3 for axis in axes] == [1]


def weights(name: str, dims: list[int], kept: np.ndarray, patches: int) -> np.ndarray:
    """The value of an input of the reference; `kept` are the patches that are seen."""
    seen = np.zeros(dims[0], bool)
    seen[: dims[0] - patches] = True
    seen[dims[0] - patches + kept] = True
    if name.startswith("keys."):
        return np.where(seen, np.float32(0), HIDDEN)
    return (seen * np.float32(dims[0] / seen.sum())).astype(np.float32)[:, None]


def worst(model: onnx.ModelProto, dropping: onnx.ModelProto, found: Anatomy) -> float:
    """The largest difference at one, half and all of the patches, in units of the largest value.

    Values below 1 count as 1.
    """
    reference, rng = masked_keys(model, found), np.random.default_rng(0)
    image = rng.standard_normal((1, 3, *found.size)).astype(np.float32)
    wanted = {
        i.name: [d.dim_value for d in i.type.tensor_type.shape.dim]
        for i in reference.graph.input
        if i.name.startswith(("keys.", "mean."))
    }
    result = 0.0
    for count in (found.patches, found.patches // 2, 1):
        kept = np.sort(rng.permutation(found.patches)[:count])
        values = {n: weights(n, dims, kept, found.patches) for n, dims in wanted.items()}
        expected = ran(reference, {found.image: image, **values})[0]
        try:
            given = ran(dropping, {found.image: image, "keep": kept})[0]
        except Exception as error:  # the runtime has no common class of errors
            raise NotAVitError(f"it does not run on {count} of its patches: {error}") from error
        scale = max(1.0, float(np.abs(expected).max()))
        result = max(result, float(np.abs(expected - given).max()) / scale)
    return result
