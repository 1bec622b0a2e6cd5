"""Writes into profile.yaml, comments and all left alone."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path


def stamp(profile: Path, section: str, path: Path, nested: bool = False) -> None:
    """Puts the file's sha256 into the section of profile.yaml.

    `nested` is for the only sha256 one level deeper, that of the file in 8 bits.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    replace_value(profile / "profile.yaml", section, "  sha256" if nested else "sha256", digest)


def replace_value(manifest: Path, section: str, key: str, value: str) -> None:
    """Replaces `key: ...` of a top-level section; a comment after it stays."""
    if not manifest.exists():
        return
    pattern = rf"(^{section}:\n(?:[ #].*\n|\n)*?  {key}: )([^\s#]+)"
    text, count = re.subn(pattern, rf"\g<1>{value}", manifest.read_text(), flags=re.MULTILINE)
    if count != 1:
        raise ValueError(f"{manifest}: no {section}.{key} to replace")
    manifest.write_text(text)
