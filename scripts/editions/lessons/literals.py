"""Values that the build hands to a page, written into its code."""

from __future__ import annotations

import ast
from typing import Any


def with_literal(source: str, name: str, value: Any) -> str:
    """``source`` with the value assigned to ``name`` at its top level written out."""
    for node in ast.parse(source).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            lines = source.split("\n")
            assert node.end_lineno is not None
            comment = lines[node.end_lineno - 1].encode()[node.end_col_offset :].decode().strip()
            literal = f"{name} = {_literal(value)}"
            new = [*([comment] if comment else []), *literal.split("\n")]
            return "\n".join([*lines[: node.lineno - 1], *new, *lines[node.end_lineno :]])
    return source


def _literal(value: Any, indent: int = 0) -> str:
    """Plain data as Python source: what fits stands on one line, the rest an entry to a line."""
    if not isinstance(value, dict | list) or len(repr(value)) + indent < 96:
        return repr(value)
    inner = indent + 4
    if isinstance(value, dict):
        entries = [f"{key!r}: {_literal(item, inner)}" for key, item in value.items()]
    else:
        entries = [_literal(item, inner) for item in value]
    lines = "".join(f"{' ' * inner}{entry},\n" for entry in entries)
    left, right = "{}" if isinstance(value, dict) else "[]"
    return f"{left}\n{lines}{' ' * indent}{right}"
