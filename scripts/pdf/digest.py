"""A companion notebook in one or two pages, for the PDF of its issue.

What stays is known by what the build itself put into the page: the head, the figure that leads, the
table of checks with its sum. The opening is all that stands before the first section. Sections that
stay besides are named by their titles, and do if they are short.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from docutils import nodes

from scripts.pdf.document import Brief
from scripts.rendering.cells import is_cell

LONGEST = 120  # words of a section that stays besides
DIGEST = "digest"  # the class of what looks otherwise in a digest
# Of what stands before the first section: said by the table's sum; for those who work through it.
LEFT_OUT = {"account-line", "needs"}


def digest_of(tree: nodes.document, docname: str, brief: Brief) -> nodes.document:
    """A page's doctree, resolved, as its digest; the tree itself is spent."""
    top = next((n for n in tree.children if isinstance(n, nodes.section)), None)
    if top is None:
        return tree
    sections = [child for child in top.children if isinstance(child, nodes.section)]
    opening = [child for child in top.children if child not in sections]
    lead = next(top.findall(nodes.figure), None)
    kept: list[nodes.Node] = []
    for child in opening:
        if is_cell(child):
            kept += [lead] if lead is not None and _holds(child, lead) else []
        elif not _classes(child) & LEFT_OUT:
            kept.append(child)
    kept += [lead] if lead is not None and lead not in kept else []
    for section in sections:
        kept += _claims(section) if "checks" in _classes(section) else []
    for section in sections:
        kept += _words(section) if _plain(section) in map(_as_plain, brief.sections) else []
    kept += [note for note in top.findall(nodes.footnote) if note not in kept]  # their references
    top.children = []
    top += kept
    _found(top, brief.findings.get(docname, ""), brief.full_sizes.get(docname, ""))
    return tree


def _found(top: nodes.section, finding: str, full_size: str) -> None:
    """What was found in the place of what is done, and at full size below it; the facts on one
    line."""
    for node in list(top.findall(nodes.Element)):
        classes = _classes(node)
        if "standfirst" in classes:
            if finding:
                node.children = []
                node += nodes.Text(finding)
            if full_size:
                strong = nodes.strong("", "At full size: ")
                below = nodes.paragraph("", "", strong, nodes.Text(full_size))
                node.parent.insert(node.parent.index(node) + 1, below)
        elif "facts" in classes:
            node["classes"].append(DIGEST)


def _claims(section: nodes.Element) -> Iterator[nodes.Node]:
    """The table of claims and its sum, without the heading and those checks of ours that hold."""
    for child in section.children:
        if isinstance(child, nodes.table):
            for row in child.findall(nodes.row):
                _shortened(row)
        if isinstance(child, nodes.table) or "total" in _classes(child):
            yield child


def _shortened(row: nodes.row) -> None:
    """A row with its claim, and why it fails; by what it is judged stands in the whole."""
    failed = any("verdict-fails" in _classes(node) for node in row.findall(nodes.inline))
    for entry in row.children:
        if isinstance(entry, nodes.Element) and any(map(_is_claim, entry)):
            entry.children = [
                part
                for part in entry.children
                if _is_claim(part) or (failed and "aside" not in _classes(part))
            ]


def _is_claim(node: nodes.Node) -> bool:
    return "claim" in _classes(node)


def _words(section: nodes.Element) -> Collection[nodes.Node]:
    """A short section without its cells, its title before its first words; nothing of a longer
    one."""
    title, *others = section.children
    said = [child for child in others if not is_cell(child)]
    if sum(len(child.astext().split()) for child in said) > LONGEST:
        return []
    if not said or not isinstance(said[0], nodes.paragraph):
        said.insert(0, nodes.paragraph())
    name = nodes.strong("", f"{title.astext()}.", ids=section["ids"])
    said[0].insert(0, [name, nodes.Text(" ")])
    return said


def _holds(node: nodes.Node, part: nodes.Node) -> bool:
    return any(found is part for found in node.findall(nodes.figure))


def _plain(section: nodes.Element) -> str:
    title = next((child for child in section if isinstance(child, nodes.title)), None)
    return _as_plain(title.astext()) if title is not None else ""


def _as_plain(title: str) -> str:
    return " ".join(re.findall(r"\w+", title.lower()))


def _classes(node: nodes.Node) -> set[str]:
    return set(node.get("classes", ())) if isinstance(node, nodes.Element) else set()
