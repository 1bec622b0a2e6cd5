"""The program, for what measures it."""

from __future__ import annotations

import os
from pathlib import Path

BUILT = Path(__file__).resolve().parents[4] / ".build" / "release" / "maskstream"


def built() -> Path:
    """The checkout's release build, or what MASKSTREAM_PROGRAM names."""
    return Path(os.environ.get("MASKSTREAM_PROGRAM", BUILT)).resolve()
