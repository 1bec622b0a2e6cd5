"""CenterFace as the profile's estimator: the published network, rewritten for the program.

Its file lists every weight as an input, which keeps the runtime from folding and fusing, has a
fixed size, and computes landmarks that nothing here reads.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper, version_converter

from ..common.export import OPSET
from ..common.geometry import session
from ..common.graph import annotate
from ..common.log import log
from .detect import IMAGE

INPUT = ("input.1", IMAGE, 3)
OUTPUTS = (("537", "heat", 1), ("538", "size", 2), ("539", "offset", 2))
"""The published names, ours, and the channels."""
CLOSE = 1e-4
SIDES = ((352, 640), (640, 352), (480, 480), (64, 96))


def convert(published: Path, path: Path) -> None:
    """Writes `path` and compares it with the published file at several sizes."""
    model = onnx.load(str(published))
    graph = model.graph
    fold(graph)
    keep_outputs(graph)
    rename(graph, {old: new for old, new, _ in (INPUT, *OUTPUTS)})
    name, channels = INPUT[1:]
    retype(graph.input, [(name, [1, channels, "height", "width"])])
    retype(graph.output, [(n, [1, c, "map_height", "map_width"]) for _, n, c in OUTPUTS])
    model = version_converter.convert_version(model, OPSET)
    model.ir_version = 8
    model.producer_name = "maskstream-training"
    model.graph.ClearField("value_info")
    annotate(model, *SIDES[0])
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(path))
    worst = difference(published, path)
    log.info("%s: %d bytes, differs by at most %.1e", path.name, path.stat().st_size, worst)
    if worst > CLOSE:
        raise RuntimeError(f"{path.name} does not compute what {published.name} does: {worst}")


def fold(graph: onnx.GraphProto) -> None:
    """Puts each batch norm into the kernel and bias of the transposed convolution before it."""
    weights = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    makers = {name: node for node in graph.node for name in node.output}
    for norm in [node for node in graph.node if node.op_type == "BatchNormalization"]:
        maker = makers[norm.input[0]]
        if maker.op_type != "ConvTranspose" or len(maker.input) != 2:
            raise ValueError(f"a batch norm after {maker.op_type}; only ConvTranspose is expected")
        scale, shift, mean, variance = (weights[name].astype(np.float64) for name in norm.input[1:])
        (epsilon,) = (a.f for a in norm.attribute if a.name == "epsilon")
        factor = scale / np.sqrt(variance + epsilon)
        kernel = weights[maker.input[1]]
        weights[maker.input[1]] = (kernel * factor[None, :, None, None]).astype(np.float32)
        bias = f"{maker.input[1]}.bias"
        weights[bias] = (shift - mean * factor).astype(np.float32)
        maker.input.append(bias)
        maker.output[0] = norm.output[0]
        graph.node.remove(norm)
    del graph.initializer[:]
    graph.initializer.extend(numpy_helper.from_array(w, name) for name, w in weights.items())


def keep_outputs(graph: onnx.GraphProto) -> None:
    """Drops what does not lead to an output that is read: landmarks, and weights without use."""
    needed = {old for old, _, _ in OUTPUTS}
    for node in reversed(list(graph.node)):
        if needed.isdisjoint(node.output):
            graph.node.remove(node)
        else:
            needed.update(node.input)
    for tensor in [t for t in graph.initializer if t.name not in needed]:
        graph.initializer.remove(tensor)


def rename(graph: onnx.GraphProto, names: dict[str, str]) -> None:
    for node in graph.node:
        for values in (node.input, node.output):
            values[:] = [names.get(value, value) for value in values]


def retype(values: list[onnx.ValueInfoProto], wanted: list[tuple[str, list[int | str]]]) -> None:
    """Replaces a graph's inputs or outputs."""
    del values[:]
    kind = onnx.TensorProto.FLOAT
    values.extend(helper.make_tensor_value_info(name, kind, shape) for name, shape in wanted)


def difference(published: Path, path: Path) -> float:
    """The largest difference of any output over random images of several sizes."""
    theirs, ours, rng = any_size(published), session(path), np.random.default_rng(0)
    worst = 0.0
    for height, width in SIDES:
        image = rng.uniform(0, 255, (1, 3, height, width)).astype(np.float32)
        expected = theirs.run([old for old, _, _ in OUTPUTS], {INPUT[0]: image})
        found = ours.run([new for _, new, _ in OUTPUTS], {INPUT[1]: image})
        for one, other in zip(expected, found, strict=True):
            worst = max(worst, float(np.abs(one - other).max()))
    return worst


def any_size(published: Path) -> onnxruntime.InferenceSession:
    """The published network, its input's sides set free."""
    model = onnx.load(str(published))
    for value in (*model.graph.input[:1], *model.graph.output):
        for axis in (0, 2, 3):
            value.type.tensor_type.shape.dim[axis].dim_param = f"{value.name}_{axis}"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
