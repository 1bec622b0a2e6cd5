"""What one run of the program came to, input by input."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskstream.errors import MaskstreamError
from maskstream.program import execute
from maskstream.ray.outcome import Receipt

WITH_WORKER = ("setpriv", "--pdeathsig", "KILL", "--")
"""Starts the program so that it ends with its worker, however that ends."""


@dataclass(frozen=True, slots=True)
class Run:
    """How the program ended.

    Attributes:
        exit: its exit code, negative: the signal that ended it.
        summary: its summary; None if it did not come so far.
        messages: its errors.
    """

    exit: int
    summary: dict[str, Any] | None
    messages: list[str]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one input: the exit code (None: it was not begun), what there is to say."""

    exit: int | None
    message: str = ""
    seconds: float = 0


def run(arguments: Sequence[str]) -> Run:
    """Run a command line that has `--progress json`."""
    try:
        return Run(0, execute([*WITH_WORKER, *arguments]), [])
    except MaskstreamError as error:
        return Run(error.exit_code, error.summary, error.message.split("\n"))


def results(run: Run, news: Sequence[Receipt | None]) -> list[Result]:
    """Tell what became of each row of a table.

    Args:
        run: how the program ended.
        news: the claims and receipts that it wrote for the rows.
    """
    if run.summary is not None:
        return _of_summary(run.summary, run.messages)
    message = run.messages[0] if run.messages else ""
    if run.exit < 0 or run.exit == 130:
        return _of_killed(run.exit, message, news)
    # The table itself was refused.
    line = re.match(r"line (\d+): ", message)
    places = [int(line[1]) - 2] if line else range(len(news))
    refused = Result(run.exit, message)
    return [refused if at in places else Result(None) for at in range(len(news))]


def _of_summary(summary: dict[str, Any], messages: list[str]) -> list[Result]:
    inputs = summary.get("inputs", [summary])
    # Each input that fails writes one line; those that a signal stops write none.
    told = [each for each in inputs if each["exit"] not in (0, 130)]
    lines = dict(zip(map(id, told), messages, strict=False))
    return [
        Result(
            each["exit"],
            "done before" if each.get("done_before") else lines.get(id(each), ""),
            each["seconds"],
        )
        for each in inputs
    ]


def _of_killed(code: int, message: str, news: Sequence[Receipt | None]) -> list[Result]:
    """The one with a claim was under way; if there is none, the first that is not done."""
    states = [receipt["state"] if receipt else None for receipt in news]
    found = [
        Result(receipt["exit"], receipt.get("error", {}).get("message", ""))
        if receipt and receipt["state"] == "done"
        else Result(code, message)
        if state
        else Result(None)
        for receipt, state in zip(news, states, strict=True)
    ]
    if "claim" not in states and None in states:
        found[states.index(None)] = Result(code, message)
    return found
