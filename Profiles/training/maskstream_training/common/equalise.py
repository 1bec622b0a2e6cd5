"""Evens out the channels that depthwise convolutions read, before a model is stored in 8 bits.

A tensor in 8 bits has one scale for all of its channels, so the widest one takes the precision of
the others. Where only a ReLU lies between a convolution and a depthwise one, each channel has
kernels of its own before and behind it: a factor that one takes and the other gives back changes
nothing else (Nagel et al., https://arxiv.org/abs/1906.04721, section 4.1; here by how far channels
reach on some inputs).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

from .geometry import session

LEAST = 1e-3
"""The least factor, of a channel that is hardly ever above 0."""


def equalise(path: Path, values: list[np.ndarray]) -> int:
    """Rewrites the file so that such channels reach equally far on these inputs.

    Gives how many depthwise convolutions that was done for.
    """
    model = onnx.load(str(path))
    kernels = {t.name: t for t in model.graph.initializer}
    pairs = depthwise_pairs(model.graph, kernels)
    tops = highest(model, path, [behind.input[0] for _, behind in pairs], values)
    for (before, behind), top in zip(pairs, tops, strict=True):
        factor = (top / max(float(top.max()), LEAST)).clip(LEAST)
        for name in before.input[1:]:
            scale(kernels[name], 1 / factor)
        scale(kernels[behind.input[1]], factor)
    if pairs:
        onnx.save(model, str(path))
    return len(pairs)


def depthwise_pairs(
    graph: onnx.GraphProto, kernels: dict[str, onnx.TensorProto]
) -> list[tuple[onnx.NodeProto, onnx.NodeProto]]:
    """Convolutions, and the depthwise ones that alone read what their ReLU gives."""
    makers = {name: node for node in graph.node for name in node.output}
    read = [name for node in graph.node for name in node.input]
    read += [output.name for output in graph.output]
    pairs = []
    for behind in (node for node in graph.node if node.op_type == "Conv"):
        relu = makers.get(behind.input[0])
        if relu is None or relu.op_type != "Relu":
            continue
        before = makers.get(relu.input[0])
        if before is None or before.op_type != "Conv":
            continue
        made, (channels, each) = kernels[before.input[1]].dims, kernels[behind.input[1]].dims[:2]
        alone = read.count(relu.input[0]) == read.count(relu.output[0]) == 1
        if alone and each == 1 and channels == made[0]:
            pairs.append((before, behind))
    return pairs


def highest(
    model: onnx.ModelProto, path: Path, names: list[str], values: list[np.ndarray]
) -> list[np.ndarray]:
    """The highest value of each channel of these tensors over all inputs."""
    if not names:
        return []
    shown = onnx.ModelProto()
    shown.CopyFrom(model)
    kind = onnx.TensorProto.FLOAT
    shown.graph.output.extend(helper.make_tensor_value_info(n, kind, None) for n in names)
    watched = path.with_suffix(".watched.onnx")
    onnx.save(shown, str(watched))
    runner = session(watched)
    watched.unlink()
    runs = [[t.max((0, 2, 3)) for t in runner.run(names, {"image": v})] for v in values]
    return [np.max(tops, 0) for tops in zip(*runs, strict=True)]


def scale(tensor: onnx.TensorProto, factor: np.ndarray) -> None:
    """Multiplies a kernel or a bias by a factor for each of its first axis."""
    array = numpy_helper.to_array(tensor)
    scaled = array * factor.reshape(-1, *[1] * (array.ndim - 1))
    tensor.CopyFrom(numpy_helper.from_array(scaled.astype(array.dtype), tensor.name))
