"""Lets a vision transformer see some of its patches: a second input says which.

Masked patches then cost nothing. What is left keeps its positions, so that the network sees the
kept patches where they are, and nothing in the place of the others.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from onnx import TensorProto, helper, numpy_helper

from ..log import log
from .anatomy import Anatomy, examined
from .check import worst
from .graph import SHAPES, NotAVitError, pruned, replaced

KEEP = "keep"
TOLERANCE = 1e-4


def drop_patches(source: Path, target: Path, output: str | None, side: int | None) -> None:
    """Writes `target`, which takes an image and `keep`, int64 [K]: the patches to see.

    They are counted row by row from the upper left one. The model gives its first output or
    `output`, any tensor inside; of a sequence of tokens the first, which is [CLS].
    """
    if target.exists() and target.samefile(source):
        raise NotAVitError("it would be written over")
    try:
        model = onnx.load(str(source))
    except DecodeError as error:
        raise NotAVitError("it is no ONNX file") from error
    choose(model, output)
    found = examined(model, side)
    first_token(model.graph, found)
    dropping = gathered(model, found, replaces_all=False)
    try:
        difference = worst(model, dropping, found)
    except NotAVitError:
        dropping = gathered(model, found, replaces_all=True)
        difference = worst(model, dropping, found)
    if difference > TOLERANCE:
        raise NotAVitError(
            f"it differs by {difference:.1e} from the model with masked keys, which is more than"
            f" {TOLERANCE:.0e}: it mixes patches elsewhere than in its attention"
        )
    onnx.save(dropping, str(target))
    log.info(
        "%s: %dx%d patches of %d pixels, %d tokens before them, differs by at most %.1e",
        target.name,
        found.grid[1],
        found.grid[0],
        found.size[1] // found.grid[1],
        found.prefix,
        difference,
    )


def choose(model: onnx.ModelProto, output: str | None) -> None:
    """Leaves one output."""
    graph = model.graph
    name = output or graph.output[0].name
    if not any(name in n.output for n in graph.node):
        raise NotAVitError(f"it has no tensor {name}")
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    pruned(graph)


def first_token(graph: onnx.GraphProto, found: Anatomy) -> None:
    """Makes the output one row of values."""
    name = graph.output[0].name
    shape = found.trace.shapes[name]
    if len(shape) == 3 and shape[1] > found.patches:
        graph.initializer.append(numpy_helper.from_array(np.int64(0), "first"))
        graph.node.append(helper.make_node("Gather", [name, "first"], ["embedding"], axis=1))
        name, shape = "embedding", [shape[0], shape[2]]
    if len(shape) != 2:
        raise NotAVitError(
            f"its output {name} {shape} is not one row of values: name the tensor with --output"
        )
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))


def gathered(model: onnx.ModelProto, found: Anatomy, replaces_all: bool) -> onnx.ModelProto:
    """The model with the input `keep`, without the patches that it does not name.

    Constant shapes are replaced. Shapes that are computed mostly follow by themselves, but where
    only the batch was left open they hold the number of tokens as it was, and `replaces_all`.
    """
    dropping = onnx.ModelProto()
    dropping.CopyFrom(model)
    graph = dropping.graph
    graph.input.append(helper.make_tensor_value_info(KEEP, TensorProto.INT64, ["kept"]))
    constants = {"prefix": np.arange(found.prefix), "shift": np.array([found.prefix])}
    for name, value in constants.items():
        graph.initializer.append(numpy_helper.from_array(value.astype(np.int64), f"keep.{name}"))
    nodes = [
        helper.make_node("Add", [KEEP, "keep.shift"], ["keep.patches"]),
        helper.make_node("Concat", ["keep.prefix", "keep.patches"], ["keep.tokens"], axis=0),
        helper.make_node("Gather", [found.embedded, "keep.tokens"], ["keep.embedded"], axis=1),
    ]
    replaced(graph.node, found.embedded, "keep.embedded")
    place = 1 + next(i for i, n in enumerate(graph.node) if found.embedded in n.output)
    for index, node in enumerate(nodes + lengths(graph, found, replaces_all)):
        graph.node.insert(place + index, node)
    onnx.checker.check_model(dropping, full_check=True)
    return dropping


def lengths(graph: onnx.GraphProto, found: Anatomy, replaces_all: bool) -> list[onnx.NodeProto]:
    """Lets shapes that hold a number of tokens follow `keep`; the nodes that compute them."""
    counted: dict[int, str] = {}
    nodes = [helper.make_node("Shape", [KEEP], ["keep.count"])]
    for node in graph.node:
        if node.op_type not in SHAPES or node.output[0] not in found.behind:
            continue
        given = found.trace.given[node.input[1]]
        is_computed = node.input[1] in found.behind
        if (is_computed and not replaces_all) or not found.lengths.intersection(given):
            continue
        if found.trace.shapes[found.embedded][2] in found.lengths:
            raise NotAVitError(f"{node.name} cannot be told: tokens are as many as they are wide")
        parts = []
        for axis, value in enumerate(given):
            if value in found.lengths and value not in counted:
                counted[value] = f"keep.count.{value}"
                others = f"{counted[value]}.others"
                shift = np.array([value - found.patches], np.int64)
                graph.initializer.append(numpy_helper.from_array(shift, others))
                nodes.append(helper.make_node("Add", ["keep.count", others], [counted[value]]))
            if value in found.lengths:
                parts.append(counted[value])
            else:
                parts.append(f"{node.output[0]}.{axis}")
                part = np.array([value], np.int64)
                graph.initializer.append(numpy_helper.from_array(part, parts[-1]))
        node.input[1] = f"{node.output[0]}.shape"
        nodes.append(helper.make_node("Concat", parts, [node.input[1]], axis=0))
    return nodes
