"""What only the HTML pages have: marks drawn, cells with a head line, long outputs folded.

A post-transform of the HTML builder rewrites the generic nodes that the other editions use too.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.osutil import relative_uri

from scripts.core.languages.speech import Speech
from scripts.core.untrusted.sanitize import cleaned, is_check
from scripts.core.words import EMOJI
from scripts.rendering.cells import number_of
from scripts.rendering.directives.parts import para, span
from scripts.site import figures, icons
from scripts.site.surroundings import speech_of

ITEM = re.compile(r"(?:[a-z]+-)?i\d{3,}-")  # i002-reformer, fr-i002-reformer
STACKED = {"checks-table", "ledger-table", "timings-table"}  # a row is a block on a narrow screen
CAP = 24  # lines of an output before "Show all"
DATAFRAME_STYLE = re.compile(r"<style scoped>.*?</style>\s*", re.S)


CODE_SWITCH = '<button type="button" class="button code-switch">{}</button>'


def raw(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


def swap(node: nodes.Node, *others: nodes.Node) -> None:
    """Put others in a node's place (`replace_self` would give them its classes)."""
    parent = node.parent
    place = parent.index(node)
    parent[place : place + 1] = list(others)


def _in_output(node: nodes.Node | None) -> bool:
    while node is not None:
        if isinstance(node, nodes.container) and node.get("nb_element") == "cell_code_output":
            return True
        node = node.parent
    return False


def enclose(node: nodes.Node, before: str, after: str) -> None:
    """Put markup before and after a node."""
    parent = node.parent
    place = parent.index(node)
    parent.insert(place + 1, raw(after))
    parent.insert(place, raw(before))


def without_thebe(_app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Take out the two scripts that Jupyter Book's Thebe puts at the end of every page (event
    ``doctree-resolved``): no kernel is started from here."""
    for node in list(doctree.children):
        if isinstance(node, nodes.raw) and "<script" in node.astext():
            doctree.remove(node)


class HtmlParts(SphinxPostTransform):
    """The doctree of one page made ready for the HTML writer."""

    default_priority = 400
    builders = ("html", "dirhtml")

    def run(self, **_kwargs: Any) -> None:
        self.safe()
        self.masthead()
        self.card_figures()
        self.items()
        self.marks()
        self.references()
        self.emoji()
        self.cells()
        self.outputs()
        self.tables()
        self.admonitions()
        self.folds()
        self.code_switch()
        self.contents()

    @property
    def say(self) -> Speech:
        """The edition's words in the language of the page."""
        return speech_of(self.env, self.env.docname)

    def safe(self) -> None:
        """What cells put out is looked at and never run."""
        for node in list(self.document.findall(nodes.raw)):
            if node.get("format") == "html" and _in_output(node):
                swap(node, raw(cleaned(node.astext(), check=is_check(node))))

    def masthead(self) -> None:
        """The last word of the publication's name, in the hand of the one who runs it."""
        if self.env.docname != self.config.root_doc:
            return
        for title in self.document.findall(nodes.title):
            head, comma, last = title.astext().rpartition(", ")
            if comma:
                title.children = []
                title += nodes.Text(head + comma)
                title += nodes.emphasis("", last)
            title.parent["classes"].append("masthead")
            return

    def card_figures(self) -> None:
        """The lead figure of a notebook in small, on its card."""
        for place in list(self.document.findall(nodes.container)):
            page = place.get("newsletter_figure")
            if page is None:
                continue
            found = figures.lead_figure(self.env, page)
            if found is None:
                place.parent.remove(place)
            else:
                sides = figures.size(Path(self.app.srcdir, found["uri"]))
                if sides and sides[1] > sides[0]:
                    place["classes"].append("tall")
                place += found

    def items(self) -> None:
        """Items of an issue are counted in the margin; sections say how much they hold."""
        lengths: dict[str, str] = {}
        for head in self.document.findall(nodes.container):
            lengths = head.get("newsletter_sections", lengths)
        for section in list(self.document.findall(nodes.section)):
            if any(ITEM.match(id) for id in section["ids"]):
                depth = 0
                node = section.parent
                while isinstance(node, nodes.section):
                    depth, node = depth + 1, node.parent
                if depth == 2:
                    section["classes"].append("item")
            said = next((lengths[i] for i in section["ids"] if i in lengths), None)
            if said:
                section.insert(1, para("section-note", said))

    def marks(self) -> None:
        for node in list(self.document.findall(nodes.inline)):
            if node["classes"][:1] == ["mark"]:
                swap(node, raw(icons.mark(node["classes"][1].removeprefix("mark-"))))

    def references(self) -> None:
        """Files of the site relative to the page and with their size; icons; longer names."""
        here = self.app.builder.get_target_uri(self.env.docname)
        for node in list(self.document.findall(nodes.reference)):
            address = node.get("refuri", "")
            if node.get("newsletter_file"):
                node["refuri"] = relative_uri(here, address)
                size = f'<span class="filesize" data-file="{escape(address)}"></span>'
                # Inside a button the size belongs to it, in running text it follows the link.
                if "button" in node["classes"]:
                    node += raw(size)
                else:
                    node.parent.insert(node.parent.index(node) + 1, raw(size))
            for name in node["classes"]:
                if name.startswith("icon-"):
                    node.insert(0, raw(icons.icon(name.removeprefix("icon-"))))
            label = node.get("newsletter_label")
            if label:
                shown = node.astext()
                if label.startswith(shown) and shown:  # the name begins with what is seen
                    rest = escape(label.removeprefix(shown))
                    node += raw(f'<span class="visually-hidden">{rest}</span>')
                else:
                    node += raw(f'<span class="visually-hidden">{escape(label)}</span>')

    def emoji(self) -> None:
        """The sections' emoji are decoration, which nobody wants to hear."""
        for title in self.document.findall(nodes.title):
            for text in list(title.findall(nodes.Text)):
                signs = "".join(EMOJI.findall(text))
                if not signs or not isinstance(text.parent, nodes.TextElement):
                    continue
                # No raw node: the search would index its markup as part of the title.
                swap(text, nodes.Text(EMOJI.sub("", text).rstrip() + " "), span("emoji", signs))

    def cells(self) -> None:
        """A head line on every code cell; the button to copy is the script's."""
        for cell in self.document.findall(nodes.container):
            if cell.get("nb_element") != "cell_code":
                continue
            name = escape(self.say("Cell {n}", n=number_of(cell)))
            head = f'<div class="cell-head"><span>{name}</span></div>'
            for source in cell.findall(nodes.container):
                if source.get("nb_element") == "cell_code_source":
                    source.insert(0, raw(head))

    def outputs(self) -> None:
        """Long text outputs show their first lines and, on demand, all."""
        for output in list(self.document.findall(nodes.container)):
            if output.get("nb_element") != "cell_code_output":
                continue
            for block in list(output.findall(nodes.literal_block)):
                lines = block.astext().rstrip("\n").count("\n") + 1
                if lines > CAP + 4:
                    every = escape(self.say("Show all {n} lines", n=lines))
                    fold = f"<details><summary>{every}</summary></details>"
                    enclose(block, f'<div class="long-output">{fold}', "</div>")

    def tables(self) -> None:
        """Wide tables scroll in a box of their own, which the keyboard reaches."""
        name = escape(self.say("Table"))
        box = f'<div class="table-box scrolls" tabindex="0" role="group" aria-label="{name}">'
        for table in list(self.document.findall(nodes.table)):
            if not STACKED & set(table["classes"]):
                enclose(table, box, "</div>")
        for node in list(self.document.findall(nodes.raw)):
            if node.get("format") == "html" and "<table" in node.astext():
                text = DATAFRAME_STYLE.sub("", node.astext())
                text = re.sub(r'(<table[^>]*?) border="\d+"', r"\1", text)
                # pandas aligns by an attribute that HTML no longer has
                text = re.sub(r' style="text-align: (?:right|left);"', "", text)
                if "table-box" not in text:
                    swap(node, raw(f"{box}{text}</div>"))

    def admonitions(self) -> None:
        """Collapsed answers open without a script."""
        for node in list(self.document.findall(nodes.Admonition)):
            if "dropdown" not in node.get("classes", ()):
                continue
            title = node.next_node(nodes.title)
            own = title is not None and title.parent is node
            name = (
                list(title.children)
                if title is not None and own
                else [nodes.Text(self.say("More"))]
            )
            inner = nodes.container(classes=["answer"])
            inner.extend(c for c in node.children if not isinstance(c, nodes.title))
            before = f'<details class="dropdown"><summary>{icons.icon("chevron")}'
            swap(node, raw(before), *name, raw("</summary>"), inner, raw("</details>"))

    def folds(self) -> None:
        """What is folded away opens without a script."""
        for node in list(self.document.findall(nodes.container)):
            summary, opened = node.get("newsletter_fold", ("", False))
            if summary:
                state = " open" if opened else ""
                enclose(node, f"<details{state}><summary>{escape(summary)}</summary>", "</details>")

    def code_switch(self) -> None:
        """The place of the button that opens and shuts all folded code, where there is any."""
        found = self.document.findall(nodes.container)
        if any(node.get("hide_mode") in ("input", "all", "input+output") for node in found):
            for place in self.document.findall(nodes.container):
                if "notebook-account" in place["classes"]:
                    place += raw(CODE_SWITCH.format(escape(self.say("Show all code"))))
                    return

    def contents(self) -> None:
        """Mark the place where narrow screens get the page's contents."""
        for head in self.document.findall(nodes.container):
            if {"issue-header", "notebook-header"} & set(head["classes"]):
                head += raw("<!--contents-->")
                return
