"""The modules of ours that a notebook imports: they belong to its run and to its cache key."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

from scripts.book.cells import nodes

# What travels with a module because it reads it at run time.
COMPANY = {"notebooks/style.py": ("notebooks/fonts",)}


def imported(source: str) -> frozenset[str]:
    """Top-level names that the code of a cell or a module imports."""
    names: set[str] = set()
    for node in nodes(source):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return frozenset(names)


def local_modules(root: Path, sources: Iterable[str], folders: Iterable[str]) -> list[str]:
    """Paths (relative to ``root``) of the modules below ``folders`` that ``sources`` import,
    directly or through one another, with the files that they read at run time."""
    folders = list(folders)
    found: dict[str, None] = {}
    waiting = sorted({name for source in sources for name in imported(source)})
    seen = set(waiting)
    while waiting:
        name = waiting.pop(0)
        for path in _files(root, name, folders):
            if path in found:
                continue
            found[path] = None
            source = (root / path).read_text(encoding="utf-8", errors="replace")
            new = sorted(imported(source) - seen)
            seen.update(new)
            waiting += new
    for path in list(found):
        for folder in COMPANY.get(path, ()):
            files = sorted((root / folder).glob("*"))
            found.update({file.relative_to(root).as_posix(): None for file in files})
    return list(found)


def _files(root: Path, name: str, folders: list[str]) -> list[str]:
    for folder in folders:
        base = root / folder if folder else root
        if (base / f"{name}.py").is_file():
            return [(base / f"{name}.py").relative_to(root).as_posix()]
        if (base / name / "__init__.py").is_file():
            inner = sorted((base / name).rglob("*.py"))
            return [path.relative_to(root).as_posix() for path in inner]
    return []
