"""The code of cells as IPython understands it: the checks that it commits to, and the modules of
ours that it imports, which belong to its run and to its cache key."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from scripts.core.memo import remember
from scripts.core.problems import Place
from scripts.core.system.forks import remember_each

# Magics whose text is Python that runs in the notebook.
PYTHON = {"capture", "debug", "prun", "time", "timeit"}
# The functions of notebooks/checks.py that declare a check.
CHECKS = ("check", "disjoint", "exact", "learned")
SECOND = {"check": ("claim",), "exact": ("claim",)}  # their argument after the id
MODULES = ("checks", "myst_nb")  # where these come from, and `glue`
# What travels with a module because it reads it at run time.
COMPANY = {"notebooks/style.py": ("notebooks/fonts",)}


NOWHERE = Place(0)


@dataclass(frozen=True)
class Committed:
    """A call in the source that declares a check or a value: its id, or with ``pattern`` what its
    ids look like, and the number of its code cell, from 1. Then the name of the function, its
    arguments by name (None: no plain text), whether no others can be among them, and its place in
    the cell, line 0 inside of magics."""

    id: str
    pattern: re.Pattern[str]
    cell: int
    function: str = ""
    given: Mapping[str, str | None] = field(default_factory=dict)
    whole: bool = True
    place: Place = NOWHERE


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


class Declared(NamedTuple):
    """What the code cells of a notebook declare, in order: checks, and values kept for prose."""

    checks: tuple[Committed, ...]
    values: tuple[Committed, ...]


def committed(sources: Iterable[str]) -> Iterator[Committed]:
    """The checks that code cells declare, in order."""
    return iter(_declared(tuple(sources)).checks)


def kept(sources: Iterable[str]) -> Iterator[Committed]:
    """The values that code cells keep for prose (``glue``), in order."""
    return iter(_declared(tuple(sources)).values)


def look_ahead(notebooks: Iterable[Iterable[str]]) -> None:
    """Work out for many notebooks at once what they declare, by all cores."""
    remember_each("declared", [tuple(sources) for sources in notebooks], _calls)


@lru_cache(1024)  # each number that prose asks for asks its notebook again
def _declared(sources: tuple[str, ...]) -> Declared:
    return remember("declared", sources, partial(_calls, sources))


def _calls(sources: tuple[str, ...]) -> Declared:
    checks = _calls_of(sources, CHECKS, "id")
    return Declared(checks, _calls_of(sources, ("glue",), "name"))


def _holding(sources: Sequence[str], words: Collection[str]) -> list[tuple[ast.AST, ...]]:
    """The nodes of each cell, of those only that hold one of the words: most don't."""
    return [nodes(s) if any(word in s for word in words) else () for s in sources]


def _calls_of(
    sources: Sequence[str], functions: Collection[str], argument: str
) -> tuple[Committed, ...]:
    """The calls of these functions, whose first argument has this name."""
    found = []
    aliases: dict[str, str] = {}
    names = {f"{module}.{name}" for module in MODULES for name in functions}
    for node in chain.from_iterable(_holding(sources, MODULES)):
        if isinstance(node, ast.ImportFrom) and node.module in MODULES:
            known = [alias for alias in node.names if alias.name in functions]
            aliases |= {alias.asname or alias.name: alias.name for alias in known}
    names |= aliases.keys()
    for number, cell in enumerate(_holding(sources, {*functions, *aliases}), 1):
        for node in cell:
            if isinstance(node, ast.Call) and _dotted(node.func) in names:
                ids = [k.value for k in node.keywords if k.arg == argument] or node.args[:1]
                for id in ids:
                    text, pattern = _text(id)
                    called = _dotted(node.func).rpartition(".")[2]
                    function = aliases.get(called, called)
                    given, whole = _arguments(node, (argument, *SECOND.get(function, ())))
                    place = _place(node, sources[number - 1])
                    found.append(
                        Committed(text, re.compile(pattern), number, function, given, whole, place)
                    )
    return tuple(found)


def _arguments(call: ast.Call, names: Sequence[str]) -> tuple[dict[str, str | None], bool]:
    """The arguments of a call by name, the first ones of which have these ``names``, where they
    are plain text, else None; and whether these are all of them."""
    given = dict(zip(names, call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    whole = len(given) == len(call.args) + len(call.keywords)
    return {
        name: node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
        for name, node in given.items()
    }, whole


def _place(node: ast.Call, source: str) -> Place:
    """Where a call stands in its cell, if it stands there as Python has it."""
    lines = source.split("\n")
    line = lines[node.lineno - 1] if node.lineno <= len(lines) else ""
    name, start = _dotted(node.func), node.col_offset
    if not line.encode()[start:].startswith(name.encode()):
        return Place(0)
    return Place(node.lineno, len(line.encode()[:start].decode()) + 1)


def _dotted(node: ast.expr) -> str:
    """``name`` or ``module.name``; "" for whatever else is called."""
    if isinstance(node, ast.Attribute):
        return f"{node.value.id}.{node.attr}" if isinstance(node.value, ast.Name) else ""
    return node.id if isinstance(node, ast.Name) else ""


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
