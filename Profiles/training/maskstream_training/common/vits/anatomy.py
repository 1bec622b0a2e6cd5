"""Where a vision transformer's patches are, and where it learns their places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx

from .graph import NotAVitError, Trace, dependent, integers, traced

PAIRWISE = ("Add", "Sub", "Mul", "Div", "Where")


@dataclass
class Anatomy:
    """A vision transformer for one image.

    `image` is its input of `size` (height, width) and `grid` its rows and columns of patches.
    `embedded` is the tensor [1, prefix + patches, width] of all tokens with their positions;
    `behind` is all that depends on it, `lengths` how many tokens these tensors have along an axis.
    """

    image: str
    size: tuple[int, int]
    grid: tuple[int, int]
    embedded: str
    prefix: int
    behind: set[str]
    lengths: set[int]
    trace: Trace

    @property
    def patches(self) -> int:
        return self.grid[0] * self.grid[1]


def examined(model: onnx.ModelProto, side: int | None) -> Anatomy:
    """Finds a model's parts; `side` is for models that leave the size of images open."""
    image, size = fixed(model, side)
    graph = model.graph
    trace = traced(model, {image: np.zeros((1, 3, *size), np.float32)})
    content = dependent(graph.node, [image], sizes=False)
    patching = next((n for n in graph.node if is_patching(n, content)), None)
    if patching is None:
        raise NotAVitError("no convolution cuts the image into patches")
    rows, columns = trace.shapes[patching.output[0]][2:]
    patches = rows * columns
    after = dependent(graph.node, patching.output, sizes=False)
    attention = dependent(
        graph.node, [o for n in graph.node if n.op_type == "Softmax" for o in n.output]
    )
    for node in graph.node:
        if node.op_type != "Add" or attention.intersection(node.input):
            continue
        table = [name for name in node.input if name not in after]
        shape = trace.shapes[node.output[0]]
        if (
            len(table) == 1
            and len(shape) == 3
            and shape[1] >= patches
            and trace.shapes[table[0]][-2:] == shape[1:]
        ):
            return anatomy(graph, trace, image, size, (rows, columns), node.output[0])
    raise NotAVitError(
        "no position embedding is added to its patches before the first attention:"
        " rotary and relative positions lie in every layer"
    )


def fixed(model: onnx.ModelProto, side: int | None) -> tuple[str, tuple[int, int]]:
    """Makes the model's only input one RGB image; its name, height and width."""
    constants = {t.name for t in model.graph.initializer}
    inputs = [i for i in model.graph.input if i.name not in constants]
    kind = inputs[0].type.tensor_type if len(inputs) == 1 else onnx.TypeProto.Tensor()
    dims = kind.shape.dim
    if kind.elem_type != onnx.TensorProto.FLOAT or len(dims) != 4:
        raise NotAVitError("its only input must be an image, float32 [1, 3, height, width]")
    sides = [d.dim_value or side for d in dims[2:]]
    if None in sides:
        raise NotAVitError("it leaves the size of images open: give --side")
    for dim, value in zip(dims, (1, 3, *sides), strict=True):
        if dim.dim_value not in (0, value):
            raise NotAVitError("its input must be one image [1, 3, height, width]")
        dim.dim_value = value
    height, width = sides
    assert height is not None
    assert width is not None
    return inputs[0].name, (height, width)


def is_patching(node: onnx.NodeProto, content: set[str]) -> bool:
    """Whether a convolution cuts the image into patches that do not overlap."""
    kernel = integers(node, "kernel_shape")
    return (
        node.op_type == "Conv"
        and node.input[0] in content
        and min(kernel, default=1) > 1
        and kernel == integers(node, "strides")
        and not any(integers(node, "pads"))
    )


def anatomy(
    graph: onnx.GraphProto,
    trace: Trace,
    image: str,
    size: tuple[int, int],
    grid: tuple[int, int],
    embedded: str,
) -> Anatomy:
    """What follows from where the positions are added; refuses tables in the layers."""
    patches, (_, tokens, width) = grid[0] * grid[1], trace.shapes[embedded]
    behind = dependent(graph.node, [embedded])
    shapes = [trace.shapes[name] for name in behind]
    lengths = {s[1] for s in shapes if len(s) == 3 and s[2] == width and s[1] >= patches}
    for node in graph.node:
        inputs = [name for name in node.input if name]
        if node.op_type not in PAIRWISE or not behind.intersection(inputs):
            continue
        for name in inputs:
            if name not in behind and lengths.intersection(trace.shapes[name][:-1]):
                raise NotAVitError(
                    f"{node.name or node.output[0]} has a value for each token: rotary and"
                    " relative positions lie in every layer"
                )
    return Anatomy(image, size, grid, embedded, tokens - patches, behind, lengths, trace)
