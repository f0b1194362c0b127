"""The code of cells as IPython understands it: the checks that it commits to, and the modules of
ours that it imports, which belong to its run and to its cache key."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

# Magics whose text is Python that runs in the notebook.
PYTHON = {"capture", "debug", "prun", "time", "timeit"}
# The functions of notebooks/checks.py that declare a check.
CHECKS = ("check", "disjoint", "exact", "learned")
MODULES = ("checks", "myst_nb")  # where these come from, and `glue`
# What travels with a module because it reads it at run time.
COMPANY = {"notebooks/style.py": ("notebooks/fonts",)}


@dataclass(frozen=True)
class Committed:
    """A call in the source that declares a check or a value: its id, or with ``pattern`` what its
    ids look like, and the number of its code cell, from 1."""

    id: str
    pattern: re.Pattern[str]
    cell: int


@lru_cache(4096)  # the same cell is asked about by the plan, by collect and by each edition
def nodes(source: str) -> tuple[ast.AST, ...]:
    """All nodes of a cell's code, inside of magics such as ``%%capture`` too; none if it is no
    Python."""
    try:
        return tuple(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError):
        pass
    # Imported late: few cells hold magics, and most builds meet none.
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError):
        return ()
    found = list(ast.walk(tree))
    for node in list(found):
        name, *texts = _magic(node)
        if name in PYTHON:
            found += [inner for text in texts for inner in nodes(text)]
    return tuple(found)


def _magic(node: ast.AST) -> list[str]:
    """Name and texts of a magic that IPython's transformer wrote; [""] for any other node."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
        if node.func.attr in ("run_line_magic", "run_cell_magic") and texts:
            return [str(text) for text in texts]
    return [""]


def committed(sources: Iterable[str]) -> Iterator[Committed]:
    """The checks that code cells declare, in order."""
    return iter(_declared(tuple(sources), CHECKS, "id"))


def kept(sources: Iterable[str]) -> Iterator[Committed]:
    """The values that code cells keep for prose (``glue``), in order."""
    return iter(_declared(tuple(sources), ("glue",), "name"))


@lru_cache(1024)  # asked for by each page that names what another one keeps
def _declared(
    sources: tuple[str, ...], functions: tuple[str, ...], argument: str
) -> tuple[Committed, ...]:
    """What code cells declare by calls of these functions, whose first argument has this name."""
    cells = [nodes(source) for source in sources]
    names = {f"{module}.{name}" for module in MODULES for name in functions}
    for node in chain.from_iterable(cells):
        if isinstance(node, ast.ImportFrom) and node.module in MODULES:
            names |= {alias.asname or alias.name for alias in node.names if alias.name in functions}
    found = []
    for number, cell in enumerate(cells, 1):
        for node in cell:
            if isinstance(node, ast.Call) and _name(node.func) in names:
                given = [k.value for k in node.keywords if k.arg == argument] or node.args[:1]
                for id in given:
                    text, pattern = _text(id)
                    found.append(Committed(text, re.compile(pattern), number))
    return tuple(found)


def _name(function: ast.expr) -> str:
    """A name, or that of a module's function with the module's; '' for anything else. (To unparse
    every call of a book takes as long as to render an edited page.)"""
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return f"{function.value.id}.{function.attr}"
    return function.id if isinstance(function, ast.Name) else ""


def _text(node: ast.expr) -> tuple[str, str]:
    """A text as it stands in code, and a regular expression for what it may become."""
    if isinstance(node, ast.Constant):
        return str(node.value), re.escape(str(node.value))
    if isinstance(node, ast.JoinedStr):
        parts = [_text(value) for value in node.values]
        return "".join(text for text, _ in parts), "".join(pattern for _, pattern in parts)
    return "…", ".+"


@lru_cache(4096)
def only_checks(source: str) -> bool:
    """Whether a cell is there for its checks: it defines no class, shows nothing else, and at
    least half of its lines declare checks."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return False
    count = 0
    for node in body:
        declares = any(
            isinstance(inner, ast.Call) and ast.unparse(inner.func).split(".")[-1] in CHECKS
            for inner in ast.walk(node)
        )
        if declares and isinstance(node, ast.Expr | ast.For | ast.If | ast.With):
            assert node.end_lineno is not None
            count += node.end_lineno - node.lineno + 1
        elif isinstance(node, ast.ClassDef) or (isinstance(node, ast.Expr) and not _keeps(node)):
            return False
    lines = [line for line in source.splitlines() if line.strip()]
    return bool(count) and 2 * count >= len(lines)


def _keeps(node: ast.Expr) -> bool:
    return isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "glue"


@lru_cache(4096)
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
