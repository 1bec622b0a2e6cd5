"""The emotion teacher: a larger network, asked about crops while the primary learns from them."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import onnxruntime
import torch
from torch import Tensor

from ..common.archives import Places
from ..common.geometry import multiplies_bytes, session
from ..common.quantise import to_bytes
from .fer import FerPlus, normalise

CALIBRATING = 170
AT_ONCE = 32


class Teacher:
    """Answers, as distributions [N,8], about grey crops [N,1,48,48] in 0..1.

    Where the processor is fast with them, it computes in 8 bits, at a quarter of the time.
    """

    def __init__(self, places: Places, data: FerPlus):
        self.path = places.teachers / "emotion_teacher.onnx"
        small = places.work / "emotion-teacher.int8.onnx"
        if multiplies_bytes():
            if not small.exists():
                shown = data.images[:: len(data.images) // CALIBRATING, None].float() / 255
                to_bytes(self.path, small, [x.numpy() for x in standardised(shown).split(1)])
            self.path = small

    @cached_property
    def session(self) -> onnxruntime.InferenceSession:
        """Made where it is used: the process that draws has its own."""
        return session(self.path)

    def __call__(self, grey: Tensor) -> Tensor:
        logits = [
            torch.from_numpy(self.session.run(None, {"image": part.numpy()})[0])
            for part in standardised(grey).split(AT_ONCE)
        ]
        return torch.cat(logits).softmax(1)

    def about(self, data: FerPlus, cache: Path) -> Tensor:
        """Its answers about whole images and their mirrors; cached."""
        if not cache.exists():
            grey = data.images[:, None].float() / 255
            torch.save((self(grey) + self(grey.flip(3))) / 2, cache)
        return torch.load(cache)


def standardised(grey: Tensor) -> Tensor:
    """Zero mean and unit deviation over each crop."""
    return normalise(grey, torch.ones_like(grey))
