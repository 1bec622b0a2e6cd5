"""Writes a trained network as ONNX into a profile and its hash into profile.yaml."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from .estimator import Estimator
from .geometry import session
from .layers import cost
from .log import log
from .stamp import stamp

OPSET = 17
SIDES = ((192, 320), (320, 192), (224, 224), (64, 96))
CROP_EXAMPLE = (1, 48, 48)
Axes = dict[str, dict[int, str]]
FREE: Axes = {"image": {0: "count", 2: "height", 3: "width"}, "logits": {0: "count"}}


def write(net: nn.Module, example: Tensor, output: str, axes: Axes, path: Path) -> None:
    """Exports, checks, annotates with cost, and stores one file."""
    net = net.cpu().eval().to(memory_format=torch.contiguous_format)
    parameters, multiply_adds = cost(net, example)
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        net,
        (example,),
        str(path),
        opset_version=OPSET,
        dynamo=False,
        input_names=["image"],
        output_names=[output],
        dynamic_axes=axes,
    )
    model = onnx.load(str(path))
    for key, value in (("parameters", parameters), ("multiply_adds", multiply_adds)):
        model.metadata_props.add(key=key, value=str(value))
    model.producer_name = "maskstream-training"
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(path))
    log.info(
        "%s: %d parameters, %.1f M multiply-adds, %.2f MB",
        path.name,
        parameters,
        multiply_adds / 1e6,
        path.stat().st_size / 1e6,
    )


def parity(net: nn.Module, path: Path, shapes: list[tuple[int, ...]]) -> float:
    """The largest difference between the network and its export over random inputs."""
    runtime, rng = session(path), np.random.default_rng(0)
    worst = 0.0
    for shape in shapes:
        values = rng.normal(0, 1, shape).astype(np.float32)
        with torch.no_grad():
            expected = net(torch.from_numpy(values)).numpy()
        worst = max(worst, float(np.abs(runtime.run(None, {"image": values})[0] - expected).max()))
    log.info("%s: differs from the network by at most %.2e", path.name, worst)
    if worst > 1e-3:
        raise RuntimeError(f"{path.name} does not compute what was trained: {worst}")
    return worst


def export_estimator(
    net: Estimator, profile: Path, sides: tuple[tuple[int, int], ...] = SIDES
) -> Path:
    """`estimator.onnx`: image [1,3,H,W] to confidence [1,1,H/2,W/2]; H and W are free.

    Of `sides`, heights and widths that are tried, the first is the one whose cost is counted.
    """
    path = profile / "estimator.onnx"
    axes: Axes = {
        "image": {2: "height", 3: "width"},
        "confidence": {2: "map_height", 3: "map_width"},
    }
    shapes: list[tuple[int, ...]] = [(1, 3, *side) for side in sides]
    write(net.eval(), torch.zeros(shapes[0]), "confidence", axes, path)
    parity(net, path, shapes)
    stamp(profile, "estimator", path)
    return path


def export_primary(
    net: nn.Module, profile: Path, crop: tuple[int, int, int] = CROP_EXAMPLE
) -> Path:
    """`primary.onnx`: image [N,C,H,W] to logits [N,classes]; N, H and W are free.

    `crop` is the size it was trained for.
    """
    path = profile / "primary.onnx"
    write(net.eval(), torch.zeros(1, *crop), "logits", FREE, path)
    channels, side = crop[0], crop[1]
    others = [(2, channels, other, other) for other in (side // 2, side - 7, side * 2)]
    parity(net, path, [(1, *crop), (4, *crop), *others])
    stamp(profile, "primary", path)
    return path
