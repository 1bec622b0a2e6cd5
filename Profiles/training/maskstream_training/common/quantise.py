"""An estimator in 8 bits, and whether it is worth it: closeness to the float one, and time.

Static, per channel, 7-bit weights: without VNNI the processor's U8S8 multiply saturates with 8.
The heads and all behind them stay float. It is written into the work folder; it belongs into a
profile only where it is measured to be faster and as good.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from .geometry import REGION, Confidence, enlarge, session
from .log import log
from .measures import Measures, iou, mean


class Pictures(CalibrationDataReader):
    """Training images as the estimator gets them."""

    def __init__(self, confidence: Confidence, images: list[np.ndarray]):
        self.values = iter([confidence.values(image) for image in images])

    def get_next(self) -> dict[str, np.ndarray] | None:
        values = next(self.values, None)
        return None if values is None else {"image": values}


def float_tail(path: Path) -> list[str]:
    """The last convolution and every node behind it."""
    nodes = list(onnx.load(str(path)).graph.node)
    last = max(i for i, node in enumerate(nodes) if node.op_type == "Conv")
    return [node.name for node in nodes[last:]]


def quantise(profile: Path, confidence: Confidence, images: list[np.ndarray], work: Path) -> Path:
    """Writes the 8-bit estimator, calibrated on the images, and returns where."""
    prepared, target = work / "prepared.onnx", work / f"{profile.name}-int8.onnx"
    quant_pre_process(str(profile / "estimator.onnx"), str(prepared), skip_symbolic_shape=True)
    quantize_static(
        str(prepared),
        str(target),
        Pictures(confidence, images),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        reduce_range=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=float_tail(prepared),
    )
    return target


def compare(
    confidence: Confidence, path: Path, images: list[np.ndarray], rounds: int = 200
) -> Measures:
    """Against the float estimator: mean difference, IoU of the regions, and time, alternating."""
    small = session(path)
    differences, ious = [], []
    for image in images:
        values = confidence.values(image)
        exact, rough = (
            s.run(None, {"image": values})[0][0, 0] for s in (confidence.session, small)
        )
        differences.append(float(np.abs(exact - rough).mean()))
        one, other = (enlarge(plane, *image.shape[1::-1]) > REGION for plane in (exact, rough))
        ious.append(iou(one, other, np.ones_like(one)))
    values = confidence.values(images[0])
    spent: dict[onnxruntime.InferenceSession, list[float]] = {confidence.session: [], small: []}
    for _ in range(rounds):
        for model, times in spent.items():
            start = time.perf_counter()
            model.run(None, {"image": values})
            times.append(time.perf_counter() - start)
    before, after = (float(np.median(times)) * 1000 for times in spent.values())
    result = {
        "difference": mean(differences),
        "iou_with_float": mean(ious),
        "float_ms": before,
        "int8_ms": after,
        "int8_megabytes": path.stat().st_size / 1e6,
    }
    log.info("int8: %s", {key: round(value, 4) for key, value in result.items()})
    return result
