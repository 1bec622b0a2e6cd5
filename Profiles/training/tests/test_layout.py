"""Which folder may import which, and that no modules import each other in a circle."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "maskstream_training"
HOMES = {("common",), ("crowds",), ("faces",), ("hair",), ("objects",), ("text",)}
"""Folders that import `common` and themselves."""


def name_of(path: Path) -> tuple[str, ...]:
    """A module's name within the package; a folder's own is the folder's."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


MODULES = {name_of(path): path for path in PACKAGE.rglob("*.py")}


def imports(module: tuple[str, ...]) -> set[tuple[str, ...]]:
    """The package's modules that one imports anywhere, also within functions."""
    path, found = MODULES[module], set()
    home = module if path.name == "__init__.py" else module[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            inner = tuple(node.module.split(".")) if node.module else ()
            if node.level:
                base = home[: len(home) - node.level + 1] + inner
            elif inner[0] == PACKAGE.name:
                base = inner[1:]
            else:
                continue
            named = {(*base, alias.name) for alias in node.names} & MODULES.keys()
            found |= named or {base}
        elif isinstance(node, ast.Import):
            names = (tuple(alias.name.split(".")) for alias in node.names)
            found |= {name[1:] for name in names if name[0] == PACKAGE.name}
    return found


def test_every_import_leads_somewhere() -> None:
    assert {name for module in MODULES for name in imports(module)} <= MODULES.keys()


def test_folders_keep_apart() -> None:
    for module in MODULES:
        for other in imports(module) if module[:1] in HOMES else ():
            assert other[0] in {"common", module[0]}, f"{module} imports {other}"


def test_there_is_no_circle() -> None:
    TopologicalSorter({module: imports(module) for module in MODULES}).prepare()
