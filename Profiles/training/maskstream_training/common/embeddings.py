"""The temperature of a profile whose primary gives embeddings, fitted on labelled photographs."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from .archives import read_image, read_labels
from .geometry import Manifest, manifest, session
from .log import log
from .vits.drop import KEEP

TEMPERATURES = np.exp(np.linspace(np.log(0.002), np.log(1), 400))


def calibrate(profile: Path, folder: Path) -> float:
    """Fits the temperature on `images/` and `labels.csv` (name, label) of a folder.

    A photograph is seen unmasked, its middle square. `ValueError` says what is wrong.
    """
    primary = manifest(profile)["primary"]
    if not primary["labels"].endswith(".npz"):
        raise ValueError(f"{profile}: primary.labels is no .npz: its primary gives no embeddings")
    with np.load(profile / primary["labels"]) as labels:
        names, vectors = list(labels["names"]), labels["vectors"].astype(np.float32)
    truth = read_labels(folder)
    paths = [p for p in sorted((folder / "images").iterdir()) if truth.get(p.stem) in names]
    if not paths:
        raise ValueError(f"{folder}: labels.csv names no photograph of {profile}'s labels")
    found = embeddings(profile, primary, paths)
    right = np.array([names.index(truth[p.stem]) for p in paths])
    cosines = found @ vectors.T
    temperature = fitted(cosines, right)
    accuracy = float((cosines.argmax(1) == right).mean())
    log.info("%d photographs, %.1f %% right", len(paths), 100 * accuracy)
    return temperature


def fitted(cosines: np.ndarray, truth: np.ndarray) -> float:
    """The temperature of the least negative log-likelihood of the true labels."""
    own = np.arange(len(truth)), truth
    losses = []
    for temperature in TEMPERATURES:
        logits = cosines / temperature
        peak = logits.max(1)
        total = np.log(np.exp(logits - peak[:, None]).sum(1)) + peak
        losses.append((total - logits[own]).mean())
    return float(TEMPERATURES[int(np.argmin(losses))])


def embeddings(profile: Path, primary: Manifest, paths: list[Path]) -> np.ndarray:
    """The directions [N,length] of photographs; a vision transformer sees all its patches."""
    runtime, shape = session(profile / primary["file"]), primary["input"]
    width, height = shape["width"], shape["height"]
    inputs = {i.name for i in runtime.get_inputs()}
    values: dict[str, np.ndarray] = {}
    if KEEP in inputs:
        values[KEEP] = np.arange(width * height // primary["patch"] ** 2)
    (name,) = inputs - {KEEP}
    mean, deviation = (np.array(shape.get(k, v), np.float32) for k, v in (("mean", 0), ("std", 1)))
    found = []
    for path in paths:
        image = read_image(path)
        side = min(image.shape[:2])
        top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
        square = image[top : top + side, left : left + side]
        small = cv2.resize(square, (width, height), interpolation=cv2.INTER_AREA)
        planes = ((small.astype(np.float32) / 255 - mean) / deviation).transpose(2, 0, 1)
        values[name] = np.ascontiguousarray(planes[None])
        vector = runtime.run(None, values)[0][0]
        found.append(vector / np.linalg.norm(vector))
    return np.stack(found)
