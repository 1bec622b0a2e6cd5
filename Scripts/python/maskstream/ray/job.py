"""What all runs of a job have in common."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from maskstream.errors import CannotCreateError, UsageError
from maskstream.ray.bucket import Bucket
from maskstream.ray.folder import Folder
from maskstream.ray.place import Place
from maskstream.ray.table import Row, absolute_profile

# fmt: off
_OTHERS = frozenset({
    "-o", "--output", "--inputs", "--receipt", "--skip-done", "--progress", "--events",
    "--dry-run", "--watch", "--segment",
})
# fmt: on
"""The program's options that a job sets itself, or that are not for one."""


@dataclass(frozen=True, slots=True)
class Job:
    """What all runs have in common.

    Attributes:
        output_dir: the folder's absolute path, or the bucket's URL.
        profile: the profile of rows that name none.
        words: the program's options.
        cores: processor cores of a run.
        fingerprints: what the models answer, by the profile: a node where they answer otherwise
            gives no output. Empty: not compared.
    """

    output_dir: str
    profile: str = ""
    words: tuple[str, ...] = ()
    cores: int = 1
    fingerprints: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, output_dir: str, profile: str, words: Sequence[str], cores: int = 1) -> Self:
        """Make a job that means the same on every node.

        Raises:
            UsageError: there is an option that a job sets itself.
        """
        for name in (word.partition("=")[0] for word in words):
            if name in _OTHERS:
                raise UsageError(64, f"{name} is no option of a job", "leave it out")
        return cls(
            output_dir.rstrip("/") if "://" in output_dir else os.path.abspath(output_dir),
            absolute_profile(profile),
            tuple(
                os.path.abspath(word) if before == "--labels" else word
                for before, word in zip(["", *words], words, strict=False)
            ),
            cores,
        )

    def check(self, rows: Iterable[Row]) -> None:
        """Refuse rows without a profile.

        Raises:
            UsageError: there is one.
        """
        for row in rows:
            if not row.profile and not self.profile:
                raise UsageError(64, f"no profile ({row.input})", "name the task with --profile")

    def make_place(self) -> None:
        """Make the folder of outputs in a folder that exists, and clear up what was killed there.

        Raises:
            CannotCreateError: it cannot be made.
        """
        if "://" not in self.output_dir and not os.path.isdir(self.output_dir):
            try:
                os.mkdir(self.output_dir)
            except OSError as error:
                raise CannotCreateError(
                    73,
                    f"the folder for outputs cannot be made ({self.output_dir})",
                    "make the folder above it first",
                ) from error
        self.place.sweep()

    @property
    def place(self) -> Place:
        """Where outputs go."""
        return Bucket(self.output_dir) if "://" in self.output_dir else Folder(self.output_dir)

    @property
    def options(self) -> list[str]:
        """The words of every run; some encoders' output depends on the number of threads."""
        profile = ["--profile", self.profile] if self.profile else []
        is_set = any(
            word.startswith(("threads=", "--encoder-option=threads=")) for word in self.words
        )
        threads = [] if is_set else ["--encoder-option", f"threads={self.cores}"]
        return [*profile, *threads, *self.words]

    @property
    def model_options(self) -> list[str]:
        """Those of the words that say where the models run."""
        pairs = zip(self.words, self.words[1:], strict=False)
        return [word for pair in pairs if pair[0] in ("--device", "--threads") for word in pair]

    def expected(self, row: Row) -> str:
        """Give the fingerprint that a row's output has to have; empty: any."""
        return dict(self.fingerprints).get(row.profile or self.profile, "")

    def is_foreign(self, row: Row, fingerprint: str) -> bool:
        """Whether a fingerprint is not the one that the job's outputs have."""
        return "" != fingerprint != (self.expected(row) or fingerprint)
