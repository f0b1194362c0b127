"""Directives of Sphinx and of Jupyter Book's extensions -> plain Markdown: tabs, cards, proofs,
exercises, tables, glossaries."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable

from scripts.book import myst
from scripts.editions.plain.fences import fenced, quoted
from scripts.editions.plain.inline import escape, linked
from scripts.editions.plain.references import Context

Inner = Callable[[str, int], str]  # MyST and the (1-based) line where it begins -> plain Markdown

# Nothing of their own is shown, only what they hold.
HOLDERS = {
    "tab-set", "grid", "grid-item", "container", "div", "only", "compound", "card-carousel",
    "hlist", "highlights", "card-header", "card-footer", "aside", "tableofcontents-entry",
}  # fmt: skip
HEADED = {"tab-item", "card", "grid-item-card", "rubric", "centered"}
SINCE = {
    "versionadded": "Added in version", "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version", "versionremoved": "Removed in version",
}  # fmt: skip
EXERCISES = {"exercise", "exercise-start", "solution", "solution-start"}
TABLES = {"table", "list-table", "csv-table"}
QUOTED = {"parsed-literal", "prompt"}
BUTTONS = {"button-link", "button-ref"}
# They say something to the builder, or close what another one began.
SILENT = {"index", "toctree", "contents", "exercise-end", "solution-end", "sectionauthor", "meta"}
PROOF = "prf:"
KNOWN = {*HOLDERS, *HEADED, *SINCE, *EXERCISES, *TABLES, *QUOTED, *BUTTONS, *SILENT,
         "glossary", "literalinclude", "raw"}  # fmt: skip
_PARTS = re.compile(r"^(?:\^{3,}|\+{3,})[^\n]*$", re.M)


def knows(name: str) -> bool:
    """Whether `write` has a form for a directive."""
    return name in KNOWN or name.startswith(PROOF)


def write(block: myst.Directive, context: Context, inner: Inner) -> str:
    """A directive that `knows` knows, as plain Markdown; '' for one that shows nothing."""
    name, options = block.name, block.options
    if name in SILENT:
        return ""
    if name.startswith(PROOF) or name in EXERCISES:
        return _numbered(block, inner)
    if name in SINCE:
        said = f"{SINCE[name]} {block.argument}".strip()
        return quoted(f"**{inner(said, block.line)}.** {inner(block.body, block.body_line)}")
    if name in TABLES:
        return _table(block, inner)
    if name in QUOTED:
        return fenced(block.body, "" if name == "parsed-literal" else block.argument)
    if name in BUTTONS:
        text = inner(block.body, block.body_line) or escape(block.argument)
        return linked(context.resolve(block.argument), text)
    if name == "glossary":
        return _glossary(block, inner)
    if name == "literalinclude":
        file = linked(context.resolve(block.argument), f"`{block.argument}`")
        caption = inner(str(options.get("caption") or ""), block.line)
        return " ".join(filter(None, [caption, file]))
    if name == "raw":
        return block.body if "html" in block.argument.split() else ""
    return _held(block, inner)


def _held(block: myst.Directive, inner: Inner) -> str:
    """A title, where there is one, and what stands below it; cards have a head and a foot."""
    title = block.argument if block.name in HEADED else ""
    if block.name in ("rubric", "centered"):
        return f"**{inner(title, block.line)}**"
    parts = [inner(str(block.options.get("header") or ""), block.line)]
    parts.append(f"**{inner(title, block.line)}**" if title else "")
    parts.append(inner(_PARTS.sub("", block.body), block.body_line))
    parts.append(inner(str(block.options.get("footer") or ""), block.line))
    return "\n\n".join(filter(None, parts))


def _numbered(block: myst.Directive, inner: Inner) -> str:
    """A theorem, proof, exercise or solution; only the site knows its number."""
    kind = block.name.removeprefix(PROOF).removesuffix("-start")
    title = "" if kind == "solution" else inner(block.argument, block.line)
    said = f"**{kind.capitalize()}**" + (f" ({title})" if title else "")
    return quoted("\n\n".join(filter(None, [said, inner(block.body, block.body_line)])))


def _glossary(block: myst.Directive, inner: Inner) -> str:
    """Terms, each with what it means."""
    out: list[str] = []
    meaning: list[str] = []

    def close() -> None:
        if meaning:
            text = inner("\n".join(line[2:] for line in meaning).strip("\n"), block.body_line)
            out.append(quoted(text))
            meaning.clear()

    for line in block.body.split("\n"):
        if line[:1].strip():
            close()
            out.append(f"**{inner(line.strip(), block.body_line)}**")
        else:
            meaning.append(line)
    close()
    return "\n\n".join(filter(None, out))


def _table(block: myst.Directive, inner: Inner) -> str:
    caption = inner(block.argument, block.line)
    if block.name == "csv-table":
        head = next(csv.reader([str(block.options.get("header") or "")]), [])
        rows = [row for row in csv.reader(io.StringIO(block.body), skipinitialspace=True) if row]
        table = _rows([[*map(str.strip, head)], *rows] if any(head) else rows, inner, block)
        return _captioned(caption, table)
    # A list of lists is one in plain Markdown, too, and its cells may hold anything.
    return _captioned(caption, inner(block.body, block.body_line))


def _rows(rows: list[list[str]], inner: Inner, block: myst.Directive) -> str:
    width = max(map(len, rows), default=0)
    lines = [[inner(cell, block.body_line) for cell in row] for row in rows]
    lines = [[*row, *[""] * (width - len(row))] for row in lines]
    return "\n".join(map(_row, [*lines[:1], ["---"] * width, *lines[1:]]))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in cells)} |"


def _captioned(caption: str, text: str) -> str:
    return "\n\n".join(filter(None, [f"**{caption}**" if caption else "", text]))
