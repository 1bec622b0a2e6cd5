"""Models in 8 bits, for processors that multiply these faster (AVX-512 VNNI).

Static, per channel, unsigned activations and signed kernels, the pair that ONNX Runtime's kernels
for x86 are made for. The first two convolutions stay float: they have few channels, and what is
lost there is lost for all layers. So do the last ones and all behind them where outputs are maps.
"""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)

from .equalise import equalise
from .geometry import Confidence, session
from .log import log
from .stamp import stamp

FLOAT_FIRST = 2


class Inputs(CalibrationDataReader):
    """A model's inputs, one after another."""

    def __init__(self, values: Iterable[np.ndarray]):
        self.values: Iterator[np.ndarray] = iter(values)

    def get_next(self) -> dict[str, np.ndarray] | None:
        value = next(self.values, None)
        return None if value is None else {"image": value}


def fold(source: Path, target: Path) -> None:
    """Writes a model with its constants computed.

    Kernels that `compact` stored as integers become plain floats: behind `Cast` and `Mul` the
    quantiser does not see them, and leaves their layers float. It knows nodes by their names.
    """
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(target)
    onnxruntime.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])
    model = onnx.load(str(target))
    for i, node in enumerate(model.graph.node):
        node.name = node.name or f"{node.op_type}.{i}"
    onnx.save(model, str(target))


def kept_float(path: Path, tail: bool) -> list[str]:
    """The first convolutions; with `tail` each that none follows, and what is behind it, too."""
    nodes = list(onnx.load(str(path)).graph.node)
    kept = [node.name for node in nodes if node.op_type == "Conv"][:FLOAT_FIRST]
    leading: set[str] = set()
    for node in reversed(nodes if tail else []):
        if leading.isdisjoint(node.output):
            kept.append(node.name)
        if node.op_type == "Conv" or not leading.isdisjoint(node.output):
            leading.update(node.input)
    return kept


def to_bytes(
    source: Path,
    target: Path,
    values: list[np.ndarray],
    method: CalibrationMethod = CalibrationMethod.MinMax,
    tail: bool = False,
    even: bool = False,
) -> None:
    """Writes a model that computes in 8 bits, calibrated on inputs."""
    with tempfile.TemporaryDirectory() as folder:
        folded = Path(folder) / "folded.onnx"
        fold(source, folded)
        if even:
            equalise(folded, values)
        with quiet():
            quantize_static(
                str(folded),
                str(target),
                Inputs(values),
                quant_format=QuantFormat.QDQ,
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                calibrate_method=method,
                nodes_to_exclude=kept_float(folded, tail),
            )


def quantise(
    profile: Path,
    section: str,
    values: list[np.ndarray],
    method: CalibrationMethod = CalibrationMethod.MinMax,
    tail: bool = False,
    even: bool = False,
) -> Path:
    """Writes `SECTION.int8.onnx`, calibrated on inputs, puts its hash into profile.yaml, and logs
    how long both files take. With `even`, channels are evened out first."""
    source, target = profile / f"{section}.onnx", profile / f"{section}.int8.onnx"
    to_bytes(source, target, values, method, tail, even)
    stamp(profile, section, target, nested=True)
    before, after = times(source, target, values[0])
    log.info("%s: %.2f ms in floats, %.2f in 8 bits", section, before, after)
    return target


def quantise_estimator(profile: Path, images: list[np.ndarray]) -> Path:
    """Writes `estimator.int8.onnx`, calibrated on images; its end stays float."""
    confidence = Confidence(profile)
    values = [confidence.values(image) for image in images]
    return quantise(profile, "estimator", values, tail=True)


@contextmanager
def quiet() -> Iterator[None]:
    """Keeps off the log what the quantiser has to say, which goes to the root logger."""
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.setLevel(level)


def times(source: Path, target: Path, value: np.ndarray, rounds: int = 100) -> tuple[float, float]:
    """The median time of both files on one input in milliseconds, alternating."""
    spent: dict[Path, list[float]] = {source: [], target: []}
    models = {path: session(path) for path in spent}
    for _ in range(rounds):
        for path, model in models.items():
            start = time.perf_counter()
            model.run(None, {"image": value})
            spent[path].append(time.perf_counter() - start)
    before, after = (float(np.median(some)) * 1000 for some in spent.values())
    return before, after
