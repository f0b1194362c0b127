"""Reading statistics of an issue, counted from its own text.

Words are those a reader reads: headings, paragraphs, lists, tables and admonitions, without
code, formulas and addresses. The table of outcomes is left out: it is for looking things up.
Minutes follow from 238 words a minute, the mean silent reading rate of adults for English
non-fiction (Brysbaert 2019, doi:10.1016/j.jml.2019.104047).
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from scripts.book import myst
from scripts.core.page_data.directives import CORRECTED

WORDS_PER_MINUTE = 238
ITEM = re.compile(r"\]\(#([\w-]+)\)")


# Chinese and Japanese, written without blanks: readers of Chinese texts take 255 characters or 158
# words a minute (Trauzettel-Klosinski & Dietz 2012, doi:10.1167/iovs.11-8284).
SOLID = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
CHARACTERS_A_WORD = 1.6


def words_in(text: str) -> int:
    """Number of words: runs of letters or digits, inner apostrophes and hyphens included; in
    Chinese and Japanese by the number of characters."""
    spaced, solid = SOLID.subn(" ", text)
    return len(re.findall(r"\w+(?:['’.\-]\w+)*", spaced)) + round(solid / CHARACTERS_A_WORD)


class Outcome(NamedTuple):
    """What became of an item: its anchor, one of `page_data.directives.OUTCOMES`, if it is in
    order, and the 1-based line of the table's row."""

    anchor: str
    status: str
    line: int


class Counts(NamedTuple):
    """What an issue's text says: its reading statistics as plain data (see `count`), and the rows
    of its table of outcomes."""

    numbers: dict[str, Any]
    outcomes: list[Outcome]


def count(text: str) -> Counts:
    """What follows from an issue's MyST text alone.

    The statistics hold words, minutes and items of the whole; ``rate``, the words a minute;
    ``sections`` and ``entries`` (items), each with its words and minutes; ``corrections``, how
    many there are of each kind; ``outcomes``, what became of each item, by its anchor.
    `issues/*.md` receive them in their parameter ``statistics``.
    """
    flow = myst.flow(text)
    tables = [block for block in flow.directives if block.name == "outcomes"]
    looked_up = {line for block in tables for line in range(block.line, _end(block))}
    boxes = [block for block in flow.directives if block.name == "correction"]
    corrections = Counter(block.argument or CORRECTED for block in boxes)
    outcomes = [row for block in tables for row in _rows(block)]
    sections: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    total, target = 0, ""
    around: list[dict[str, Any]] = []  # the section and the item in which a word stands
    for token in flow.flat:
        if token.type == "myst_target":
            target = token.content
        elif token.type in ("h2", "h3"):
            new: dict[str, Any] = {"title": token.content, "anchor": target, "words": 0}
            if token.type == "h2":
                sections.append({**new, "items": 0})
                around = sections[-1:]
            else:
                section = sections[-1] if sections else {**new, "title": "", "items": 0}
                section["items"] += 1
                entries.append({**new, "section": section["title"]})
                around = [section, entries[-1]]
            target = ""
        elif token.type == "inline" and not (token.map and token.map[0] + 1 in looked_up):
            words = words_in(myst.plain_text(token))
            total += words
            for part in around:
                part["words"] += words
    for part in (*sections, *entries):
        part["minutes"] = _minutes(part["words"])
    numbers = {
        "words": total,
        "minutes": _minutes(total),
        "rate": WORDS_PER_MINUTE,
        "items": len(entries),
        "sections": sections,
        "entries": entries,
        "corrections": dict(corrections),
        "outcomes": {row.anchor: row.status for row in outcomes},
    }
    return Counts(numbers, outcomes)


def _minutes(words: int) -> float:
    return round(words / WORDS_PER_MINUTE, 1)


def _end(block: myst.Directive) -> int:
    """The line after a directive's last."""
    return block.body_line + block.body.count("\n") + 2


def _rows(block: myst.Directive) -> list[Outcome]:
    """The rows of a table of outcomes, its head left out: a link to the item, what became of it."""
    found = []
    cells = [line.strip().strip("|").split("|") for line in block.body.split("\n")]
    for line, row in enumerate(cells, block.body_line):
        item = ITEM.search(row[0])
        if item and len(row) > 1:
            found.append(Outcome(item[1], row[1].strip(), line))
    return found


def page_statistics(path: str) -> dict[str, Any]:
    """Statistics of one issue's source file, for a plain ``jupyter-book build`` (which hands
    nothing over)."""
    return count(Path(path).read_text(encoding="utf-8")).numbers
