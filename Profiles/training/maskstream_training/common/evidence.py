"""Does masking help? Ways of showing a subject, and how sure their difference is.

Every way is measured on the same images, so differences are paired: a bootstrap draws images,
and each drawn image brings its answers under both ways (Efron & Tibshirani, 1993, chapter 8).
"""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from .log import log
from .measures import Measures, interval


def blots(kept: Tensor, seed: int = 17) -> Tensor:
    """Smooth random masks [N,1,H,W], each keeping as many pixels as `kept` [N,1,H,W] does."""
    rng = np.random.default_rng(seed)
    count, _, height, width = kept.shape
    out = torch.zeros_like(kept)
    for i in range(count):
        noise = rng.standard_normal((height, width)).astype(np.float32)
        smooth = cv2.GaussianBlur(noise, (0, 0), max(height, width) / 10).ravel()
        most = round(float(kept[i].sum()))
        chosen = np.argsort(-smooth, kind="stable")[:most]
        out[i, 0].view(-1)[torch.from_numpy(chosen)] = 1
    return out


def variants(image: Tensor, kept: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
    """What is shown of images [N,C,H,W] and what is kept of that [N,1,H,W], by its name.

    The image as it is, what the mask keeps, the mask's shape alone in two greys, what the mask
    hides, and as many pixels in blots that know nothing of the image.
    """
    whole = torch.ones_like(kept)
    return {
        "full": (image, whole),
        "masked": (image, kept),
        "silhouette": (kept.expand_as(image), whole),
        "inverse": (image, 1 - kept),
        "random": (image, blots(kept)),
    }


def compared(right: np.ndarray, base: np.ndarray) -> Measures:
    """Accuracy of answers [runs,images], run by run, and the paired difference to `base`."""
    difference = right.mean(0) - base.mean(0)
    return {
        "accuracy": float(right.mean()),
        "runs": [round(float(v), 4) for v in right.mean(1)],
        "difference": float(difference.mean()),
        "interval": interval(difference),
    }


def points(value: float) -> str:
    return f"{100 * value:+.1f}"


def table(rows: dict[str, dict[str, Measures]]) -> str:
    """Markdown: a line for each group's variants, accuracy and paired difference in points."""
    lines = ["| group | shown | accuracy | lowest and highest run | minus full [95 %] |"]
    lines.append("|---|---|---|---|---|")
    for group, variants in rows.items():
        for name, row in variants.items():
            low, high = (points(v) for v in row["interval"])
            shown = "" if name == "full" else f"{points(row['difference'])} [{low}, {high}]"
            ends = f"{min(row['runs']):.3f}, {max(row['runs']):.3f}"
            lines.append(f"| {group} | {name} | {row['accuracy']:.3f} | {ends} | {shown} |")
    return "\n".join(lines)


def write(
    results: Measures, rows: dict[str, dict[str, Measures]], work: Path, profile: str
) -> None:
    """`experiment-PROFILE.json` and `.md` in the work folder."""
    (work / f"experiment-{profile}.json").write_text(json.dumps(results, indent=1) + "\n")
    text = table(rows)
    (work / f"experiment-{profile}.md").write_text(text + "\n")
    log.info("\n%s", text)
