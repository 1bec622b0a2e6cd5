"""Puts the weights of an exported network into one that learns, so that training goes on.

The export folds batch normalisation into the convolutions. Here each convolution gets the folded
kernel, and its normalisation is set so that on a batch of training images it does just what the
folded one does; from there it learns as usual.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from . import training
from .compact import constants
from .estimator import Estimator
from .log import log

Pair = tuple[nn.Conv2d | nn.Linear, nn.BatchNorm2d | None]


def kernels(path: Path) -> list[tuple[np.ndarray, np.ndarray]]:
    """Weight and bias of every convolution and linear layer, in the order of computation."""
    graph = onnx.load(str(path)).graph
    values = constants(graph)
    return [
        (values[node.input[1]], values[node.input[2]])
        for node in graph.node
        if node.op_type in ("Conv", "Gemm")
    ]


def layers(net: nn.Module, example: Tensor) -> list[Pair]:
    """The same layers of a network, each with the normalisation that follows it."""
    order: list[nn.Module] = []
    hooks = [
        layer.register_forward_hook(lambda layer, *_: order.append(layer))
        for layer in net.modules()
        if isinstance(layer, (nn.Conv2d, nn.Linear, nn.BatchNorm2d))
    ]
    with torch.no_grad():
        net(example)
    for hook in hooks:
        hook.remove()
    return [
        (layer, after if isinstance(after, nn.BatchNorm2d) else None)
        for layer, after in zip(order, [*order[1:], None], strict=True)
        if isinstance(layer, (nn.Conv2d, nn.Linear))
    ]


def load_estimator(net: Estimator, path: Path, samples: np.ndarray) -> None:
    """Fills an estimator, in place, from an export; `images` [N,H,W,3] set the statistics."""
    images = training.pixels(torch.from_numpy(samples), torch.device("cpu"))
    load_exported(net, path, (images - net.mean) / net.std)


def load_exported(net: nn.Module, path: Path, images: Tensor) -> None:
    """Fills a network, in place, from an export; `images` are what it takes in.

    A last layer of another shape is left as it was: another grading can begin with the same
    trunk. Raises `ValueError` when the rest differs.
    """
    net.eval()
    pairs, stored = layers(net, images[:1]), kernels(path)
    mine = [tuple(conv.weight.shape) for conv, _ in pairs]
    if mine[:-1] != [weight.shape for weight, _ in stored][:-1]:
        raise ValueError(f"{path}: a network of another shape")
    with torch.no_grad():
        for (conv, norm), (weight, bias) in zip(pairs, stored, strict=True):
            if tuple(conv.weight.shape) == weight.shape:
                conv.weight.copy_(torch.from_numpy(weight.copy()))
                (norm or conv).bias.copy_(torch.from_numpy(bias.copy()))
        hooks = [norm.register_forward_pre_hook(adopt) for _, norm in pairs if norm]
        net(images)
        for hook in hooks:
            hook.remove()
    log.info("begins with %s", path)


def adopt(norm: nn.BatchNorm2d, inputs: tuple[Tensor]) -> None:
    """Makes the statistics those of this input, so that scale and shift only add the bias."""
    mean = inputs[0].mean((0, 2, 3))
    variance = inputs[0].var((0, 2, 3), correction=0)
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(variance)
    norm.weight.copy_((variance + norm.eps).sqrt())
    norm.bias.add_(mean)
