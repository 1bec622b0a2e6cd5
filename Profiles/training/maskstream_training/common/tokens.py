"""How many patches of a video are left for a vision model by the mask, and by what has not changed.

A model may leave out patches that are masked, and patches that are as they were a frame before.
Nothing is run but the program.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import cv2
import numpy as np

from .archives import Places
from .log import log
from .measures import Measures
from .program import built

PATCH = 28
"""Pixels; a token of Qwen2.5-VL."""
CLIPS = {
    "pexels_woman.mp4": "face-emotion",
    "intel_asl_help.mkv": "face-emotion",
    "intel_one_by_one_person.mp4": "faces",
    "sam2_coffee.mp4": "object-id",
    "intel_bottle.mp4": "object-id",
}
WIDTH, FRAMES = 1120, 300
STILL = 2.0
"""How much the brightness of a patch may change on average, of 255, and count as unchanged."""


def tokens(places: Places, profiles: Path) -> None:
    """The patches that are left of each clip; `tokens.json` in the work folder."""
    folder = places.work / "tokens"
    folder.mkdir(exist_ok=True)
    rows: dict[str, Measures] = {}
    for clip, profile in CLIPS.items():
        scaled, mask = folder / "scaled.mkv", folder / "mask.mkv"
        size = f"scale={WIDTH}:-{PATCH}"
        given = ["-i", str(places.data / "videos" / clip), "-vf", size, "-frames:v", str(FRAMES)]
        run("ffmpeg", "-v", "error", "-y", *given, "-an", "-c:v", "ffv1", str(scaled))
        options = ["--emit", "mask", "--mask-grid", str(PATCH), "--codec", "ffv1", "--overwrite"]
        options += ["--progress", "none", "--output", str(mask)]
        run(str(built()), str(scaled), "--profile", str(profiles / profile), *options)
        rows[f"{clip}, {profile}"] = left(patches(scaled), patches(mask))
        log.info("%s, %s: %s", clip, profile, rows[f"{clip}, {profile}"])
    (places.work / "tokens.json").write_text(json.dumps(rows, indent=1) + "\n")


def run(*command: str) -> None:
    subprocess.run(command, check=True)


def patches(path: Path) -> np.ndarray:
    """The brightness of a video's patches [frames, patches, pixels]."""
    video, found = cv2.VideoCapture(str(path)), []
    while (got := video.read())[0]:
        grey = cv2.cvtColor(got[1], cv2.COLOR_BGR2GRAY)
        rows, columns = (side // PATCH for side in grey.shape)
        cells = grey.reshape(rows, PATCH, columns, PATCH).swapaxes(1, 2)
        found.append(cells.reshape(rows * columns, PATCH * PATCH))
    return np.stack(found)


def left(image: np.ndarray, mask: np.ndarray) -> Measures:
    """The fractions of all patches that are kept, that have changed, and both.

    With a mask, a patch has also changed where it was masked a frame before. All of a first frame
    has changed.
    """
    kept = mask.max(2) > 127
    changed = np.ones_like(kept)
    shown = np.ones_like(kept)
    for number in range(1, len(image)):
        steps = cv2.absdiff(image[number], image[number - 1])
        changed[number] = steps.mean(1) > STILL
        shown[number] = changed[number] | ~kept[number - 1]
    both, product = (kept & shown).mean(), kept.mean() * changed.mean()
    return {
        "kept": float(kept.mean()),
        "changed": float(changed.mean()),
        "both": float(both),
        "both, by the product": float(product),
    }
