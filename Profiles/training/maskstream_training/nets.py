"""What networks are built of, a trunk that learns from scratch, the estimator and the primary.

Batch normalisation follows every convolution while training and is folded away by the export.
Channel counts are multiples of eight and depthwise kernels stay small, because the networks run
on one core of an ordinary processor.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .grading import Grading


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
    """Adds a projection of the picture's mean feature everywhere: what is far away matters too."""

    def __init__(self, channels: int, hidden: int):
        super().__init__()
        self.squeeze = nn.Conv2d(channels, hidden, 1)
        self.excite = nn.Conv2d(hidden, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        mean = F.adaptive_avg_pool2d(x, 1)
        return x + self.excite(F.relu(self.squeeze(mean)))


def up2(x: Tensor) -> Tensor:
    """Doubles both sides, linear, half-pixel centres."""
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


class Decoder(nn.Module):
    """From the deepest features up to stride 2, each doubling followed by the addition of a skip.

    `widths` are the channels at each level from the deepest on. Skips have their level's width, or
    are brought to it from the channels of `sides`.
    """

    def __init__(
        self, widths: tuple[int, ...], mix: list[nn.Module], sides: tuple[int, ...] | None = None
    ) -> None:
        super().__init__()
        outs = widths[1:]
        self.down = nn.ModuleList(conv_bn(a, b, act=False) for a, b in zip(widths, outs))
        self.side = nn.ModuleList(
            conv_bn(skip, out, act=False) if sides else nn.Identity()
            for skip, out in zip(sides or outs, outs)
        )
        self.mix = nn.ModuleList(mix)

    def forward(self, x: Tensor, skips: tuple[Tensor, ...]) -> Tensor:
        for skip, down, side, mix in zip(skips, self.down, self.side, self.mix):
            x = mix(F.relu(up2(down(x)) + side(skip)))
        return x


class Trunk(nn.Module):
    """Encoder to stride 32, additive U-shaped decoder; 16 features at stride 2; knows nothing yet.

    Input: RGB, normalised, sides multiples of 32.
    """

    mean = (0.5, 0.5, 0.5)
    std = (0.25, 0.25, 0.25)
    channels = 16

    def __init__(self) -> None:
        super().__init__()
        self.stem = conv_bn(3, 16, 3, 2)
        self.stage4 = nn.Sequential(conv_bn(16, 24, 3, 2), Separable(24, 3))
        self.stage8 = nn.Sequential(
            InvertedResidual(24, 40, 72, 3, 2), InvertedResidual(40, 40, 80, 3)
        )
        self.stage16 = nn.Sequential(
            InvertedResidual(40, 64, 120, 3, 2),
            InvertedResidual(64, 64, 128, 5),
            InvertedResidual(64, 64, 128, 5),
            InvertedResidual(64, 64, 128, 5),
        )
        self.stage32 = nn.Sequential(
            InvertedResidual(64, 112, 192, 3, 2),
            InvertedResidual(112, 112, 224, 5),
            InvertedResidual(112, 112, 224, 5),
            GlobalContext(112, 32),
            InvertedResidual(112, 112, 224, 5),
            InvertedResidual(112, 112, 224, 5),
        )
        self.decoder = Decoder(
            (112, 64, 40, 24, 16),
            [Separable(64, 5), Separable(40, 5), Separable(24, 3), Separable(16, 3)],
        )

    def forward(self, normalised: Tensor) -> Tensor:
        s2 = self.stem(normalised)
        s4 = self.stage4(s2)
        s8 = self.stage8(s4)
        s16 = self.stage16(s8)
        return self.decoder(self.stage32(s16), (s16, s8, s4, s2))


class Estimator(nn.Module):
    """A trunk, one plane of logits for each of the grading's, and their composition.

    Input: RGB in 0..1 for `planes`, normalised for `forward`. Output at the trunk's resolution.
    """

    def __init__(self, grading: Grading, trunk: nn.Module | None = None) -> None:
        super().__init__()
        self.grading = grading
        self.trunk = trunk or Trunk()
        self.head = nn.Conv2d(self.trunk.channels, grading.planes, 1)
        for name in ("mean", "std"):
            values = torch.tensor(getattr(self.trunk, name)).view(1, 3, 1, 1)
            self.register_buffer(name, values, persistent=False)

    def planes(self, image: Tensor) -> Tensor:
        """Logits [N,planes,H/2,W/2], for training."""
        return self.head(self.trunk((image - self.mean) / self.std))

    def forward(self, normalised: Tensor) -> Tensor:
        """Scores [N,1,H/2,W/2], which is what the tool gets."""
        return self.grading.compose(self.head(self.trunk(normalised)))


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


class Primary(nn.Module):
    """A small residual classifier of one grey 48x48 crop. Output: logits.

    The second head is used while training only: it predicts the teacher's 52 blendshapes, so that
    the features know about brows, lids and lips even where the emotion label is weak.
    """

    def __init__(self, classes: int = 8, blendshapes: int = 52, dropout: float = 0.2) -> None:
        super().__init__()
        self.stem = nn.Sequential(conv_bn(1, 16, 3), conv_bn(16, 32, 3, 2))
        self.stages = nn.Sequential(
            ResidualBlock(32, 56, 2),
            ResidualBlock(56, 56),
            ResidualBlock(56, 112, 2),
            ResidualBlock(112, 112),
            ResidualBlock(112, 152, 2),
            ResidualBlock(152, 152),
        )
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(152, classes)
        self.blendshapes = nn.Linear(152, blendshapes)

    def features(self, image: Tensor) -> Tensor:
        x = F.adaptive_avg_pool2d(self.stages(self.stem(image)), 1)
        return self.dropout(x.flatten(1))

    def forward(self, image: Tensor) -> Tensor:
        return self.head(self.features(image))


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
