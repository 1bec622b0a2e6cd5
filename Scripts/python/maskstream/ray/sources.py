"""Inputs as the program opens them: files, or URLs that it reads and seeks by itself."""

from pathlib import Path, PurePosixPath

import fsspec

SIGNED = 12 * 3600
"""Seconds for which a signed URL holds; a run that ends later fails with 74, and is tried again."""


def is_opened_by_program(location: str) -> bool:
    """Whether a location is a path, a web server's URL or a camera's."""
    scheme = location.partition("://")[0] if "://" in location else ""
    return scheme in ("", "http", "https") or scheme not in fsspec.available_protocols()


def local(location: str, folder: Path) -> str:
    """Give the path or URL by which the program opens an input.

    What cannot be opened by a signed URL is copied to `folder`.

    Raises:
        OSError: it cannot be read.
    """
    if is_opened_by_program(location):
        return location
    files, path = fsspec.core.url_to_fs(location)
    if "file" in files.protocol:
        return str(path)
    try:
        return str(files.sign(path, expiration=SIGNED))
    except NotImplementedError:
        copy = folder / PurePosixPath(path).name
        folder.mkdir(parents=True)
        files.get_file(path, str(copy))
        return str(copy)
