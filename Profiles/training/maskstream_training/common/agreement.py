"""Whether the program sees what training saw: its confidence images beside Python's."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from .archives import read_plane
from .geometry import Confidence, manifest, multiplies_bytes
from .log import log
from .measures import Measures
from .program import emitted, emptied


def program_maps(
    program: Path, profile: Path, images: list[np.ndarray], folder: Path, detail: int = 1
) -> list[np.ndarray]:
    """What `--emit confidence` writes for each image, 0..255; at detail 1 Python has the same."""
    given = emptied(folder)
    for i, image in enumerate(images):
        cv2.imwrite(str(given / f"{i:03}.png"), image[:, :, ::-1])
    options = ["--mask", "exact", "--detail", str(detail)]
    paths = emitted(program, profile, folder, "confidence", *options)
    return [read_plane(path) for path in paths]


def compare(program: Path, profile: Path, images: list[np.ndarray], work: Path) -> Measures:
    """Mean and largest difference of an image, in steps of 1/255."""
    in_8_bits = "int8" in manifest(profile)["estimator"] and multiplies_bytes()
    confidence = Confidence(profile, in_8_bits)
    folder = work / f"agreement-{profile.name}"
    theirs = program_maps(program, profile, images, folder)
    means = [
        float(np.abs(confidence.full(image) * 255 - plane.astype(np.float32)).mean())
        for image, plane in zip(images, theirs, strict=True)
    ]
    result = {"pictures": len(means), "mean": float(np.mean(means)), "worst": max(means)}
    log.info("%s: program and Python differ by %s", profile.name, result)
    return result
