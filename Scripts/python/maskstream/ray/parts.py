"""Parts of a long file: how it is cut, and how parts are joined."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from maskstream.program import find_program
from maskstream.ray.job import Job
from maskstream.ray.outcome import Outcome, parsed
from maskstream.ray.place import HIDDEN, receipt_name
from maskstream.ray.result import Result, run
from maskstream.ray.sources import local
from maskstream.ray.table import Row
from maskstream.ray.work import Work, is_done, node

SLOWEST = 2000
"""Bytes a second of the smallest video: what is smaller is not looked at, as it is not long."""


CONTAINERS = (".mp4", ".m4v", ".mov", ".mkv", ".nut", ".ts", ".m2ts", ".mts")
"""The endings of outputs that the program makes of parts."""


def may_be_long(row: Row, seconds: float) -> bool:
    """Whether a file can be cut, and by its size may be that long."""
    is_large = row.size is None or row.size >= SLOWEST * seconds
    return is_large and row.output.lower().endswith(CONTAINERS)


def parts(row: Row, duration: float, seconds: float) -> list[Row]:
    """Cut an input into segments of about so many seconds, the last one up to its end.

    Returns:
        A row for each, whose output is not beside the other outputs; the row itself, if it is too
        short to be cut.
    """
    count = round(duration / seconds)
    if count < 2:
        return [row]
    suffix = PurePosixPath(row.output).suffix
    times = [f"{number * seconds:.10g}" for number in range(count)]
    spans = [f"{a}-{b}" for a, b in zip(times, [*times[1:], ""], strict=True)]
    return [replace(row, output=f"{folder(row)}/{span}{suffix}", segment=span) for span in spans]


def folder(row: Row) -> str:
    """Give the folder of an input's parts, below that of outputs."""
    return f"{HIDDEN}/parts/{row.output}"


def look(row: Row, job: Job) -> Outcome | float:
    """Ask the program how long an input is.

    Returns:
        Seconds, 0 where they are not known; the outcome, if an earlier run has masked it.

    Raises:
        ProgramNotFoundError: the program is not installed.
    """
    place = job.place
    with place.attempt() as attempt:
        work = Work(job, place, attempt)
        place.bring(row.output, attempt)
        if found := work.found(row):
            return found
        output = attempt.outputs / row.output
        output.parent.mkdir(parents=True, exist_ok=True)
        told = work.asked(row, "--output", str(output))
        return work.done_before(row) if is_done(told) else duration(told)


def duration(told: str) -> float:
    """Find an input's seconds in what the program would do; 0 if they are not there."""
    found = re.search(r"^input .*, (?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$", told, re.MULTILINE)
    if not found:
        return 0
    hours, minutes, seconds = found.groups(default="0")
    return 3600 * int(hours) + 60 * int(minutes) + float(seconds)


def join(row: Row, cut: Sequence[Row], job: Job) -> Outcome:
    """Join the parts of an input, give the output its name, and remove the parts.

    Raises:
        ProgramNotFoundError: the program is not installed.
    """
    place = job.place
    with place.attempt() as attempt:
        place.bring(row.output, attempt)
        receipts = []
        segments = 0
        for part in cut:
            receipt = parsed(place.read(receipt_name(part.output))) or {}
            receipts.append(str(place.fetch(receipt_name(part.output), attempt.folder)))
            if "output" in receipt:
                segments += 1
                place.fetch(part.output, attempt.folder)
        output = attempt.outputs / row.output
        output.parent.mkdir(parents=True, exist_ok=True)
        output.unlink(missing_ok=True)  # `look` has found that it may be replaced
        words = ["--input", local(row.input, attempt.folder / "in"), "--output", str(output)]
        words += ["--receipt", str(attempt.receipt(row.output)), "--progress", "json"]
        ended = run([find_program(), "join", *receipts, *words])
        message = "".join(ended.messages[:1])
        if ended.exit == 0 and segments < 2:
            message = "no boundary of scenes to split it at: masked whole; --scene-limit makes some"
        told = Work(job, place, attempt).committed(row, Result(ended.exit, message))
        if told.exit == 0:
            place.remove(folder(row))
        return replace(told, segments=max(1, segments), node=node())
