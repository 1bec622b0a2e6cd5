"""Two ways to name a colour from a masked crop: a small network, and statistics in CIE Lab."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..common.layers import ResidualBlock, conv_bn


class ColorNet(nn.Module):
    """A small residual classifier of a 32x32 crop in 0..1. Output: logits."""

    def __init__(self, classes: int, dropout: float = 0.3) -> None:
        super().__init__()
        self.body = nn.Sequential(
            conv_bn(3, 16, 3),
            ResidualBlock(16, 24, 2),
            ResidualBlock(24, 40, 2),
            ResidualBlock(40, 64, 2),
        )
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(64, classes)

    def forward(self, image: Tensor) -> Tensor:
        x = F.adaptive_avg_pool2d(self.body((image - 0.5) / 0.25), 1)
        return self.head(self.dropout(x.flatten(1)))


def lab(rgb: Tensor) -> Tensor:
    """CIE L*a*b* (D65) of sRGB [N,3,H,W] in 0..1, each axis divided by 100.

    IEC 61966-2-1 to linear light, CIE 15 from there.
    """
    low = rgb / 12.92
    high = ((rgb.clamp(min=0.04045) + 0.055) / 1.055).pow(2.4)
    linear = torch.where(rgb <= 0.04045, low, high)
    matrix = rgb.new_tensor(
        [
            [0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339 / 1.08883, 0.1191920 / 1.08883, 0.9503041 / 1.08883],
        ]
    )
    white = F.conv2d(linear, matrix[:, :, None, None])
    root = white.clamp(min=0.008856).pow(1 / 3)
    f = torch.where(white > 0.008856, root, 7.787 * white + 16 / 116)
    x, y, z = f.split(1, dim=1)
    return torch.cat([1.16 * y - 0.16, 5 * (x - y), 2 * (y - z)], 1)


class ColorStatistics(nn.Module):
    """Mean, deviation and soft histograms of L*, a*, b* over the kept pixels, then two layers.

    The crop is enough: masked pixels are exactly the mean of the kept ones, and so of all.
    """

    RANGES = ((0.0, 1.0, 12), (-0.2, 0.4, 10), (-0.2, 0.6, 12))

    def __init__(self, classes: int, hidden: int = 48, dropout: float = 0.2) -> None:
        super().__init__()
        features = 6 + 1 + sum(count for _, _, count in self.RANGES)
        self.norm = nn.BatchNorm1d(features)
        self.hidden = nn.Linear(features, hidden)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(hidden, classes)

    def statistics(self, image: Tensor) -> Tensor:
        """[N,41]: what is kept of [N,3,H,W], its fraction last."""
        away = (image - image.mean((2, 3), keepdim=True)).abs().sum(1, keepdim=True)
        kept = (away * 1000).clamp(0, 1)
        weight = kept.sum((2, 3)).clamp(min=1)
        planes = lab(image.clamp(0, 1))
        mean = (planes * kept).sum((2, 3)) / weight
        spread = ((planes - mean[:, :, None, None]).square() * kept).sum((2, 3)) / weight
        parts = [mean, (spread + 1e-6).sqrt()]
        for axis, (low, high, count) in enumerate(self.RANGES):
            centres = torch.linspace(low, high, count, device=image.device)[None, :, None, None]
            width = (high - low) / (count - 1)
            near = (planes[:, axis : axis + 1] - centres).abs() / width
            parts.append((F.relu(1 - near) * kept).sum((2, 3)) / weight)
        return torch.cat([*parts, kept.mean((2, 3))], 1)

    def forward(self, image: Tensor) -> Tensor:
        x = F.relu(self.hidden(self.norm(self.statistics(image))))
        return self.head(self.dropout(x))
