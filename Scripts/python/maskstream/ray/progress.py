"""One line that tells how far the cluster is."""

import sys
import time

import ray

from maskstream.ray.ledger import Ledger


class Progress:
    """Writes a line to standard error: over itself on a terminal, else every ten seconds."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._began = self._shown = time.monotonic()
        self._is_terminal = sys.stderr.isatty()

    def show(self, ledger: Ledger, running: int) -> None:
        """Tell how many inputs are settled, and how many runs there are."""
        now = time.monotonic()
        if now - self._shown < (0.5 if self._is_terminal else 10):
            return
        self._shown = now
        settled, passed = ledger.settled, now - self._began
        left = passed / settled * (self._total - settled) if settled else None
        nodes = sum(node["Alive"] for node in ray.nodes())  # type: ignore[no-untyped-call]
        line = (
            f"{settled} of {self._total} inputs, {ledger.failed} failed; {running} runs, {nodes}"
            f" nodes; {clock(passed)}" + (f", about {clock(left)} left" if left else "")
        )
        print(f"\r{line}\x1b[K" if self._is_terminal else line, end="", file=sys.stderr)
        print(end="" if self._is_terminal else "\n", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Make place for other lines."""
        if self._is_terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def clock(seconds: float) -> str:
    """Give a time as hours, minutes and seconds."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
