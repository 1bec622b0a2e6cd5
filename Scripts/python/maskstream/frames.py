"""Masked frames as NumPy arrays."""

import json
import os
import selectors
import subprocess
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import IO, Any, Literal

import numpy as np
import numpy.typing as npt

from maskstream.program import Messages, Option, Path, combined, command, running, words

Emit = Literal["masked", "mask", "confidence", "overlay", "packed"]

_PIPE_SIZE = 1 << 20


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of the output.

    Attributes:
        image: uint8 of shape (height, width, 3), RGB; with `emit="mask"` (0 or 255) and
            `emit="confidence"` (255 times the confidence) of shape (height, width).
        mask: bool of shape (height, width), True where pixels are kept; None if the run does not
            tell: with another `emit` than `"masked"`, or with a `fill`.
        events: the lines of `--events` since the frame before, as dictionaries; the last is this
            frame's own.
    """

    image: npt.NDArray[np.uint8]
    mask: npt.NDArray[np.bool_] | None
    events: list[dict[str, Any]]

    @property
    def number(self) -> int:
        """The frame's number, from 0; frames that a live input drops are counted, too."""
        return int(self.events[-1]["frame"])

    @property
    def time(self) -> float:
        """The frame's time in the input, in seconds."""
        return float(self.events[-1]["time"])

    @property
    def subjects(self) -> list[dict[str, Any]]:
        """What was found: `box` ([x, y, width, height] in pixels), `label`, `confidence`, ..."""
        return list(self.events[-1]["subjects"])


def frames(
    source: Path, /, *, profile: Path, emit: Emit = "masked", **options: Option
) -> Generator[Frame, None, None]:
    """Run the program and give its frames, one by one.

    The program waits while nobody asks for the next frame. It ends with the generator: at its
    end, with `close()`, or when the generator is no longer used.

        for frame in maskstream.frames("in.mp4", profile="face-emotion"):
            print(frame.time, classify(frame.image))

    Args:
        source: a file, URL or camera (`/dev/videoN`).
        profile: the profile's name or folder.
        emit: what the images show, as the program's `--emit`; with "packed", `canvas` is their
            size, as "320x320". Masked pixels are black unless `fill` says otherwise.
        options: the program's options, with `_` for `-`, as `threshold=0.5`.

    Yields:
        The frames, in order.

    Raises:
        ProgramNotFoundError: the program is not installed.
        MaskstreamError: the exception of the exit code, as BadDataError for 65; after the frames
            that were good.
    """
    has_mask = emit == "masked" and options.get("fill") is None
    is_grey = emit in ("mask", "confidence")
    read_end, write_end = os.pipe()
    with open(read_end, "rb", buffering=0) as events, open(write_end, "wb") as events_out:
        own: dict[str, Option] = {
            "profile": profile,
            "emit": emit,
            "format": "rawvideo",
            "output_pix_fmt": "rgba" if has_mask else "gray" if is_grey else "rgb24",
            "output": "-",
            "audio": "drop",
            "events": f"/dev/fd/{write_end}",
            "progress": "json",
        }
        if has_mask:
            options["fill"] = "transparent"
        messages = Messages()
        with running(
            command(source, words(combined(options, own))),
            stdout=subprocess.PIPE,
            pass_fds=[write_end],
            pipesize=_PIPE_SIZE,
        ) as process:
            events_out.close()
            assert process.stdout
            assert process.stderr
            channels = 4 if has_mask else 1 if is_grey else 3
            canvas = options.get("canvas")
            pipes = process.stdout, events, process.stderr
            for pixels, lines in _read(*pipes, channels, canvas, messages):
                image, mask = pixels, None
                if has_mask:
                    image, mask = np.ascontiguousarray(pixels[..., :3]), pixels[..., 3] > 0
                yield Frame(image[..., 0] if is_grey else image, mask, lines)
    messages.check(process.returncode)


def _read(
    images: IO[bytes],
    events: IO[bytes],
    errors: IO[bytes],
    channels: int,
    canvas: Option,
    messages: Messages,
) -> Generator[tuple[npt.NDArray[np.uint8], list[dict[str, Any]]], None, None]:
    """Read all three pipes as they fill, so that the program never waits for one not read.

    Yields:
        An image of shape (height, width, channels) and the events up to its own.
    """
    complete: deque[npt.NDArray[np.uint8]] = deque()
    records: deque[list[dict[str, Any]]] = deque()
    lines: list[dict[str, Any]] = []

    def add(line: bytes) -> None:
        nonlocal lines
        event = json.loads(line)
        lines.append(event)
        if event["type"] == "start":
            # Raw video holds no rotation, so frames are turned upright.
            width, height = event["video"]["width"], event["video"]["height"]
            if canvas is not None:
                width, height = map(int, str(canvas).split("x"))
            shape = height, width, channels
            selector.register(images, selectors.EVENT_READ, _Images(images, shape, complete).read)
        elif event["type"] == "frame":
            records.append(lines)
            lines = []

    with selectors.DefaultSelector() as selector:
        selector.register(events, selectors.EVENT_READ, _Lines(events, add).read)
        selector.register(errors, selectors.EVENT_READ, _Lines(errors, messages.add).read)
        while selector.get_map():
            for key, _ in selector.select():
                if not key.data():
                    selector.unregister(key.fileobj)
            while complete and records:
                yield complete.popleft(), records.popleft()


class _Lines:
    """Cuts what comes out of a pipe into lines."""

    def __init__(self, pipe: IO[bytes], take: Callable[[bytes], None]) -> None:
        self._pipe = pipe.fileno()
        self._take = take
        self._rest = b""

    def read(self) -> bool:
        """Read what is there; False at the end."""
        data = os.read(self._pipe, _PIPE_SIZE)
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._take(line)
        return bool(data)


class _Images:
    """Cuts what comes out of a pipe into images of one shape."""

    def __init__(
        self,
        pipe: IO[bytes],
        shape: tuple[int, ...],
        complete: deque[npt.NDArray[np.uint8]],
    ) -> None:
        self._pipe = pipe.fileno()
        self._complete = complete
        self._image = np.empty(shape, np.uint8)
        self._filled = 0

    def read(self) -> bool:
        """Read what is there, up to an image's end; False at the end."""
        count = os.readv(self._pipe, [self._image.reshape(-1)[self._filled :].data])
        self._filled += count
        if self._filled == self._image.size:
            self._complete.append(self._image)
            self._image = np.empty_like(self._image)
            self._filled = 0
        return count > 0
