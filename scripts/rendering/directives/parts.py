"""Small builders of generic doctree nodes: what the directives are made of.

Everything is a container, paragraph, bullet list, inline, reference, table or section with
classes, so that the HTML pages, the Typst PDF and the EPUB render the same doctree. Whatever is
for the screen only stands in a container of class ``html-only``, which other writers skip.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from docutils import nodes

from scripts.core.record import VERDICTS

# What a writer shows that can't draw the marks; the HTML pages put a drawing in their place.
SIGNS = {"holds": "●", "fails": "◆", "not testable here": "○", "not run": "–"}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

EMOJI = re.compile(r"[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff][\ufe0f\u200d]*|\ufe0f")

Part: TypeAlias = str | nodes.Node


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


def link(text: str, address: str, name: str = "") -> nodes.reference:
    """A link to an address, or to a file under the site's root such as ``downloads/002.pdf``."""
    node = nodes.reference("", "", internal=False, refuri=address, classes=name.split())
    node["newsletter_file"] = "://" not in address
    node += span("", text) if name else nodes.Text(text)
    return node


def mark(verdict: str) -> nodes.inline:
    """The sign of a verdict: shape first, colour third (the word stands beside it)."""
    kind = verdict.replace(" ", "-")
    return span(f"mark mark-{kind}", SIGNS.get(verdict, SIGNS["not run"]))


def verdict(word: str) -> nodes.inline:
    """Mark and word."""
    kind = word.replace(" ", "-")
    return span(f"verdict verdict-{kind}", mark(word), " ", span("word", word))


def tally(counts: Mapping[str, int]) -> nodes.bullet_list:
    """One line a verdict, word and number; lines of zero are left out."""
    lines = []
    for word in VERDICTS:
        if counts.get(word):
            kind = word.replace(" ", "-")
            number = span("count", str(counts[word]))
            lines.append(para(f"verdict-{kind}", mark(word), " ", span("word", word), " ", number))
    return rows("tally", lines)


def counted(counts: Mapping[str, int], words: bool = True) -> list[nodes.Node]:
    """Verdicts with their numbers, for one line; without words, the words are for listeners."""
    out: list[nodes.Node] = []
    for word in VERDICTS:
        if counts.get(word):
            name = span("word" if words else "word visually-hidden", word)
            kind = word.replace(" ", "-")
            number = span("count", str(counts[word]))
            out.append(span(f"verdict verdict-{kind}", mark(word), " ", name, " ", number))
    return out


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


def without_emoji(text: str) -> str:
    """A heading's words; its emoji is decoration, for the heading itself."""
    return " ".join(EMOJI.sub("", text).split())


def plural(count: int, word: str) -> str:
    """``1 item``, ``2 items``."""
    return f"{count} {word}" + ("" if count == 1 else "s")


def in_words(count: int) -> str:
    """Small numbers as words."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else str(count)


def day(text: str, weekday: bool = False) -> str:
    """``2020-01-19`` (or a full time) as ``19 January 2020``; other text stays as it is."""
    try:
        date = datetime.date.fromisoformat(str(text)[:10])
    except ValueError:
        return str(text)
    return (f"{date:%A} " if weekday else "") + f"{date.day} {date:%B %Y}"


def duration(seconds: float) -> str:
    """``26 s``, ``3 min``; at least one second."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min"


def minutes(value: float) -> str:
    """``14 minutes``; at least one."""
    return plural(max(1, round(float(value))), "minute")


def memory(mebibytes: float) -> str:
    """``310 MiB`` or ``1.2 GiB``."""
    return f"{mebibytes / 1024:.1f} GiB" if mebibytes >= 1000 else f"{round(mebibytes)} MiB"


def number(value: Any, unit: str = "") -> str:
    """A measured or reported value as text: four significant digits, unit, lists with commas."""
    if isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, list):
        return ", ".join(number(v) for v in value) + _unit(unit)
    elif isinstance(value, int):
        text = f"{value:,}" if abs(value) >= 10000 else str(value)
    elif isinstance(value, float):
        text = _rounded(value)
    else:
        return str(value)
    return text.replace("-", "−", 1) + _unit(unit)


def _unit(unit: str) -> str:
    return unit if unit in ("", "%") else f" {unit}"


def _rounded(value: float) -> str:
    if value == 0:
        return "0"
    if 1e-4 <= abs(value) < 1e6:
        digits = f"{value:.4g}"
        return digits if "e" not in digits else f"{value:,.0f}"
    mantissa, exponent = f"{value:.1e}".split("e")
    power = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa.removesuffix('.0')} × 10{power}"
