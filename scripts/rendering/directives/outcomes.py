"""``{outcomes}``: a table of what became of an issue's items.

Its body is a Markdown table with a row for each item: a link to it, a word of
`page_data.directives.OUTCOMES`, and how it is known. What an item's notebook found, and in what
time, is added from the card that the build has put into the item.
"""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from scripts.core.languages.speech import Speech, speech
from scripts.core.page_data.headers import Companion
from scripts.rendering.directives.base import page_speech
from scripts.rendering.directives.parts import box, page_link, para, short_account

CARD = "newsletter_card"  # the attribute of a card's node that holds its data
LANG = "newsletter_lang"  # the attribute of a table that holds its page's language
WIDTHS = (25, 17, 38, 20)  # of the columns, in percent


class Outcomes(SphinxDirective):
    """The table as it is written; `collect` adds its last column."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        node = box("outcomes")
        self.state.nested_parse(self.content, self.content_offset, node)
        for table in node.findall(nodes.table):
            table["classes"].append("outcomes-table")
            table[LANG] = page_speech(self).lang
        return [node]


def collect(_app: Sphinx, doctree: nodes.document) -> None:
    """Give each table of outcomes its last column (event ``doctree-read``)."""
    cards: dict[str, Companion] = {}
    for node in doctree.findall(nodes.container):
        if CARD in node:
            cards |= dict.fromkeys(node.parent["ids"], node[CARD])
    for table in doctree.findall(nodes.table) if cards else ():
        if "outcomes-table" in table["classes"]:
            _add_column(table, cards)


def _add_column(table: nodes.table, cards: dict[str, Companion]) -> None:
    """The verdicts and the time of each item's notebook, with a link to it."""
    say = speech(table[LANG])
    group = next(iter(table.findall(nodes.tgroup)))
    columns = list(group.findall(nodes.colspec))
    group.insert(group.index(columns[-1]) + 1, nodes.colspec())
    group["cols"] = len(WIDTHS)
    for column, width in zip(group.findall(nodes.colspec), WIDTHS, strict=True):
        column["colwidth"] = width
    for row in group.findall(nodes.row):
        if isinstance(row.parent, nodes.thead):
            row += nodes.entry("", para("", say("Run here")))
            continue
        for text in list(row[1].findall(nodes.Text)) if len(row) > 1 else ():
            text.parent.replace(text, nodes.Text(say(str(text))))
        card = next((cards[name] for name in _targets(row) if name in cards), None)
        row += nodes.entry("", *(_account(card, say) if card else [para("none", "–")]))


def _targets(row: nodes.row) -> Iterator[str]:
    """The anchors that a row links to."""
    for node in row.findall(nodes.Element):
        for key in ("reftarget", "refid"):
            if node.get(key):
                yield str(node[key]).lstrip("#")


def _account(card: Companion, say: Speech) -> list[nodes.Node]:
    """Verdicts and time of a notebook."""
    account: list[nodes.Node] = [para("account-short", *short_account(card.verdicts, say=say))]
    if card.seconds is not None:
        link = page_link(say.duration(card.seconds), card.page, name="run-time")
        link["newsletter_label"] = f"{link.astext()}: {card.title}"
        account.append(para("time", link))
    return account
