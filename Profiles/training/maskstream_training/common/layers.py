"""What the networks are built of, and what they cost.

Batch normalisation follows every convolution while training and is folded away by the export.
Channel counts are multiples of eight and depthwise kernels stay small, because the networks run
on one core of an ordinary processor.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def conv_bn(
    inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1, act: bool = True
) -> nn.Sequential:
    """A convolution with `same` padding, batch normalisation and, if asked, ReLU."""
    layers: list[nn.Module] = [
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
    ]
    if act:
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


class InvertedResidual(nn.Module):
    """Expand, filter depthwise, project; adds its input where the shapes allow (MobileNetV2)."""

    def __init__(self, inputs: int, outputs: int, hidden: int, kernel: int, stride: int = 1):
        super().__init__()
        self.body = nn.Sequential(
            conv_bn(inputs, hidden),
            conv_bn(hidden, hidden, kernel, stride, groups=hidden),
            conv_bn(hidden, outputs, act=False),
        )
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y = self.body(x)
        return x + y if self.residual else y


class Separable(nn.Module):
    """Depthwise then pointwise convolution with a residual connection."""

    def __init__(self, channels: int, kernel: int):
        super().__init__()
        self.body = nn.Sequential(
            conv_bn(channels, channels, kernel, groups=channels, act=False),
            conv_bn(channels, channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


class GlobalContext(nn.Module):
    """Adds a projection of the image's mean feature everywhere: what is far away matters too."""

    def __init__(self, channels: int, hidden: int):
        super().__init__()
        self.squeeze = nn.Conv2d(channels, hidden, 1)
        self.excite = nn.Conv2d(hidden, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        mean = F.adaptive_avg_pool2d(x, 1)
        return x + self.excite(F.relu(self.squeeze(mean)))


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with a shortcut; the shortcut averages where the block halves.

    Odd sides are halved to the larger half by both, so that an export takes any size.
    """

    def __init__(self, inputs: int, outputs: int, stride: int = 1):
        super().__init__()
        self.first = conv_bn(inputs, outputs, 3, stride)
        self.second = conv_bn(outputs, outputs, 3, act=False)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            around = nn.AvgPool2d(3, 2, 1, count_include_pad=False)
            pool = [around] if stride == 2 else []
            self.shortcut = nn.Sequential(*pool, conv_bn(inputs, outputs, act=False))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.shortcut(x) + self.second(self.first(x)))


def cost(net: nn.Module, example: Tensor) -> tuple[int, int]:
    """Parameters after folding, and multiply-adds of convolutions and linear layers."""
    total = 0

    def count(layer: nn.Module, _: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal total
        if isinstance(layer, nn.Conv2d):
            taps = layer.kernel_size[0] * layer.kernel_size[1] * layer.in_channels // layer.groups
            total += output[0].numel() * taps
        elif isinstance(layer, nn.Linear):
            total += layer.in_features * layer.out_features

    hooks = [layer.register_forward_hook(count) for layer in net.modules()]
    training = net.training
    net.eval()
    with torch.no_grad():
        net(example)
    net.train(training)
    for hook in hooks:
        hook.remove()
    parameters = sum(
        layer.weight.numel() + layer.weight.shape[0]
        for layer in net.modules()
        if isinstance(layer, (nn.Conv2d, nn.Linear))
    )
    return parameters, total
