"""HTML tags that stand in a line one by one, as MyST hands them on, and what is between a pair."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from bs4 import BeautifulSoup, Tag
from docutils import nodes

_TAG = re.compile(r"\s*<(/?)([A-Za-z][\w-]*)\b[^<>]*>\s*")


def joined(
    children: Iterable[nodes.Node],
    write: Callable[[nodes.Node], str],
    around: Callable[[Tag, str, nodes.Node], str],
) -> str:
    """Children one after the other; what stands between a tag and its end goes through
    ``around``. Tags without their pair are left to ``write``."""
    out: list[str] = []
    opened: list[tuple[str, int, nodes.Node]] = []
    for child in children:
        tag = _TAG.fullmatch(child.astext()) if _is_html(child) else None
        name = tag[2].lower() if tag else ""
        if tag is None or child.astext().rstrip().endswith("/>"):
            out.append(write(child))
        elif not tag[1]:
            opened.append((name, len(out), child))
            out.append(write(child))
        elif name in [before for before, _, _ in opened]:
            while True:
                before, start, node = opened.pop()
                if before == name:
                    break
            body = "".join(out[start + 1 :])
            made = BeautifulSoup(node.astext(), "html.parser").find(True)
            out[start:] = [around(made, body, node) if isinstance(made, Tag) else body]
    return "".join(out)


def _is_html(node: nodes.Node) -> bool:
    return isinstance(node, nodes.raw) and "html" in node.get("format", "").split()
