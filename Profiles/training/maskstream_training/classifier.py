"""The object primary: EfficientNet-Lite0 as one small ONNX file with its labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from . import imagenet
from .compact import compact
from .efficientnet import MEAN, SIDE, STD, folded, pretrained
from .export import Axes, parity, stamp, write
from .training import log

EXAMPLE = (1, 3, SIDE, SIDE)


def pixels(crops: np.ndarray) -> np.ndarray:
    """Crops [N,224,224,3] in 0..255 as the network's input."""
    values = (crops.astype(np.float32) / 255 - MEAN) / STD
    return np.ascontiguousarray(values.transpose(0, 3, 1, 2), dtype=np.float32)


def export_classifier(profile: Path) -> Path:
    """`primary.onnx`: image [N,3,224,224] to logits [N,1000]; N is free. Writes labels.txt too.

    The float file is compared with the network first; then its kernels are stored as integers.
    """
    path, net = profile / "primary.onnx", folded(pretrained()).eval()
    axes: Axes = {"image": {0: "count"}, "logits": {0: "count"}}
    write(net, torch.zeros(EXAMPLE), "logits", axes, path)
    parity(net, path, [EXAMPLE, (3, *EXAMPLE[1:])])
    whole = path.stat().st_size
    compact(path)
    log.info("%s: %.2f MB instead of %.2f", path.name, path.stat().st_size / 1e6, whole / 1e6)
    (profile / "labels.txt").write_text("\n".join(imagenet.labels()) + "\n")
    stamp(profile, "primary", path)
    return path
