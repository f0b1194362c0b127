"""The cell that makes a copy stand alone: our modules as text, cut to what the copy reaches.

Of a newsletter's modules a copy carries the functions, constants and imports that its cells reach,
by name, without comments and docstrings: nobody learns from the rest, and it is long.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping

HEAD = '''\
#@title Set-up: run it once and go on
# The publication's own small modules as text, so that this copy needs no other file.
import linecache
import sys
import types


def _module(name, source):
    """Make `source` importable as the module `name`."""
    file = f"{name}.py"
    module = types.ModuleType(name)
    module.__file__ = file
    sys.modules[name] = module
    exec(compile(source, file, "exec", dont_inherit=True), module.__dict__)
    # so that a traceback shows the lines
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
'''
LATE = """\
#@title Set-up for the full size: its data and its seeds
# Only `full_size = True` needs these modules.
"""
FOLDED = {"cellView": "form", "jupyter": {"source_hidden": True}}  # in Colab, in Jupyter


def module_cell(modules: Mapping[str, str], head: str = HEAD) -> str:
    """Source of the cell that makes the modules importable."""
    parts = [f"_module(\"{name}\", r'''{text.rstrip()}\n''')" for name, text in modules.items()]
    return "\n\n".join([head, *parts]).replace("\n\n\n\n", "\n\n\n")


def cut(modules: Mapping[str, str], cells: Iterable[str]) -> dict[str, str]:
    """Modules (each after those that it imports) without what neither ``cells`` nor one another
    reach."""
    sources = list(cells)
    result: dict[str, str] = {}
    for name, text in reversed(list(modules.items())):
        names = wanted(name, [*sources, *result.values()])
        short = text if names is None else reached(text, names)
        result[name] = text if "'''" in short else short  # which would end the text in the cell
    return dict(reversed(list(result.items())))


def wanted(module: str, sources: Iterable[str]) -> set[str] | None:
    """The names of a module that sources use; None if that can't be seen (a star, an alias, the
    module handed on)."""
    names: set[str] = set()
    for source in sources:
        try:
            nodes = list(ast.walk(ast.parse(source)))
        except (SyntaxError, ValueError):
            return None  # magics, say
        attributes = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and node.module == module:
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.Import):
                if any(alias.name == module and alias.asname for alias in node.names):
                    return None
            elif isinstance(node, ast.Attribute) and _is(node.value, module):
                names.add(node.attr)
            elif _is(node, module) and id(node) not in attributes:
                return None
    return None if "*" in names else names


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def reached(text: str, names: Collection[str]) -> str:
    """The statements of a module that define ``names``, or what these use, or act by themselves."""
    body = ast.parse(text).body
    known = set(names)
    kept = {id(node) for node in body if not _defined(node) and not _is_text(node)}
    known |= {name for node in body if id(node) in kept for name in _used(node)}
    while new := [node for node in body if id(node) not in kept and known & _defined(node)]:
        kept |= {id(node) for node in new}
        known |= {name for node in new for name in _used(node)}
    short = _Short()
    found = [short.visit(node) for node in body if id(node) in kept]
    return "\n".join(ast.unparse(ast.fix_missing_locations(node)) for node in found) + "\n"


def _defined(node: ast.stmt) -> set[str]:
    """The names that a statement of a module defines; empty for one that acts."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            return set()
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    if isinstance(node, ast.If) and _is(node.test, "TYPE_CHECKING"):
        return {"TYPE_CHECKING"}  # for readers of types, whom a copy doesn't have
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [n for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)]
        return {n.id for n in names if isinstance(n.ctx, ast.Store)}  # else a part of something
    return set()


def _used(node: ast.AST) -> set[str]:
    found = _Names()
    found.visit(node)
    return found.names


class _Names(ast.NodeVisitor):
    """The names that code uses, but for those in annotations, which are text."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        self.names.add(node.id)

    def visit_arg(self, node: ast.arg) -> None:
        pass

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        for part in (node.target, node.value):
            if part is not None:
                self.visit(part)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for part in (*node.decorator_list, node.args, *node.body):
            self.visit(part)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


class _Short(ast.NodeTransformer):
    """Code without docstrings, and functions without annotations."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.returns = None
        node.body = [part for part in node.body if not _is_text(part)] or [ast.Pass()]
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.generic_visit(node)
        node.body = [part for part in node.body if not _is_text(part)] or [ast.Pass()]
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        return node  # the fields of a dataclass
