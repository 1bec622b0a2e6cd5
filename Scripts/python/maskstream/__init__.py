"""Masked video in Python: the program `maskstream` as a generator of NumPy arrays.

    import maskstream

    for frame in maskstream.frames("in.mp4", profile="face-emotion"):
        print(frame.time, frame.image.shape, frame.mask.mean())

The package runs the installed program and adds nothing to what it does.
"""

from maskstream.errors import (
    BadDataError,
    CannotCreateError,
    InputOutputError,
    KilledError,
    MaskstreamError,
    NoInputError,
    ProfileError,
    ProgramNotFoundError,
    SoftwareError,
    StoppedError,
    UnavailableError,
    UsageError,
)
from maskstream.frames import Frame, frames
from maskstream.program import find_program, run

__all__ = [
    "BadDataError",
    "CannotCreateError",
    "Frame",
    "InputOutputError",
    "KilledError",
    "MaskstreamError",
    "NoInputError",
    "ProfileError",
    "ProgramNotFoundError",
    "SoftwareError",
    "StoppedError",
    "UnavailableError",
    "UsageError",
    "find_program",
    "frames",
    "run",
]
