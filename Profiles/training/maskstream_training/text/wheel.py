"""PP-OCR's models as the package rapidocr-onnxruntime carries them (Apache-2.0)."""

from __future__ import annotations

import hashlib
from importlib.metadata import files
from pathlib import Path

DETECTOR = "ch_PP-OCRv4_det_infer.onnx"
RECOGNISER = "ch_PP-OCRv4_rec_infer.onnx"
SHA256 = {
    DETECTOR: "d2a7720d45a54257208b1e13e36a8479894cb74155a5efe29462512d42f49da9",
    RECOGNISER: "48fc40f24f6d2a207a2b1091d3437eb3cc3eb6b676dc3ef9c37384005483683b",
}


def model(name: str) -> Path:
    """A model's file, refused when it is not the one that was measured."""
    found = files("rapidocr-onnxruntime") or []
    path = Path(next(f for f in found if f.name == name).locate())
    if hashlib.sha256(path.read_bytes()).hexdigest() != SHA256[name]:
        raise RuntimeError(f"{path} is not the file of rapidocr-onnxruntime 1.4.4")
    return path
