"""The object primary: EfficientNet-Lite0 as one small ONNX file with its labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from ..common.compact import compact
from ..common.efficientnet import LEVEL, SIDE, SPREAD, folded, pretrained
from ..common.export import FREE, parity, write
from ..common.log import log
from ..common.stamp import stamp
from . import imagenet

EXAMPLE = (1, 3, SIDE, SIDE)
SMALLER = (128, 160, 192)


def pixels(crops: np.ndarray) -> np.ndarray:
    """Crops [N,224,224,3] in 0..255 as the network's input."""
    values = (crops.astype(np.float32) / 255 - LEVEL) / SPREAD
    return np.ascontiguousarray(values.transpose(0, 3, 1, 2), dtype=np.float32)


def export_classifier(profile: Path) -> Path:
    """`primary.onnx`: image [N,3,H,W] to logits [N,1000]. Writes labels.txt too.

    N, H and W are free; the network learned from sides of 224. The float file is compared with the
    network first; then its kernels are stored as integers.
    """
    path, net = profile / "primary.onnx", folded(pretrained()).eval()
    write(net, torch.zeros(EXAMPLE), "logits", FREE, path)
    parity(net, path, [EXAMPLE, (3, *EXAMPLE[1:]), *((1, 3, side, side) for side in SMALLER)])
    whole = path.stat().st_size
    compact(path)
    log.info("%s: %.2f MB instead of %.2f", path.name, path.stat().st_size / 1e6, whole / 1e6)
    (profile / "labels.txt").write_text("\n".join(imagenet.labels()) + "\n")
    stamp(profile, "primary", path)
    return path
