"""Where outputs go: a folder that all nodes see, or a bucket.

Every run works in a folder of its own, since it may be killed, and may run a second time while a
node that was cut off ends the first. `commit` gives what is complete its name; the first one wins.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from maskstream.ray.lease import scratch
from maskstream.ray.outcome import Receipt, is_done, parsed

HIDDEN = ".maskstream"
"""What is not finished, below the folder or bucket of outputs; gone when nobody works."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The folder of one run.

    Attributes:
        folder: its absolute path.
        earlier: the receipts that were there when it began, by the output's name.
        inodes: likewise the outputs' own numbers, in a folder.
    """

    folder: Path
    earlier: dict[str, bytes | None] = field(default_factory=dict)
    inodes: dict[str, int | None] = field(default_factory=dict)

    @property
    def outputs(self) -> Path:
        """What the run gets as `--output-dir`."""
        return self.folder / "out"

    @property
    def receipts(self) -> Path:
        """What the run gets as `--receipt`."""
        return self.folder / "receipts"

    def receipt(self, name: str) -> Path:
        """Give the path of an output's receipt."""
        return self.receipts / receipt_name(name)

    def news(self, name: str) -> Receipt | None:
        """Read the claim or receipt that the run itself has written for an output, if any."""
        path = self.receipt(name)
        written = path.read_bytes() if path.exists() else None
        return parsed(written) if written != self.earlier.get(name) else None


class ChangedError(OSError):
    """An output or a receipt that somebody else has changed during the run."""


class Place(ABC):
    """Where outputs go, and their receipts beside them."""

    @abstractmethod
    def url(self, name: str) -> str:
        """Give an output's path or URL."""

    @abstractmethod
    def attempt(self) -> AbstractContextManager[Attempt]:
        """Make the folder of one run for the body of `with`.

        Raises:
            OSError: it cannot be made.
        """

    def bring(self, name: str, attempt: Attempt) -> None:
        """Put what is there of an earlier run into an attempt, so that the program knows of it.

        Raises:
            OSError: it cannot be read, or the attempt's folder cannot be written.
        """
        earlier = attempt.earlier[name] = self.read(receipt_name(name))
        if earlier is not None:
            path = attempt.receipt(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(earlier)

    def is_unchanged(self, name: str, attempt: Attempt) -> bool | None:
        """Whether an output that is there is the one of its receipt.

        None: there is no output, or the program sees it and finds out by itself.
        """
        return None

    def commit(self, name: str, attempt: Attempt) -> Receipt | None:
        """Give an attempt's complete output and its receipt their names.

        Returns:
            The receipt that is there now: another's, if that was first; None, if the run has not
            ended.

        Raises:
            OSError: they cannot be written; ChangedError: somebody else has written there.
        """
        receipt = attempt.news(name)
        if receipt is None:
            return parsed(attempt.earlier[name])
        with self.alone(name):
            there = self.read(receipt_name(name))
            if there != attempt.earlier[name]:
                if is_done(other := parsed(there)):
                    return other
                raise ChangedError(f"another run was there in the meantime ({self.url(name)})")
            if receipt["state"] != "done":
                return None
            if "output" in receipt:
                receipt["output"]["name"] = self.url(name)
                self.store(name, attempt, receipt)
            self.write(receipt_name(name), text(receipt), attempt)
        return receipt

    @abstractmethod
    def alone(self, name: str) -> AbstractContextManager[object]:
        """Keep others from committing the same output, as far as that is possible."""

    @abstractmethod
    def read(self, name: str) -> bytes | None:
        """Read a small file; None if there is none."""

    @abstractmethod
    def write(self, name: str, data: bytes, attempt: Attempt) -> None:
        """Write a small file: a reader finds the old one or the new one, never a part."""

    @abstractmethod
    def store(self, name: str, attempt: Attempt, receipt: Receipt) -> None:
        """Give a complete output its name, with a claim first that proves whose it is."""

    @abstractmethod
    def fetch(self, name: str, folder: Path) -> Path:
        """Give an output's path on this machine; a bucket's is copied to `folder`."""

    @abstractmethod
    def remove(self, folder: str) -> None:
        """Remove a folder of outputs that are not needed any more."""

    @abstractmethod
    def sweep(self) -> None:
        """Remove what killed attempts left."""


@contextmanager
def attempt(folder: Path) -> Iterator[Attempt]:
    """Make the folder of one run below `folder`."""
    with scratch(folder) as own:
        made = Attempt(own)
        made.outputs.mkdir()
        made.receipts.mkdir()
        yield made


def receipt_name(name: str) -> str:
    """Give the name of an output's receipt."""
    return f"{name}.receipt.json"


def text(receipt: Receipt) -> bytes:
    """Give a receipt's text."""
    return json.dumps(receipt, indent=2, sort_keys=True).encode() + b"\n"
