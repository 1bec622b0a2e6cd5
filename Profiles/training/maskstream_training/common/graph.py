"""What an ONNX file costs to run, for networks that were made elsewhere."""

from __future__ import annotations

import numpy as np
import onnx


def annotate(model: onnx.ModelProto, height: int, width: int) -> None:
    """Writes the cost into the metadata, where the program reads it, as `export.write` does."""
    for key, value in zip(("parameters", "multiply_adds"), cost(model, height, width), strict=True):
        model.metadata_props.add(key=key, value=str(value))


def cost(model: onnx.ModelProto, height: int, width: int) -> tuple[int, int]:
    """Parameters, and multiply-adds of the convolutions at an input size."""
    sized = onnx.ModelProto()
    sized.CopyFrom(model)
    # Shapes of outputs are not inferred, and a convolution may give one.
    del sized.graph.output[:]
    for i, side in ((0, 1), (2, height), (3, width)):
        sized.graph.input[0].type.tensor_type.shape.dim[i].dim_value = side
    shapes = {
        v.name: [d.dim_value for d in v.type.tensor_type.shape.dim]
        for v in onnx.shape_inference.infer_shapes(sized, data_prop=True).graph.value_info
    }
    constants = {t.name: t for t in model.graph.initializer}
    kernels = [(n, constants[n.input[1]]) for n in model.graph.node if n.op_type.startswith("Conv")]
    total = 0
    for node, kernel in kernels:
        # A kernel is applied at each place of its output; a transposed one at each of its input.
        place = node.output[0] if node.op_type == "Conv" else node.input[0]
        total += int(np.prod(kernel.dims)) * int(np.prod(shapes[place][2:]))
    return sum(int(np.prod(t.dims)) for t in constants.values()), total
