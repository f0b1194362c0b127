"""``{correction}``: what the original got wrong; ``{corrections}``: all of a page in one list."""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from scripts.rendering.directives.parts import para

ANCHOR = "corrections-list"  # where other pages' links to the list lead


class corrections_list(nodes.General, nodes.Element):
    """Stands where the list comes until the whole page is read."""


class Correction(SphinxDirective):
    """What the newsletter said wrongly and what is right, with a source."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {"name": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        node = nodes.admonition(classes=["correction"])
        node += nodes.title("", "Corrected.")
        self.set_source_info(node)
        self.add_name(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


class Corrections(SphinxDirective):
    """Put the list of this page's corrections here."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        return [corrections_list()]


def collect(_app: Sphinx, doctree: nodes.document) -> None:
    """Replace each placeholder by the list (event ``doctree-read``)."""
    found = [
        node for node in doctree.findall(nodes.admonition) if "correction" in node.get("classes")
    ]
    for place in list(doctree.findall(corrections_list)):
        if found:
            place.replace_self(listing(found))
        else:
            place.replace_self(para("no-corrections", "Nothing had to be corrected so far."))


def listing(found: list[nodes.admonition]) -> nodes.bullet_list:
    """The corrections as a list: the item's title, then the text."""
    out = nodes.bullet_list(classes=["corrections-list"], ids=[ANCHOR], bullet="-")
    for correction in found:
        item = nodes.list_item()
        title, id = _item(correction)
        if id:
            reference = nodes.reference("", title, internal=True, refid=id)
            item += nodes.paragraph("", "", reference, classes=["item-title"])
        for child in correction.children[1:]:
            copy = child.deepcopy()
            for node in copy.findall(nodes.Element):
                node["ids"], node["names"] = [], []  # an id stands once in a page
            item += copy
        out += item
    return out


def _item(node: nodes.Node) -> tuple[str, str]:
    """Title and id of the section in which a node stands."""
    while node is not None and not isinstance(node, nodes.section):
        node = node.parent
    if node is None or not node["ids"]:
        return "", ""
    return node.next_node(nodes.title).astext(), node["ids"][0]
