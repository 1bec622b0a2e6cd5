"""What a node does for a few inputs: a run of the program, and names for its outputs."""

import csv
import re
import socket
import subprocess
from collections.abc import Sequence

import ray

from maskstream.errors import ProgramNotFoundError, error
from maskstream.program import command, find_program
from maskstream.ray.job import Job
from maskstream.ray.outcome import Outcome, Receipt, parsed
from maskstream.ray.place import Attempt, Place
from maskstream.ray.result import Result, results, run
from maskstream.ray.sources import local
from maskstream.ray.table import COLUMNS, Row


def mask(rows: Sequence[Row], job: Job) -> list[Outcome]:
    """Mask a few inputs with one run of the program, and give the outputs their names.

    Returns:
        What became of each, in order; exit None for those that a run which was killed had not
        begun.

    Raises:
        ProgramNotFoundError: the program is not installed.
    """
    place = job.place
    try:
        with place.attempt() as attempt:
            return Work(job, place, attempt).mask(rows)
    except ProgramNotFoundError:
        raise
    except OSError as failure:
        return [Outcome(row.input, None, 74, str(failure), node=node()) for row in rows]


def fingerprint(profile: str, job: Job) -> str:
    """Ask the program what a profile's models answer on this node.

    Raises:
        ProgramNotFoundError: the program is not installed.
        MaskstreamError: ProfileError, UsageError or UnavailableError.
    """
    words = ["fingerprint", "--profile", profile, *job.model_options]
    asked = subprocess.run([find_program(), *words], capture_output=True, text=True)
    if asked.returncode != 0:
        raise error(asked.returncode, asked.stderr.splitlines(), None)
    return asked.stdout.strip()


def node() -> str:
    """Name this node: its host and, within Ray, the first digits of Ray's number for it."""
    number = ray.get_runtime_context().get_node_id() if ray.is_initialized() else ""
    return f"{socket.gethostname()}/{number[:8]}".rstrip("/")


class Work:
    """The work on a few inputs in the folder of an attempt."""

    def __init__(self, job: Job, place: Place, attempt: Attempt) -> None:
        self._job = job
        self._place = place
        self._attempt = attempt

    def mask(self, rows: Sequence[Row]) -> list[Outcome]:
        """Do what `mask` does."""
        outcomes: dict[str, Outcome] = {}
        opened: dict[str, str] = {}
        for number, row in enumerate(rows):
            try:
                self._place.bring(row.output, self._attempt)
                if found := self.found(row):
                    outcomes[row.output] = found
                else:
                    folder = self._attempt.folder / "in" / str(number)
                    opened[row.output] = local(row.input, folder)
            except FileNotFoundError:
                outcomes[row.output] = self.told(row, Result(66, f"no such input ({row.input})"))
            except OSError as failure:
                outcomes[row.output] = self.told(row, Result(74, str(failure)))
        waiting = [row for row in rows if row.output in opened]
        if waiting:
            for row, result in zip(waiting, self._run(waiting, opened), strict=True):
                outcomes[row.output] = self.committed(row, self._clear(result, waiting, opened))
        return [outcomes[row.output] for row in rows]

    def found(self, row: Row) -> Outcome | None:
        """Tell what is there already, where the program does not see it; None: nothing or old."""
        is_unchanged = self._place.is_unchanged(row.output, self._attempt)
        if is_unchanged and is_done(self.asked(row)):
            return self.done_before(row)
        if is_unchanged is False and "--overwrite" not in self._job.words:
            place = self._place.url(row.output)
            text = f"the output exists, and no receipt proves that this program made it ({place})"
            return self.told(row, Result(73, text))
        return None

    def asked(self, row: Row, *words: str) -> str:
        """Ask the program what it would do, with `--dry-run`; empty if it cannot be done."""
        source = local(row.input, self._attempt.folder / "asked")
        receipt = ["--receipt", str(self._attempt.receipt(row.output)), "--skip-done", "--dry-run"]
        asked = subprocess.run(
            command(source, [*self._job.options, *row.words, *receipt, *words]),
            capture_output=True,
            text=True,
        )
        return asked.stdout if asked.returncode == 0 else ""

    # The run

    def _run(self, rows: Sequence[Row], opened: dict[str, str]) -> list[Result]:
        table = self._attempt.folder / "inputs.csv"
        with table.open("w", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(COLUMNS)
            lines.writerows(
                [opened[row.output], row.output, row.profile, row.options] for row in rows
            )
        words = ["--inputs", str(table), "--output-dir", str(self._attempt.outputs)]
        words += ["--receipt", str(self._attempt.receipts), "--skip-done", "--progress", "json"]
        if rows[0].segment:  # it is alone
            words += ["--segment", rows[0].segment]
        ended = run(command([], [*self._job.options, *words]))
        return results(ended, [self._attempt.news(row.output) for row in rows])

    def _clear(self, result: Result, rows: Sequence[Row], opened: dict[str, str]) -> Result:
        """Name things in a message as the user does."""
        message = re.sub(r"^line \d+: (.*) \(.*\)$", r"\1", result.message)
        message = message.replace(f"{self._attempt.outputs}/", self._place.url(""))
        for row in rows:
            message = message.replace(opened[row.output].partition("?")[0], row.input)
        return Result(result.exit, message, result.seconds)

    def committed(self, row: Row, result: Result) -> Outcome:
        """Give an output its name, and tell what became of the input."""
        news = self._attempt.news(row.output)
        if news and self._job.is_foreign(row, news.get("fingerprint", "")):
            return self.told(row, Result(69, "the models answer otherwise on this node"), news)
        try:
            return self.told(row, result, self._place.commit(row.output, self._attempt))
        except OSError as failure:
            return self.told(row, Result(74, str(failure), result.seconds))

    def done_before(self, row: Row) -> Outcome:
        """Tell that an earlier run did it."""
        receipt = parsed(self._attempt.earlier[row.output])
        return self.told(row, Result(0, "done before"), receipt)

    def told(self, row: Row, result: Result, receipt: Receipt | None = None) -> Outcome:
        """Tell what became of an input."""
        receipt = receipt or {}
        return Outcome(
            input=row.input,
            output=self._place.url(row.output) if result.exit == 0 else None,
            exit=result.exit,
            message=result.message,
            frames=receipt.get("frames", {}).get("frames_out", 0),
            seconds=result.seconds,
            node=node(),
            fingerprint=receipt.get("fingerprint", ""),
        )


def is_done(asked: str) -> bool:
    """Whether the program, when it was asked, said that nothing is left to do."""
    return asked.endswith(": done before\n")
