"""Outputs in a folder that all nodes see."""

import hashlib
import os
import shutil
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from maskstream.ray.lease import lease, sweep
from maskstream.ray.outcome import Receipt, parsed
from maskstream.ray.place import HIDDEN, Attempt, ChangedError, Place, attempt, receipt_name, text


class Folder(Place):
    """A folder that all nodes see under the same path; its file system has locks and renames."""

    def __init__(self, root: str) -> None:
        self._root = Path(os.path.abspath(root))
        self._hidden = self._root / HIDDEN

    def url(self, name: str) -> str:
        """Give an output's path."""
        return f"{self._root}/{name}"

    def attempt(self) -> AbstractContextManager[Attempt]:
        """Make a folder on the same file system, so that outputs need only be renamed."""
        return attempt(self._hidden)

    def bring(self, name: str, attempt: Attempt) -> None:
        """Put the receipt into the attempt, and a second name of the output."""
        super().bring(name, attempt)
        final, own = self._root / name, attempt.outputs / name
        attempt.inodes[name] = _inode(final)
        if not final.is_file():
            return
        own.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(final, own)
        except OSError:  # a file system without hard links
            shutil.copy2(final, own)

    def alone(self, name: str) -> AbstractContextManager[object]:
        """Hold a lock for the output's name."""
        digest = hashlib.sha256(name.encode()).hexdigest()
        return lease(self._hidden / f"{digest}.lock", wait=True)

    def read(self, name: str) -> bytes | None:
        """Read a small file; None if there is none."""
        try:
            return (self._root / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, data: bytes, attempt: Attempt) -> None:
        """Write a small file in the attempt's folder, and rename it."""
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        other = attempt.folder / "new"
        other.write_bytes(data)
        os.replace(other, path)

    def store(self, name: str, attempt: Attempt, receipt: Receipt) -> None:
        """Rename the output; the claim tells its inode, which it keeps."""
        final, own = self._root / name, attempt.outputs / name
        if _inode(final) != attempt.inodes[name]:
            raise ChangedError(f"the output was changed while it was made anew ({final})")
        earlier = parsed(attempt.earlier[name]) or {}
        claim = receipt | {
            "state": "claim",
            "output": {"name": str(final), "inode": _inode(own)},
            "replaces": earlier.get("output") or earlier.get("replaces"),
        }
        self.write(receipt_name(name), text(claim), attempt)
        os.replace(own, final)

    def fetch(self, name: str, folder: Path) -> Path:
        """Give an output's path."""
        return self._root / name

    def remove(self, folder: str) -> None:
        """Remove a folder, and those above it that are empty."""
        shutil.rmtree(self._root / folder, ignore_errors=True)
        for above in Path(folder).parents[:-1]:
            with suppress(OSError):
                (self._root / above).rmdir()

    def sweep(self) -> None:
        """Remove what killed attempts left."""
        sweep(self._hidden)


def _inode(path: Path) -> int | None:
    try:
        return path.lstat().st_ino
    except FileNotFoundError:
        return None
