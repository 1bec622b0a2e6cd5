"""The text profile: what each command does for it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..common import report
from ..common.archives import Places
from .convert import convert
from .evaluate import evaluate as measured

__all__ = ["estimator", "evaluate"]

BUILT = Path(__file__).resolve().parents[4] / ".build" / "release" / "maskstream"


def estimator(places: Places, profile: Path, steps: int | None, origin: Path | None) -> None:
    """Converts PP-OCR's detector; nothing is trained."""
    if steps is not None or origin is not None:
        sys.exit("text's estimator is PP-OCR's and is not trained")
    convert(profile)


def evaluate(places: Places, profile: Path) -> None:
    """Hides known writing with the program and tries to read it; writes a report.

    The program is the checkout's release build, or what MASKSTREAM_PROGRAM names.
    """
    program = Path(os.environ.get("MASKSTREAM_PROGRAM", BUILT))
    report.write(measured(places, profile.resolve(), program.resolve()), places.work, "text")
