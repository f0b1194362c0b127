"""Outputs of cells as long as a page and a print can carry them; what is cut says so.

A cell may put out megabytes by a slip (`print(list(range(100_000)))`), which no reader reads and
under which browsers and Typst go down. The learner's executed notebook keeps all of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scripts.core.record import CHECKS_MIME

LINE = 2_000  # characters of a line: twenty lines of a page
NOTE = 120  # characters at most of a note: what was cut is not cut again
LINES = 1_000  # of a cell: the site folds them behind the first 24, a print shows 200
CHARACTERS = 200_000  # of a cell: 50 pages of a book
SOURCE = 20_000  # characters of Markdown or TeX; its readers take longer than in proportion
ROWS = 200  # of a table: pandas itself stops at 60
OUTPUTS = 100  # of a cell
TRACEBACK = 200  # lines, half of them the first ones, half the last ones
DEEPEST = 100  # elements of HTML inside one another; browsers stop at 512
KEPT = "the executed notebook keeps all"

ROWS_NOTE = re.compile(rf"… \[{ROWS:,} of the [\d,]+ rows; {KEPT}\]")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.I)
# Elements that don't stand inside one another, or hold nothing, or nothing that is read.
_SINGLE = """p li dt dd tr td th thead tbody tfoot option optgroup colgroup caption rt rp html body
    head area base br col embed hr img input link meta source track wbr"""
_FLAT = frozenset(_SINGLE.split())
SOURCES = ("text/latex", "text/markdown", "text/html")
_SILENT = ("script", "style")
_TABLE = re.compile(r"<(/?)(table|tbody|tr)\b", re.I)
_CUT_ESCAPE = re.compile(r"\x1b[^A-Za-z]*\Z")


def of_cell(outputs: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The outputs of a cell, each as it is or cut, and a word about those that are left out."""
    given = [dict(output) for output in outputs]
    if len(given) > OUTPUTS:
        given = _merged(given)
    room, kept, left = _Room(), list[dict[str, Any]](), 0
    for output in given:
        check = CHECKS_MIME in output.get("data", {})
        cut = output if check else _cut(output, room) if len(kept) < OUTPUTS else None
        if cut is None:
            left += 1
        else:
            kept.append(cut)
    if left:
        text = f"… [{left:,} of {len(given):,} outputs are left out here; {KEPT}]\n"
        kept.append({"output_type": "stream", "name": "stdout", "text": text})
    return kept


def line(text: str) -> str:
    """A line, or its beginning with a word about its length; of a progress bar its last state."""
    if len(text) <= LINE + NOTE:
        return text
    shown = text.rstrip("\r").rpartition("\r")[2]
    if len(shown) <= LINE + NOTE:
        return shown
    begin = _CUT_ESCAPE.sub("", shown[:LINE]) + "\x1b[0m" * ("\x1b" in shown)
    return f"{begin} … [{LINE:,} of the {len(shown):,} characters of this line; {KEPT}]"


def of_html(html: str) -> str | None:
    """HTML with the first rows of each table; None if it is too long or too deep even so."""
    html = _first_rows(html)
    size, deepest = _measured(html)
    return html if size <= CHARACTERS and deepest <= DEEPEST else None


def _measured(html: str) -> tuple[int, int]:
    """How many characters HTML has outside of scripts, and how deep it is at most."""
    deepest = 0
    depths: Counter[str] = Counter()
    size, silent, begin = len(html), "", 0
    for tag in _TAG.finditer(html):
        closing, name = tag[1], tag[2].lower()
        if silent:
            if closing and name == silent:
                size -= tag.start() - begin
                silent = ""
        elif name in _SILENT and not closing:
            silent, begin = name, tag.end()
        elif name not in _FLAT:
            # By name: an end that closes nothing makes nothing less deep.
            depths[name] = max(0, depths[name] + (-1 if closing else 1))
            if not closing:
                deepest = max(deepest, depths.total())
    return size, deepest


def _first_rows(html: str) -> str:
    """HTML without the further rows of long tables, those of tables in them included."""
    kept: list[str] = []
    start = cut = 0  # cut: how many tables are open where rows are left out
    tables: list[list[int]] = []  # of each that is open: all rows, and those of its head
    for tag in _TABLE.finditer(html):
        closing, name = tag[1], tag[2].lower()
        if name == "table" and not closing:
            tables.append([0, 0])
        elif name == "table" and tables:
            rows, heads = tables.pop()
            if cut > len(tables):
                kept.append(_rows_note(rows - heads))
                start, cut = html.find(">", tag.start()) + 1 or len(html), 0
        elif name == "tbody" and tables and not closing:
            tables[-1][1] = tables[-1][1] or tables[-1][0]
        elif name == "tr" and tables and not closing:
            tables[-1][0] += 1
            if not cut and tables[-1][0] - tables[-1][1] > ROWS:
                kept.append(html[start : tag.start()])
                cut = len(tables)
    rest = _rows_note(tables[cut - 1][0] - tables[cut - 1][1]) if cut else html[start:]
    return "".join((*kept, rest))


def _rows_note(rows: int) -> str:
    return f"</table><p>… [{ROWS:,} of the {rows:,} rows; {KEPT}]</p>"


@dataclass
class _Room:
    """How much of a cell's outputs can still be shown."""

    lines: int = LINES
    characters: int = CHARACTERS

    def take(self, text: str) -> bool:
        """Whether a whole text can be shown; then there is less room."""
        lines = text.count("\n") + 1
        if lines > self.lines or len(text) > self.characters:
            return False
        self.lines -= lines
        self.characters -= len(text)
        return True

    def cut(self, text: str) -> str:
        """As many of a text's lines as can be shown, with a word about the others."""
        ending = "\n" * text.endswith("\n")
        rows = text.removesuffix("\n").split("\n")
        shown: list[str] = []
        for row in map(line, rows):
            if not self.take(row):
                reset = "\x1b[0m" * ("\x1b" in text)
                shown.append(f"{reset}… [{len(shown):,} of the {len(rows):,} lines; {KEPT}]")
                self.lines = 0
                break
            shown.append(row)
        return "\n".join(shown) + ending


def _merged(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Neighbouring pieces of one stream as one output."""
    result: list[dict[str, Any]] = []
    pieces: list[str] = []
    for output in outputs:
        stream = output["output_type"] == "stream"
        if stream and result and result[-1].get("name") == output.get("name"):
            pieces.append(_text(output["text"]))
            continue
        if pieces:
            result[-1]["text"] = _text(result[-1]["text"]) + "".join(pieces)
            pieces = []
        result.append(output)
    if pieces:
        result[-1]["text"] = _text(result[-1]["text"]) + "".join(pieces)
    return result


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)


def _cut(output: dict[str, Any], room: _Room) -> dict[str, Any] | None:
    """An output with no more than there is room for; None if there is none."""
    kind = output["output_type"]
    if kind == "error":
        given = "\n".join(output["traceback"])
        cut = _ends(given)
        return output if cut == given else {**output, "traceback": [cut]}
    if kind == "stream":
        if not room.lines:
            return None
        given = _text(output["text"])
        cut = room.cut(given)
        return output if cut == given else {**output, "text": cut}
    if not output.get("data"):
        return output
    data = _forms(dict(output["data"]))
    sizes = [_measured(_text(data[mime]))[0] for mime in SOURCES if mime in data]
    if sizes and not room.take("x" * max(sizes)):
        return None
    if "text/plain" in data:
        alone = len(data) == 1
        if alone and not room.lines:
            return None
        given = _text(data["text/plain"])
        cut = (room if alone else _Room()).cut(given)
        data["text/plain"] = data["text/plain"] if cut == given else cut
    return {**output, "data": data}


def _forms(data: dict[str, Any]) -> dict[str, Any]:
    """A bundle without the forms that are too long, or with the last of them as plain text."""
    removed = ""
    for mime in SOURCES:
        if mime not in data:
            continue
        given = _text(data[mime])
        html = of_html(given) if mime == "text/html" else given if len(given) <= SOURCE else None
        if html is None:
            removed = given
            del data[mime]
        elif html != given:
            data[mime] = html
    if removed and not data:
        data["text/plain"] = removed
    return data


def _ends(text: str) -> str:
    """The first and the last lines of a traceback."""
    rows, half = text.split("\n"), TRACEBACK // 2
    if len(rows) > TRACEBACK:
        note = f"\x1b[0m… [{2 * half:,} of the {len(rows):,} lines; {KEPT}]"
        rows = [*rows[:half], note, *rows[-half:]]
    return "\n".join(map(line, rows))
