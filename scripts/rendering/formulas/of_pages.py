"""What the formulas of a page share: labels, references to these, and macros.

LaTeX and MathJax know them through a whole page; a converter sees one formula at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains.math import MathDomain
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from scripts.rendering.formulas.macros import expand, taken_out
from scripts.rendering.formulas.tex import measure
from scripts.rendering.formulas.unconvertible import Unconvertible

LOGGER = logging.getLogger(__name__)
_LABEL = re.compile(r"\\label\s*\{([^{}]+)\}")
_REFERENCE = re.compile(r"\\eqref\s*\{([^{}]+)\}|\(\\ref\s*\{([^{}]+)\}\)")
_ALONE = re.compile(r"\s*(?:\(\s*)?\\(?:eq)?ref\s*\{([^{}]+)\}(?:\s*\))?\s*")
_RANDOM = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# The backslash of a space at the end of a formula, which Sphinx writes before MathJax's bracket.
_SPACE_AT_END = re.compile(r"(?<!\\)(?:\\\\)*(\\)\s*$")
_CODE = (nodes.literal, nodes.literal_block, nodes.raw, nodes.math, nodes.math_block)


def connect_equations(app: Sphinx, doctree: nodes.document) -> None:
    """Have ``\\label`` name equations and ``\\eqref`` lead to them (event ``doctree-read``)."""
    domain = cast(MathDomain, app.env.get_domain("math"))
    for node in doctree.findall(nodes.math_block):
        if ends := _SPACE_AT_END.search(tex := node.astext()):
            node.children = [nodes.Text(tex[: ends.start(1)])]
    for count, node in enumerate(doctree.findall(nodes.math_block), 1):
        _name(domain, node, app.env.docname, count)
    for formula in list(doctree.findall(nodes.math)):
        if alone := _ALONE.fullmatch(formula.astext()):
            formula.replace_self(_reference(alone[1].strip(), app.env.docname, formula))
        elif "$$" in formula.astext() or _between_dollars(formula):
            LOGGER.warning(
                "'$$' within a line is no displayed formula: its second dollar signs are shown "
                "(write them on lines of their own, or set myst_dmath_double_inline: true)",
                location=formula, type="myst", subtype="math",
            )  # fmt: skip
    for text in list(doctree.findall(nodes.Text)):
        if _REFERENCE.search(text) and not isinstance(text.parent, _CODE):
            text.parent.replace(text, list(_split(text, app.env.docname)))


def _name(domain: MathDomain, node: nodes.math_block, docname: str, count: int) -> None:
    """Note the labels of an equation under its number; LaTeX environments without one, which MyST
    names anew in each build, by their place."""
    labels = [label.strip() for label in _LABEL.findall(node.astext())]
    old = str(node.get("label") or "")
    if _RANDOM.fullmatch(old):
        place = domain.equations.pop(old)
        node["ids"].remove(nodes.make_id(f"equation-{old}"))
        labels = labels or [f"{docname}-{count}"]
    elif old and old in domain.equations:
        place = domain.equations[old]
    elif labels and "amsmath" not in node["classes"]:  # MyST numbers those that are numbered
        domain.note_equation(docname, labels[0], location=node)
        place = domain.equations[labels[0]]
    else:
        return
    for label in labels:
        if domain.equations.setdefault(label, place) != place:
            LOGGER.warning("the label %s of an equation stands twice", label, location=node)
            continue
        node["ids"].append(nodes.make_id(f"equation-{label}"))
    if labels and not (old and old in domain.equations):
        node["label"], node["number"], node["docname"] = labels[0], place[1], docname


def number_alike(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Give all labels of an equation its number (event ``env-get-updated``, after Sphinx numbered
    by the first)."""
    first: dict[tuple[str, int], str] = {}
    domain = cast(MathDomain, env.get_domain("math"))
    for label, place in domain.equations.items():
        ident = nodes.make_id(f"equation-{label}")
        numbers = env.toc_fignumbers.get(place[0], {}).get("displaymath", {})
        if ident in numbers:
            first.setdefault(place, ident)
    for label, place in domain.equations.items():
        if place in first:
            numbers = env.toc_fignumbers[place[0]]["displaymath"]
            numbers.setdefault(nodes.make_id(f"equation-{label}"), numbers[first[place]])
    return []


def _reference(label: str, docname: str, at: nodes.Node) -> addnodes.pending_xref:
    made = addnodes.pending_xref(
        "", nodes.literal(label, label, classes=["xref", "eq"]), refdomain="math", reftype="eq",
        reftarget=label, refdoc=docname, refexplicit=False, refwarn=True,
    )  # fmt: skip
    made.source, made.line = at.source, at.line or (at.parent.line if at.parent else None)
    return made


def _split(text: nodes.Text, docname: str) -> Iterator[nodes.Node]:
    place = 0
    for match in _REFERENCE.finditer(text):
        if before := text[place : match.start()]:
            yield nodes.Text(before)
        yield _reference((match[1] or match[2]).strip(), docname, text.parent)
        place = match.end()
    if text[place:]:
        yield nodes.Text(text[place:])


def _between_dollars(formula: nodes.math) -> bool:
    around = formula.parent.children
    place = around.index(formula)
    before, after = around[max(place - 1, 0) : place], around[place + 1 : place + 2]
    if not before or not after or not isinstance(before[0], nodes.Text):
        return False
    closed = isinstance(after[0], nodes.math) or after[0].astext().startswith("$")
    return before[0].endswith("$") and closed


def spell_out_macros(doctree: nodes.document) -> None:
    """Change the formulas of a page that is about to be written: macros that one defines are
    replaced in those after it, and one that only defines macros goes."""
    known: dict[str, Any] = {}
    for node in list(doctree.findall(lambda n: isinstance(n, nodes.math | nodes.math_block))):
        source = node.astext()
        rest, own = taken_out(source)
        known |= own
        if not own and not any(f"\\{name}" in source for name in known):
            continue
        if own and not rest.strip():
            node.parent.remove(node)
            continue
        try:
            spelled = expand(rest, known, measure)
        except Unconvertible:
            continue  # which the converter names
        node.children = [nodes.Text(spelled)]


def setup(app: Sphinx) -> None:
    app.connect("doctree-read", connect_equations, priority=390)
    app.connect("env-get-updated", number_alike, priority=900)
