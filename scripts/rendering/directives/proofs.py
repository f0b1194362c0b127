"""Proofs and theorems of `sphinx_proof`, where that goes wrong in dense mathematics.

It writes "Proof." before the first line of a proof, whatever that is: a formula or list that stands
there is none any more. And it gives the same id to all proofs, theorems and exercises of a page.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

# Lines that begin a block of their own.
_BLOCK = re.compile(r"\s*(?:\$\$|\\begin\{|[`:~]{3,}|[-*+] |\d+[.)] |\||>|<!--|%|\()")
_ALIKE = {"proof-content", "exercise-content", "solution-content"}


class Proof(SphinxDirective):
    """`{prf:proof}`: its word stands before its text, or alone before a block."""

    has_content = True
    final_argument_whitespace = True
    option_spec: ClassVar[OptionSpec] = {
        "class": directives.class_option,
        "nonumber": directives.flag,  # no proof has one
    }

    def run(self) -> list[nodes.Node]:
        from sphinx_proof.nodes import proof_node

        kind = self.name.split(":")[1]
        said = f"{kind.title()}. "
        ident = f"{kind}-{self.env.new_serialno(kind)}"
        box = nodes.admonition(classes=["proof", kind, *self.options.get("class", [])], ids=[ident])
        if not self.content or _BLOCK.match(self.content[0]) or not self.content[0].strip():
            box += nodes.paragraph("", said.strip())
        else:
            self.content[0] = said + self.content[0]
        self.state.nested_parse(self.content, self.content_offset, box)
        return [proof_node("", box)]


def tell_apart(_app: Sphinx, doctree: nodes.document) -> None:
    """Give what is in theorems and exercises an id of its own (event ``doctree-read``)."""
    for node in doctree.findall(nodes.section):
        owner = node.parent.get("ids") if isinstance(node.parent, nodes.Element) else None
        if owner and _ALIKE & set(node["ids"]):
            node["ids"] = [f"{owner[0]}-content"]


def _open(self: Any, node: nodes.Element) -> None:
    """A theorem without a number; its title has its id."""
    shown = nodes.Element(classes=node["classes"])
    self.body.append(self.starttag(shown, "div", CLASS="admonition"))


def repair(app: Sphinx, _config: Config) -> None:
    """Take the place of the extension's own, where a book has it (event ``config-inited``)."""
    if "sphinx_proof" in app.extensions:
        from sphinx_proof.nodes import depart_unenumerable_node, unenumerable_node

        app.add_directive_to_domain("prf", "proof", Proof, override=True)
        app.add_node(unenumerable_node, override=True, html=(_open, depart_unenumerable_node))


def setup(app: Sphinx) -> None:
    app.connect("config-inited", repair)
    app.connect("doctree-read", tell_apart)
