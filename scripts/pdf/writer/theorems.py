"""Boxes with a kind and a number: theorems (sphinx-proof), exercises (sphinx-exercise).

On the site both extensions put kind and number into the finished page, so no title has them.
"""

from __future__ import annotations

from docutils import nodes

from scripts.pdf.writer import markup


def entitled(node: nodes.Element, title: str, number: str) -> str:
    """The markup of a box's title behind its kind and ``number`` (`Theorem 1.`); as it is for other
    boxes."""
    kind, number = str(node.get("realtype", "")).title(), number.rstrip(".")
    if number and kind:
        number = f"{kind} {number.rpartition(' ')[2]}"
    return " ".join(part for part in (markup.escape(number or kind), title.strip()) if part)


def inner(node: nodes.Element) -> nodes.Element | None:
    """The one box that this one is nothing but a frame of (a proof), if so."""
    only = node.children[0] if len(node.children) == 1 else None
    return only if isinstance(only, nodes.Admonition) else None
