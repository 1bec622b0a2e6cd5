"""Outputs in a bucket."""

import os
import tempfile
import uuid
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Any

import fsspec

from maskstream.ray.lease import sweep
from maskstream.ray.outcome import Receipt, parsed
from maskstream.ray.place import HIDDEN, Attempt, Place, attempt, receipt_name, text


class Bucket(Place):
    """A bucket, or what else fsspec writes to.

    Receipts there have one more key, `stored`: the object's size and ETag, by which the output is
    known again without reading it.
    """

    def __init__(self, url: str) -> None:
        self._files, self._root = fsspec.core.url_to_fs(url)
        self._url = url
        self._scratch = Path(tempfile.gettempdir()) / f"maskstream-{os.getuid()}"

    def url(self, name: str) -> str:
        """Give an output's URL."""
        return f"{self._url}/{name}"

    def attempt(self) -> AbstractContextManager[Attempt]:
        """Make a folder on this machine, and remove what killed attempts left on it."""
        sweep(self._scratch)
        return attempt(self._scratch)

    def alone(self, name: str) -> AbstractContextManager[object]:
        """Buckets have no locks: of two that commit in the same moment the second may win."""
        return nullcontext()

    def read(self, name: str) -> bytes | None:
        """Read a small object; None if there is none."""
        try:
            return bytes(self._files.cat_file(self._key(name)))
        except FileNotFoundError:
            return None

    def write(self, name: str, data: bytes, attempt: Attempt) -> None:
        """Write a small object."""
        self._files.pipe_file(self._key(name), data)

    def store(self, name: str, attempt: Attempt, receipt: Receipt) -> None:
        """Upload the output to a key of this attempt, then move it."""
        own = attempt.outputs / name
        key = self._key(f"{HIDDEN}/attempts/{uuid.uuid4().hex}/{name}")
        self._files.put_file(str(own), key)
        claim = receipt | {"state": "claim", "stored": {"size": own.stat().st_size}}
        self.write(receipt_name(name), text(claim), attempt)
        self._files.mv(key, self._key(name))
        receipt["stored"] = self._stored(name)

    def sweep(self) -> None:
        """Remove what killed attempts left."""
        self.remove(f"{HIDDEN}/attempts")

    def fetch(self, name: str, folder: Path) -> Path:
        """Copy an object."""
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        self._files.get_file(self._key(name), str(copy))
        return copy

    def remove(self, folder: str) -> None:
        """Remove all objects below a prefix."""
        self._files.invalidate_cache()
        with suppress(FileNotFoundError):
            self._files.rm(self._key(folder), recursive=True)

    def is_unchanged(self, name: str, attempt: Attempt) -> bool | None:
        """Whether the object is the one of its receipt; None if there is none."""
        stored = self._stored(name)
        if stored is None:
            return None
        told = (parsed(attempt.earlier[name]) or {}).get("stored")
        # A claim is older than the object, and knows no more than its size.
        return told is not None and told == {key: stored.get(key) for key in told}

    def _key(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _stored(self, name: str) -> dict[str, Any] | None:
        self._files.invalidate_cache()
        try:
            info = self._files.info(self._key(name))
        except FileNotFoundError:
            return None
        known = {key.lower(): info[key] for key in ("ETag", "md5Hash") if info.get(key)}
        return {"size": info["size"]} | known
