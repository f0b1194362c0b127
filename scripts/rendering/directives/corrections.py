"""``{correction}``: what the original got wrong or left out; ``{corrections}``: those of a page by
kind; ``{read}``: how much of a source was read."""

from __future__ import annotations

from itertools import chain
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

from scripts.core.languages.speech import Speech, speech
from scripts.core.page_data.directives import CORRECTED, CORRECTIONS
from scripts.rendering.directives.base import page_speech
from scripts.rendering.directives.parts import para, span, table

ANCHOR = "corrections-list"  # where other pages' links to the table lead
KIND = "correction"  # the attribute that holds a correction's kind
SHOWN = "correction_shown"  # and the one that holds it in the page's words


class corrections_list(nodes.General, nodes.Element):
    """Stands where the table comes until the whole page is read."""


class Correction(SphinxDirective):
    """What the original said, and what is right, with a source: a box for an error that matters,
    a grey line for any other kind, which is the argument."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Any]] = {"name": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        kind = self.arguments[0].strip() if self.arguments else CORRECTED
        if kind not in CORRECTIONS:
            raise self.error(f"'{kind}' is no kind of correction: {', '.join(CORRECTIONS)}")
        node = nodes.admonition(classes=["correction" if kind == CORRECTED else "remark"])
        node[KIND] = kind
        say = page_speech(self)
        node[SHOWN] = say(kind.capitalize())
        node += nodes.title("", f"{node[SHOWN]}.")
        self.set_source_info(node)
        self.add_name(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


class Corrections(SphinxDirective):
    """Put the table of this page's corrections here."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        return [corrections_list(say=page_speech(self).lang)]


class Read(SphinxRole):
    """How much of an item's main source was read for it."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        say = page_speech(self)
        return [span("read", say("read: {how}", how=say(self.text)))], []


def collect(_app: Sphinx, doctree: nodes.document) -> None:
    """Replace each placeholder by the table (event ``doctree-read``)."""
    found = [node for node in doctree.findall(nodes.admonition) if KIND in node]
    for place in list(doctree.findall(corrections_list)):
        say = speech(place["say"])
        if found:
            place.replace_self(by_kind(found, say))
        else:
            nothing = say("Nothing had to be corrected so far.")
            place.replace_self(para("no-corrections", nothing))


def by_kind(found: list[nodes.admonition], say: Speech) -> nodes.table:
    """A row for each kind: how many there are, and their items, each a link to where it stands."""
    rows = []
    for kind in CORRECTIONS:
        own = [node for node in found if node[KIND] == kind]
        if not own:
            continue
        links = list(chain.from_iterable((say(", "), _item(node, say)) for node in own))[1:]
        row = nodes.row()
        for cell in (para("", own[0][SHOWN]), para("", say.number(len(own))), para("", *links)):
            row += nodes.entry("", cell)
        rows.append(row)
    heads = ((say("Kind"), 18), (say("Number"), 10), (say("Items"), 72))
    out = table("corrections-table", heads, rows)
    out["ids"] = [ANCHOR]
    return out


def _item(node: nodes.Node, say: Speech) -> nodes.Node | str:
    """A link to the section in which a node stands; of its title, what comes before a colon."""
    while node is not None and not isinstance(node, nodes.section):
        node = node.parent
    if node is None or not node["ids"]:
        return say("outside of every item")
    title = node.next_node(nodes.title).astext().partition(":")[0]
    return nodes.reference("", title, internal=True, refid=node["ids"][0])
