"""The program, for what measures it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np

from .measures import Measures

BUILT = Path(__file__).resolve().parents[4] / ".build" / "release" / "maskstream"


def built() -> Path:
    """The checkout's release build, or what MASKSTREAM_PROGRAM names."""
    return Path(os.environ.get("MASKSTREAM_PROGRAM", BUILT)).resolve()


def emptied(folder: Path) -> Path:
    """`folder` made anew, with a folder `in` for images, which is given back."""
    shutil.rmtree(folder, ignore_errors=True)
    given = folder / "in"
    given.mkdir(parents=True)
    return given


def emitted(program: Path, profile: Path, folder: Path, what: str, *options: str) -> list[Path]:
    """What `--emit` writes of the images in `folder/in` into `folder/out`, in the names' order."""
    written = folder / "out"
    command = [program, folder / "in", "--profile", profile.resolve(), "--output", written]
    choices = ["--emit", what, "--progress", "none", *options]
    subprocess.run([str(word) for word in command + choices], check=True)
    return sorted(written.iterdir())


def canvases(
    profile: Path, folder: Path, side: int, *options: str
) -> list[tuple[np.ndarray, list[Measures]]]:
    """The canvas of each image in `folder/in`, RGB, and what lies where on it."""
    events = folder / "events.ndjson"
    size = ["--canvas", f"{side}x{side}", "--events", str(events)]
    written = emitted(built(), profile, folder, "packed", *size, *options)
    rows = [json.loads(line) for line in events.read_text().splitlines()]
    spots = [row.get("packed") or [] for row in rows if row["type"] == "frame"]
    return [(cv2.imread(str(p))[:, :, ::-1], s) for p, s in zip(written, spots, strict=True)]
