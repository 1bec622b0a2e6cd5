"""One line that tells how far the cluster is."""

import sys
import time

import ray

from maskstream.ray.ledger import Ledger


class Line:
    """A line on standard error: written over itself on a terminal, else every ten seconds."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._began = self._shown = time.monotonic()

    @property
    def passed(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began

    def show(self, text: str) -> None:
        """Show what there is to tell now, how many nodes there are, and the time."""
        now = time.monotonic()
        if now - self._shown < (0.5 if self._is_terminal else 10):
            return
        self._shown = now
        nodes = sum(node["Alive"] for node in ray.nodes())  # type: ignore[no-untyped-call]
        text = f"{text}; {nodes} nodes; {clock(self.passed)}"
        begin, end = ("\r", "\x1b[K") if self._is_terminal else ("", "\n")
        print(f"{begin}{text}", end=end, file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Make place for other lines."""
        if self._is_terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def progress(ledger: Ledger, running: int, passed: float) -> str:
    """Tell how many of a job's inputs are settled, how many runs there are, and what is left."""
    total, settled = len(ledger.rows), ledger.settled
    text = f"{settled} of {total} inputs, {ledger.failed} failed; {running} runs"
    if 0 < settled < total:
        text += f", about {clock(passed / settled * (total - settled))} left"
    return text


def clock(seconds: float) -> str:
    """Give a time as hours, minutes and seconds."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
