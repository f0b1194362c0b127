"""Formulas on pages as presentation MathML, made while building: no script, no request, no wait.

What can't be converted is reported with its place and shown as TeX code.
"""

from __future__ import annotations

from html import escape
from typing import Any, cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

from scripts.rendering.formulas.macros import book_macros
from scripts.rendering.formulas.mathml import mathml
from scripts.rendering.formulas.of_pages import spell_out_macros
from scripts.rendering.formulas.unconvertible import Unconvertible

SHOWN = 200  # characters of a formula that a message shows
LOGGER = logging.getLogger(__name__)


def _converted(self: HTML5Translator, node: nodes.Element, block: bool) -> str:
    tex = node.astext()
    macros = book_macros(self.config["mathjax3_config"])
    try:
        return mathml(tex, block, macros)
    except Unconvertible as error:
        LOGGER.warning(
            "formula without MathML (%s): %s",
            error,
            " ".join(tex.split())[:SHOWN],
            location=node,
            type="site",
            subtype="math",
        )
        return f'<code class="tex">{escape(tex.strip())}</code>'


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    """Write an inline formula."""
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    self.body.append(_converted(self, node, block=False) + "</span>")
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula with its number and anchor; it scrolls where it is too wide."""
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    self.body.append('<div class="formula scrolls" tabindex="0" role="group" aria-label="Formula">')
    self.body.append(_converted(self, node, block=True) + "</div>")
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def without_numbers(_app: Sphinx, doctree: nodes.document) -> None:
    """Take number and id from LaTeX environments (event ``doctree-read``).

    Nothing can refer to them. Equations with a label keep theirs.
    """
    for node in doctree.findall(nodes.math_block):
        if "amsmath" in node["classes"] and r"\label" not in node.astext():
            node["ids"], node["number"] = [], None


def with_macros(_app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Spell out what a page's own macros mean (event ``doctree-resolved``)."""
    spell_out_macros(doctree)


def setup(app: Sphinx) -> None:
    render = cast(Any, app.add_html_math_renderer)
    app.connect("doctree-read", without_numbers, priority=400)
    app.connect("doctree-resolved", with_macros)
    render("mathml", (visit_math, None), (visit_block, None))
