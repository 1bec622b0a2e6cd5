"""The program's exit codes as exceptions."""

import signal
from typing import Any


class MaskstreamError(Exception):
    """The program failed.

    Attributes:
        exit_code: the program's exit code; negative: the signal that ended it.
        message: what went wrong, and where: the program's `error:` lines.
        hint: what to do about it: the program's `hint:` lines; empty if it gave none.
        summary: the run's summary, as `maskstream.run` returns it; None if the run did not begin.
    """

    exit_code: int

    def __init__(
        self, exit_code: int, message: str, hint: str = "", summary: dict[str, Any] | None = None
    ) -> None:
        super().__init__(exit_code, message, hint, summary)
        self.exit_code = exit_code
        self.message = message
        self.hint = hint
        self.summary = summary

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class ProgramNotFoundError(FileNotFoundError):
    """The program `maskstream` is not installed, or not where MASKSTREAM_PROGRAM says."""


class UsageError(MaskstreamError):
    """Exit code 64: wrong or contradictory options."""


class BadDataError(MaskstreamError):
    """Exit code 65: the input cannot be decoded or ends early."""


class NoInputError(MaskstreamError):
    """Exit code 66: there is no such input."""


class UnavailableError(MaskstreamError):
    """Exit code 69: present but unusable: a busy camera, an encoder, a library, a device."""


class SoftwareError(MaskstreamError):
    """Exit code 70: a stage or a model failed while running, or a subject was lost for too long."""


class CannotCreateError(MaskstreamError):
    """Exit code 73: the output cannot be created, exists already, or is the input."""


class InputOutputError(MaskstreamError):
    """Exit code 74: reading or writing failed on the way."""


class ProfileError(MaskstreamError):
    """Exit code 78: the profile or a model is missing or damaged."""


class StoppedError(MaskstreamError):
    """Exit code 130: stopped by SIGINT or SIGTERM."""


class KilledError(MaskstreamError):
    """The program was ended by a signal; `exit_code` is its negative number."""


_BY_CODE: dict[int, type[MaskstreamError]] = {
    64: UsageError,
    65: BadDataError,
    66: NoInputError,
    69: UnavailableError,
    70: SoftwareError,
    73: CannotCreateError,
    74: InputOutputError,
    78: ProfileError,
    130: StoppedError,
}


def error(exit_code: int, lines: list[str], summary: dict[str, Any] | None) -> MaskstreamError:
    """Give the exception for a failed run from its exit code and its lines on standard error."""
    if exit_code < 0:
        kind: type[MaskstreamError] = KilledError
        default = f"maskstream was ended by {signal.Signals(-exit_code).name}"
    else:
        kind = _BY_CODE.get(exit_code, MaskstreamError)
        default = f"maskstream failed with exit code {exit_code}"
    return kind(
        exit_code,
        "\n".join(_after("error: ", lines)) or default,
        "\n".join(_after("hint: ", lines)),
        summary,
    )


def _after(prefix: str, lines: list[str]) -> list[str]:
    return [line.removeprefix(prefix) for line in lines if line.startswith(prefix)]
