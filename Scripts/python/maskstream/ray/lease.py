"""Locks that end with whoever holds them, and folders for work that may be killed."""

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path


@contextmanager
def lease(path: Path, *, wait: bool = False) -> Iterator[bool]:
    """Hold a lock file for the body of `with`.

    The kernel gives the lock back when the process dies, a file server when the machine does. So
    nobody has to guess by the clock whether a holder is still there.

    Args:
        path: the file, in a folder that exists; it is made, and removed afterwards.
        wait: whether to wait for another holder to end.

    Yields:
        Whether it is held; always True with `wait`.

    Raises:
        OSError: the file cannot be made, or its file system has no locks.
    """
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
                return
            if not _is_at(file, path):
                continue  # its last holder has removed it
            try:
                yield True
            finally:
                with suppress(FileNotFoundError):
                    path.unlink()
            return
        finally:
            os.close(file)


def _is_at(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """Make a folder of one's own below `folder` for the body of `with`, and remove it.

    Where the process is killed, it stays until somebody calls `sweep`.

    Raises:
        OSError: it cannot be made.
    """
    own = folder / uuid.uuid4().hex
    with ExitStack() as stack:
        while True:
            folder.mkdir(parents=True, exist_ok=True)
            try:
                stack.enter_context(lease(own.with_suffix(".lock")))
                break
            except FileNotFoundError:  # another process has just removed the empty folder
                if folder.exists():
                    raise
        own.mkdir()
        stack.callback(shutil.rmtree, own, ignore_errors=True)
        yield own
    with suppress(OSError):
        folder.rmdir()


def sweep(folder: Path) -> None:
    """Remove what killed processes left below a folder of `scratch`, and the folder if empty."""
    for lock in folder.glob("*.lock"):
        with lease(lock) as is_held:
            if is_held:
                shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
    with suppress(OSError):
        folder.rmdir()
