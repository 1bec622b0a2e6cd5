"""Finding the program, running it, and reading what it reports."""

import json
import logging
import os
import shutil
import subprocess
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from maskstream.errors import ProgramNotFoundError, error

Path: TypeAlias = str | os.PathLike[str]
Option: TypeAlias = bool | int | float | Path | Sequence[str] | None
"""True is `--name` alone, False and None are nothing, a sequence repeats the option."""

log = logging.getLogger("maskstream")

_KEPT_LINES = 100


def find_program() -> str:
    """Give the program's path: MASKSTREAM_PROGRAM, else `maskstream` on the PATH.

    Raises:
        ProgramNotFoundError: there is none.
    """
    named = os.environ.get("MASKSTREAM_PROGRAM")
    found = shutil.which(named or "maskstream")
    if found is None:
        raise ProgramNotFoundError(
            f"MASKSTREAM_PROGRAM is no program: {named}"
            if named
            else "the program maskstream is not on the PATH: install it,"
            " or set MASKSTREAM_PROGRAM to its path"
        )
    return found


def command(inputs: Path | Sequence[Path], words: Sequence[str]) -> list[str]:
    """Give the program's command line for inputs and the words of options.

    Raises:
        ProgramNotFoundError: the program is not installed.
    """
    several = [inputs] if isinstance(inputs, (str, os.PathLike)) else inputs
    named = ["--", *(os.fspath(each) for each in several)] if several else []
    return [find_program(), "run", *words, *named]


def words(options: dict[str, Option]) -> list[str]:
    """Give options as on the command line: `frames=3` is `--frames 3`."""
    listed: list[str] = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        match value:
            case None | False:
                pass
            case True:
                listed.append(flag)
            case int() | float() | str() | os.PathLike():
                listed += [flag, _text(value)]
            case _:
                for each in value:
                    listed += [flag, each]
    return listed


def combined(options: dict[str, Option], own: dict[str, Option]) -> dict[str, Option]:
    """Add the options that a function sets itself.

    Raises:
        TypeError: the caller gave one of them.
    """
    if taken := options.keys() & own.keys():
        raise TypeError(f"these options are set already: {', '.join(sorted(taken))}")
    return options | own


def _text(value: float | Path) -> str:
    return str(value) if isinstance(value, (int, float)) else os.fspath(value)


@contextmanager
def running(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Start the program for the body of `with`; an exception in the body ends it.

    Nothing is left running: not the program, and no process that nobody waits for.
    """
    with subprocess.Popen(command, stderr=subprocess.PIPE, **options) as process:
        try:
            yield process
        except BaseException:
            _end(process)
            raise


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdout:
        process.stdout.close()  # or its last frames would wait for a reader
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()


class Messages:
    """What the program writes to standard error with `--progress json`.

    Attributes:
        summary: the run's last line; None before it.
    """

    def __init__(self) -> None:
        self.summary: dict[str, Any] | None = None
        self._first: list[str] = []
        self._last: deque[str] = deque()
        self._left_out = 0
        self._mark = ""

    @property
    def lines(self) -> list[str]:
        """The lines that are no JSON, as `error: ...`: of many the first and the last hundred."""
        gap = [f"{self._mark}{self._left_out} lines are left out here"] if self._left_out else []
        return [*self._first, *gap, *self._last]

    def add(self, line: bytes) -> None:
        """Take one line; warnings go to the logger `maskstream`."""
        text = line.decode(errors="replace").rstrip("\n")
        if not text.startswith("{"):
            self._keep(text)
            return
        message = json.loads(text)
        match message["type"]:
            case "summary":
                self.summary = message
            case "log":
                level = logging.WARNING if message["level"] == "warning" else logging.INFO
                log.log(level, message["message"])

    def _keep(self, line: str) -> None:
        if len(self._first) < _KEPT_LINES:
            self._first.append(line)
            return
        self._last.append(line)
        if len(self._last) > _KEPT_LINES:
            # Among errors it is one of them, so that it is seen in their exception.
            if self._last.popleft().startswith("error: "):
                self._mark = "error: "
            self._left_out += 1

    def check(self, exit_code: int) -> None:
        """Raise the exception of an exit code other than 0."""
        if exit_code != 0:
            raise error(exit_code, self.lines, self.summary)


def run(inputs: Path | Sequence[Path], /, *, profile: Path, **options: Option) -> dict[str, Any]:
    """Run the program to its end.

    `maskstream.run("in.mp4", profile="faces", output="out.mp4", invert=True)` is
    `maskstream in.mp4 --profile faces --output out.mp4 --invert`; `maskstream run --help` lists
    the options. A sequence of strings gives an option several times.

    Args:
        inputs: a file, URL, image or folder of images; or several of them.
        profile: the profile's name or folder.
        options: the program's options, with `_` for `-`.

    Returns:
        The run's summary: `frames`, `kept` (share of the pixels, 0 to 1), `threshold`, `missed`
        (frames masked whole), `seconds` and more; of several inputs, these in a list `inputs`.

    Raises:
        ProgramNotFoundError: the program is not installed.
        MaskstreamError: the exception of the exit code, as BadDataError for 65.
    """
    own: dict[str, Option] = {"profile": profile, "progress": "json"}
    return execute(command(inputs, words(combined(options, own))))


def execute(arguments: Sequence[str], **pipes: Any) -> dict[str, Any]:
    """Run a command line that has `--progress json`; results and errors as of `run`."""
    messages = Messages()
    with running(arguments, **pipes) as process:
        assert process.stderr
        for line in process.stderr:
            messages.add(line)
    messages.check(process.returncode)
    return messages.summary or {}
