"""The text profile: what each command does for it."""

from __future__ import annotations

import sys
from pathlib import Path

from ..common import report
from ..common.archives import Places
from ..common.program import built
from .convert import convert
from .evaluate import evaluate as measured

__all__ = ["estimator", "evaluate"]


def estimator(places: Places, profile: Path, steps: int | None, origin: Path | None) -> None:
    """Converts PP-OCR's detector; nothing is trained."""
    if steps is not None or origin is not None:
        sys.exit("text's estimator is PP-OCR's and is not trained")
    convert(profile)


def evaluate(places: Places, profile: Path) -> None:
    """Hides known writing with the program and tries to read it; writes a report."""
    report.write(measured(places, profile.resolve(), built()), places.work, "text")
