"""Code cells: their numbers, and the language that they are in."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


def is_cell(node: nodes.Node) -> bool:
    """Whether a node is a code cell with its outputs."""
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def number_of(cell: nodes.Element) -> int:
    """The number by which pages and the ledger name a code cell: that of its execution, else its
    place among the page's code cells."""
    if cell.get("exec_count"):
        return int(cell["exec_count"])
    containers = cell.document.findall(nodes.container) if cell.document else [cell]
    return 1 + [c for c in containers if c.get("nb_element") == "cell_code"].index(cell)


def as_ipython(_app: Sphinx, doctree: nodes.document) -> None:
    """Read cells in Python as IPython does (event ``doctree-read``), to which `!ls` and `%timeit`
    are no errors. Those that were executed say so themselves, the others only that it is Python."""
    for source in doctree.findall(nodes.container):
        if source.get("nb_element") == "cell_code_source":
            for block in source.findall(nodes.literal_block):
                if block.get("language") in ("python", "python3", "ipython"):
                    block["language"] = "ipython3"


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this."""
    app.connect("doctree-read", as_ipython)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
