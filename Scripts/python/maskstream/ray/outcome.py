"""What became of an input, and what that means for the job."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Receipt: TypeAlias = dict[str, Any]
"""A receipt of the program, as ManyFiles.md describes it."""

Verdict = Literal["done", "retry", "failed", "stop"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row of the report.

    Attributes:
        input: the input as it was named.
        output: where its output is; None where there is none.
        exit: the program's exit code, negative: the signal that ended it; None: it did not begin.
        message: what went wrong, or what there is to say; may be empty.
        frames: frames of the output.
        seconds: how long the program worked on it.
        node: the host, and the first digits of Ray's number of the node.
        fingerprint: what the models answer on that node; empty where it is not known.
        segments: in how many parts it was masked.
        attempts: how often it was begun.
    """

    input: str
    output: str | None
    exit: int | None
    message: str = ""
    frames: int = 0
    seconds: float = 0
    node: str = ""
    fingerprint: str = ""
    segments: int = 1
    attempts: int = 0

    @property
    def verdict(self) -> Verdict:
        """What follows from the exit code."""
        return verdict(self.exit)


def verdict(exit_code: int | None) -> Verdict:
    """Tell what follows from an exit code; None is a run that did not begin.

    Bad inputs fail again, so they are not tried again; wrong options and profiles fail everywhere,
    so they stop the job.
    """
    match exit_code:
        case 0:
            return "done"
        case None | 69 | 74 | 130:
            return "retry"
        case 64 | 78:
            return "stop"
        case _:
            return "retry" if exit_code < 0 else "failed"


def parsed(text: bytes | None) -> Receipt | None:
    """Read a receipt's text; None where it is none."""
    try:
        receipt = json.loads(text or b"")
    except ValueError:
        return None
    return receipt if isinstance(receipt, dict) and receipt.get("schema") == 1 else None


def is_done(receipt: Receipt | None) -> bool:
    """Whether a receipt tells of a run that ended well."""
    return receipt is not None and receipt["state"] == "done" and receipt["exit"] == 0


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """Give the exit code of the first input that failed, as for several inputs.

    For the signal N it is 128 + N.
    """
    code = next((outcome.exit for outcome in outcomes if outcome.exit), 0)
    return code if code >= 0 else 128 - code
