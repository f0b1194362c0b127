"""Rows of cells -> a table of MathML, with its fences and rules."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element, SubElement

from scripts.rendering.formulas.environments import ALIGNED, CLOSE, FENCES, Table
from scripts.rendering.formulas.unconvertible import Unconvertible

Cell = Callable[[str], list[Element]]  # TeX of a cell -> its parts
GROWING = {"stretchy": "true", "fence": "true"}


def element_of(table: Table, cell: Cell) -> Element:
    """One environment as MathML; ``cell`` makes the parts of a cell. Raises Unconvertible."""
    made = _aligned(table, cell) if table.plain in ALIGNED else _grid(table, cell)
    if table.plain in ("smallmatrix", "subarray") or table.plain.endswith("smallmatrix"):
        made.set("rowspacing", "0.1em")
        small = Element("mstyle", scriptlevel="1", displaystyle="false")
        small.append(made)
        made = small
    opening, closing = FENCES.get(table.name, ("", ""))
    if not opening and not closing:
        return made
    row = Element("mrow")
    row.extend(cell(table.before) if table.before else [])
    inner = SubElement(row, "mrow") if table.before else row
    inner.append(_fence(opening, "prefix"))
    inner.append(made)
    inner.append(_fence(closing, "postfix"))
    return row


def _fence(sign: str, form: str) -> Element:
    fence = Element("mo", {**GROWING, "form": form})
    fence.text = sign
    return fence


def _grid(table: Table, cell: Cell) -> Element:
    """Cells in columns, with the rules of an array."""
    made = Element("mtable")
    width = max(map(len, table.rows))
    if table.plain == "array" and width > len(table.columns):
        raise Unconvertible(f"{width} cells in a row of an array of {len(table.columns)} columns")
    width = max(width, len(table.columns) if table.plain == "array" else 0)
    for number, cells in enumerate(table.rows):
        row = SubElement(made, "mtr")
        for place in range(width):
            part = SubElement(row, "mtd")
            if side := _side(table, place):
                part.set("columnalign", side)
            classes = _rules(table, number, place, width)
            if classes:
                part.set("class", " ".join(classes))
            inner = part
            if table.plain.startswith("d"):
                inner = SubElement(part, "mstyle", displaystyle="true", scriptlevel="0")
            inner.extend(cell(cells[place]) if place < len(cells) else [])
    _draw(made, table, width)
    return made


def _side(table: Table, place: int) -> str:
    if "cases" in table.plain:
        return "left"
    side = table.columns[place] if place < len(table.columns) else ""
    return "" if side == "center" else side


def _rules(table: Table, row: int, place: int, width: int) -> list[str]:
    """Which sides of a cell have a rule: its own left and top, and the last ones right and below;
    styles draw them, for MathML Core knows no rules."""
    last = len(table.rows) - 1
    sides = {
        "rule-top": row in table.across,
        "rule-bottom": row == last and last + 1 in table.across,
        "rule-left": place in table.down,
        "rule-right": place == width - 1 and width in table.down,
    }
    return [name for name, there in sides.items() if there]


def _draw(made: Element, table: Table, width: int) -> None:
    """Say which rules there are, as MathML 3 does."""
    rows = len(table.rows)
    for name, gaps, count in (("rowlines", table.across, rows), ("columnlines", table.down, width)):
        if inner := {gap for gap in gaps if 0 < gap < count}:
            lines = ("solid" if gap in inner else "none" for gap in range(1, count))
            made.set(name, " ".join(lines))
    sides = {"top": 0 in table.across, "bottom": rows in table.across,
             "left": 0 in table.down, "right": width in table.down}  # fmt: skip
    if any(sides.values()):
        made.set("frame", " ".join(side for side, there in sides.items() if there))


def _aligned(table: Table, cell: Cell) -> Element:
    """Rows of equations, whose columns stand right and left of a sign by turns."""
    sides = ALIGNED[table.plain]
    made = Element("mtable", displaystyle="true", rowspacing="3pt")
    if len(sides) == 2:
        made.set("columnspacing", "0em" if table.plain in CLOSE else "0em 2em")
    for number, cells in enumerate(table.rows):
        row = SubElement(made, "mtr")
        if table.plain == "eqnarray":
            cells = [cells[0], " ".join(cells[1:])]
        for place, tex in enumerate(cells):
            side = {"r": "right", "l": "left"}.get((sides * (place + 1))[place], "")
            if table.plain == "multline":
                side = {0: "left", len(table.rows) - 1: "right"}.get(number, "")
            part = SubElement(row, "mtd", {"columnalign": side} if side else {})
            if place and side == "left" and tex:
                SubElement(part, "mi")  # so that a sign has its room on both sides
            part.extend(cell(tex))
    return made
