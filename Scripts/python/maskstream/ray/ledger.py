"""What became of a job's inputs, and what is to be tried again."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from maskstream.ray.job import Job
from maskstream.ray.outcome import Outcome, exit_code
from maskstream.ray.plan import TINY, groups
from maskstream.ray.table import Row

RETRIES = 3
"""How often an input is tried again that may do better."""

LOST = 10
"""How often an input may lose its worker: mostly others are to blame for that."""


class Ledger:
    """The inputs of a job: waiting, running or settled.

    Attributes:
        rows: the inputs.
        settled: how many are done or failed.
        failed: how many have failed.
        stopped_by: the outcome that stops the job: wrong options, no profile, a node of another
            kind.
        is_interrupted: whether somebody stopped the job.
        passed: seconds that the job took.
    """

    def __init__(
        self, rows: Sequence[Row], job: Job, *, slots: int, retries: int, alone: int = TINY
    ) -> None:
        self.rows = rows
        self.settled = 0
        self.failed = 0
        self.stopped_by: Outcome | None = None
        self.is_interrupted = False
        self.passed = 0.0
        self._job = job
        self._retries = retries
        self._waiting = deque(groups(rows, slots, alone))
        self._outcomes: list[Outcome | None] = [None] * len(rows)
        self._attempts = [0] * len(rows)
        self._lost = [0] * len(rows)

    def take(self) -> list[int] | None:
        """Take the rows of the next run, by their places in `rows`; None if none wait."""
        return self._waiting.popleft() if self._waiting and not self.stopped_by else None

    def add(self, group: Sequence[int], outcomes: Sequence[Outcome]) -> None:
        """Enter what became of a run's rows; what may do better is tried again, alone."""
        for index, outcome in zip(group, outcomes, strict=True):
            self._attempts[index] += outcome.exit is not None
            # Lost workers are counted apart.
            may_retry = self._attempts[index] - self._lost[index] <= self._retries
            is_foreign = self._job.is_foreign(self.rows[index], outcome.fingerprint)
            if is_foreign or outcome.verdict == "stop":
                self.stopped_by = self.stopped_by or outcome
                self._settle(index, outcome)
            elif outcome.verdict == "retry" and may_retry:
                self._waiting.append([index])
            else:
                self._settle(index, outcome)

    def lose(self, group: Sequence[int], why: str) -> None:
        """Enter that a run's worker is gone; its rows are tried again in two halves."""
        for index in group:
            self._attempts[index] += 1
            self._lost[index] += 1
            if self._lost[index] > LOST:
                message = f"its worker was lost {LOST + 1} times: {why}"
                self._settle(index, Outcome(self.rows[index].input, None, -9, message))
        left = [index for index in group if self._lost[index] <= LOST]
        middle = (len(left) + 1) // 2
        self._waiting.extend(half for half in (left[:middle], left[middle:]) if half)

    @property
    def mixture(self) -> str:
        """The fingerprints that stopped the job, and where they are from; empty if none did."""
        if self.stopped_by is None or self.stopped_by.verdict == "stop":
            return ""
        nodes = {self._job.expected(row): {"the first node"} for row in self.rows}
        for outcome in self.outcomes():
            if outcome.fingerprint:
                nodes.setdefault(outcome.fingerprint, set()).add(outcome.node)
        told = [f"{each[:12]} ({', '.join(sorted(names))})" for each, names in nodes.items()]
        return f"the machines' models do not answer the same: {'; '.join(told)}"

    def _settle(self, index: int, outcome: Outcome) -> None:
        self._outcomes[index] = replace(outcome, attempts=self._attempts[index])
        self.settled += 1
        self.failed += outcome.exit != 0

    def outcomes(self) -> list[Outcome]:
        """Give one outcome for each row, in order."""
        return [
            outcome or Outcome(row.input, None, None, "not done: the job was stopped")
            for row, outcome in zip(self.rows, self._outcomes, strict=True)
        ]

    @property
    def exit_code(self) -> int:
        """The exit code of the first input that failed, as for several inputs.

        130 where the job was interrupted, 69 where outputs of two kinds of machines are all.
        """
        if self.is_interrupted:
            return 130
        code = exit_code(self.outcomes())
        return 69 if code == 0 and self.mixture else code
