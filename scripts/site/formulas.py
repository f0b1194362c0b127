"""Formulas as presentation MathML, made while building: no script, no request, no wait.

`latex2mathml` does the conversion, `mathcore` fits it to what browsers draw. What can't be
converted is reported with its place and shown as TeX code.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape
from typing import Any, cast
from xml.etree import ElementTree

import latex2mathml.converter
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

from scripts.rendering.formulas import mathml as mathcore

LOGGER = logging.getLogger(__name__)


class Unconvertible(ValueError):
    """A formula that can't be written as MathML."""


@lru_cache(4096)
def mathml(tex: str, block: bool = False) -> str:
    """TeX as a ``math`` element that keeps the TeX as its annotation.

    Raises Unconvertible where the converter fails or leaves a command as it is.
    """
    converter = latex2mathml.converter.Converter(display="block" if block else "inline")
    try:
        root = converter.convert_to_element(mathcore.prepared(tex.strip()))
    except Exception as error:  # the converter raises what it likes, IndexError among it
        raise Unconvertible(f"{type(error).__name__} {error}".strip()) from error
    for node in root.iter():
        if len(node) != mathcore.COMPLETE.get(node.tag, len(node)):
            raise Unconvertible(f"{node.tag} with {len(node)} parts")
        node.text = unescape(node.text) if node.text else node.text
        if node.text and "\\" in node.text and node.text != "\\":
            raise Unconvertible(f"unknown command {node.text.strip()}")
    mathcore.tidy(root, block)
    inner = "".join(ElementTree.tostring(child, encoding="unicode") for child in root)
    display = ' display="block"' if block else ""
    note = f'<annotation encoding="application/x-tex">{escape(tex.strip(), quote=False)}'
    return f"<math{display}><semantics>{inner}{note}</annotation></semantics></math>"


def _converted(node: nodes.Element, block: bool) -> str:
    tex = node.astext()
    try:
        if block and not node.get("nowrap"):
            chunks = [p for p in re.split(r"\n\s*\n", tex) if p.strip()]
            # As Sphinx does for MathJax: blank lines part equations, \\ parts lines.
            tex = r" \\ ".join(chunks)
            if r"\\" in tex and r"\begin" not in tex:
                tex = rf"\begin{{align*}} {tex} \end{{align*}}"
        return mathml(tex, block)
    except Unconvertible as error:
        LOGGER.warning(
            "formula without MathML (%s): %s",
            error,
            " ".join(tex.split()),
            location=node,
            type="site",
            subtype="math",
        )
        return f'<code class="tex">{escape(node.astext().strip())}</code>'


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    """Write an inline formula."""
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    self.body.append(_converted(node, block=False) + "</span>")
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula with its number and anchor; it scrolls where it is too wide."""
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    self.body.append('<div class="formula scrolls" tabindex="0" role="group" aria-label="Formula">')
    self.body.append(_converted(node, block=True) + "</div>")
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def without_random_ids(_app: Sphinx, doctree: nodes.document) -> None:
    """Take number and id from LaTeX environments (event ``doctree-read``).

    MyST names each by a random UUID, so that no two builds would be alike; nothing can refer
    to it. Equations with a label keep theirs.
    """
    for node in doctree.findall(nodes.math_block):
        if "amsmath" in node["classes"]:
            node["ids"], node["number"] = [], None


def setup(app: Sphinx) -> None:
    render = cast(Any, app.add_html_math_renderer)
    app.connect("doctree-read", without_random_ids, priority=400)
    render("mathml", (visit_math, None), (visit_block, None))
