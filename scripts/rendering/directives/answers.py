"""An exercise's answer and the code that finds it are one fold: ``Answer, 2 s to run``."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from scripts.core.words import duration
from scripts.rendering.directives.parts import span

CODE = "hide-cell"  # the tag of the cell that follows an answer


def gather(_app: Any, doctree: nodes.document) -> None:
    """Move the code that follows a folded answer into its fold (event ``doctree-read``)."""
    for fold in list(doctree.findall(nodes.admonition)):
        cell = fold.next_node(descend=False, siblings=True)
        title = fold.next_node(nodes.title)
        if "dropdown" not in fold["classes"] or title is None or not _is_code(cell):
            continue
        assert isinstance(cell, nodes.container)
        cell.parent.remove(cell)
        cell["hide_mode"] = None  # the fold hides it
        fold += cell
        seconds = cell["cell_metadata"].get("seconds")
        if isinstance(seconds, int | float):
            title += span("run-time", f", {duration(seconds)} to run")


def _is_code(node: nodes.Node | None) -> bool:
    """Whether a node is a cell that is folded away whole."""
    if not isinstance(node, nodes.container) or node.get("nb_element") != "cell_code":
        return False
    return CODE in (node["cell_metadata"].get("tags") or ())
