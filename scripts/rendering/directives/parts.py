"""Small builders of generic doctree nodes: what the directives are made of.

Everything is a container, paragraph, bullet list, inline, reference, table or section with
classes, so that the HTML pages, the Typst PDF and the EPUB render the same doctree. Whatever is
for the screen only stands in a container of class ``html-only``, which other writers skip.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from docutils import nodes

from scripts.core.languages.speech import ENGLISH, Speech, speech
from scripts.core.verdicts import SIGNS, VERDICTS, slug

Part: TypeAlias = str | nodes.Node
PLAIN = speech(ENGLISH)


def add(node: nodes.Element, parts: Iterable[Part]) -> nodes.Element:
    """Append texts and nodes to ``node``; return it."""
    for part in parts:
        node += nodes.Text(part) if isinstance(part, str) else part
    return node


def box(name: str, *parts: nodes.Node) -> nodes.container:
    """A container of the class (or classes, separated by spaces) ``name``."""
    node = nodes.container(classes=name.split())
    node.extend(parts)
    return node


def para(name: str, *parts: Part) -> nodes.paragraph:
    """A paragraph of the class ``name``."""
    node = nodes.paragraph(classes=name.split())
    add(node, parts)
    return node


def span(name: str, *parts: Part) -> nodes.inline:
    """Inline text of the class ``name``."""
    node = nodes.inline(classes=name.split())
    add(node, parts)
    return node


def strong(text: str) -> nodes.strong:
    return nodes.strong("", text)


def rows(name: str, items: Iterable[nodes.Node]) -> nodes.bullet_list:
    """A list of the class ``name`` with one item per node."""
    node = nodes.bullet_list(classes=name.split(), bullet="-")
    for item in items:
        node += nodes.list_item("", item)
    return node


def table(name: str, heads: Iterable[tuple[str, int]], body: Iterable[nodes.row]) -> nodes.table:
    """A table of the classes ``name``; ``heads``: the columns' names and relative widths."""
    heads = list(heads)
    node = nodes.table(classes=name.split())
    group = nodes.tgroup(cols=len(heads))
    node += group
    for _, width in heads:
        group += nodes.colspec(colwidth=width)
    head = nodes.row("", *(nodes.entry("", nodes.paragraph("", text)) for text, _ in heads))
    group += nodes.thead("", head)
    group += nodes.tbody("", *body)
    return node


def fold(summary: str, *parts: nodes.Node, opened: bool = False) -> nodes.container:
    """What the site folds away behind ``summary``, and paper shows."""
    return nodes.container("", *parts, classes=["fold"], newsletter_fold=(summary, opened))


def section(name: str, id: str, title: str, *parts: nodes.Node) -> nodes.section:
    """A section with a heading; ``id`` is unique in its page."""
    node = nodes.section(ids=[id], names=[], classes=name.split())
    node += nodes.title("", title)
    node.extend(parts)
    return node


def page_link(text: str, page: str, anchor: str = "", name: str = "") -> nodes.reference:
    """A link to a page of the book (``/issues/002``), resolved by `links.ResolveLinks`."""
    node = nodes.reference("", "", internal=True, refuri="", classes=name.split())
    node["newsletter_page"] = page.lstrip("/")
    node["newsletter_anchor"] = anchor
    node += span("", text) if name else nodes.Text(text)
    return node


def in_language(node: nodes.Element, lang: str) -> nodes.Element:
    """The node, whose words are of this language whatever the page's is; docutils makes its
    ``lang`` of the class."""
    node["classes"].append(f"language-{lang}")
    return node


def link(text: str, address: str, name: str = "") -> nodes.reference:
    """A link to an address, or to a file under the site's root such as ``downloads/002.pdf``."""
    node = nodes.reference("", "", internal=False, refuri=address, classes=name.split())
    node["newsletter_file"] = "://" not in address
    node += span("", text) if name else nodes.Text(text)
    return node


def mark(verdict: str) -> nodes.inline:
    """The sign of a verdict: shape first, colour third (the word stands beside it)."""
    kind = slug(verdict)
    return span(f"mark mark-{kind}", SIGNS.get(verdict, SIGNS["not run"]))


def verdict(word: str) -> nodes.inline:
    """Mark and word."""
    kind = slug(word)
    return span(f"verdict verdict-{kind}", mark(word), " ", span("word", word))


def tally(counts: Mapping[str, int], of: str = "", say: Speech = PLAIN) -> nodes.bullet_list:
    """One line a verdict, word and number; lines of zero are left out. ``of``: the issue or
    notebook whose claims are counted, to which pages of the ledger then lead (`site.counts`)."""
    lines = []
    for word in VERDICTS:
        if counts.get(word):
            kind = slug(word)
            number = span("count", str(counts[word]))
            line = para(f"verdict-{kind}", mark(word), " ", span("word", say(word)), " ", number)
            lines.append(_counted(line, of, word))
    return rows("tally", lines)


def _counted(node: nodes.Element, of: str, word: str) -> nodes.Element:
    if of:
        node["newsletter_counted"] = (of, word)
    return node


def verdict_line(
    counts: Mapping[str, int], words: bool = True, of: str = "", say: Speech = PLAIN
) -> list[nodes.Node]:
    """Verdicts with their numbers, for one line. Without ``words`` the verdict is seen as its mark
    alone, and its word is there for those who listen. ``of``: as in `tally`."""
    out: list[nodes.Node] = []
    for word in VERDICTS:
        if counts.get(word):
            name = span("word" if words else "word visually-hidden", say(word))
            kind = slug(word)
            number = span("count", str(counts[word]))
            line = span(f"verdict verdict-{kind}", mark(word), " ", name, " ", number)
            out.append(_counted(line, of, word))
    return out


def account(counts: Mapping[str, int], of: str = "") -> list[Part]:
    """Verdicts with their numbers, as a line of text."""
    return joined(verdict_line(counts, of=of), " ")


def short_account(counts: Mapping[str, int], of: str = "", say: Speech = PLAIN) -> list[Part]:
    """The same where there is little room: a mark and a number each."""
    return joined(verdict_line(counts, words=False, of=of, say=say), " ")


def facts(name: str, pairs: Iterable[tuple[str, Iterable[Part]]]) -> nodes.bullet_list:
    """Labelled values."""
    return rows(
        f"facts {name}",
        [para("", span("label", label), " ", span("value", *parts)) for label, parts in pairs],
    )


def joined(parts: Iterable[nodes.Node], separator: str = ", ") -> list[Part]:
    """Nodes with a separator between them."""
    out: list[Part] = []
    for part in parts:
        out += [separator, part] if out else [part]
    return out
