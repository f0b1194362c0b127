"""Environments of TeX -> rows of cells: matrices, cases, arrays with their rules, alignments.

The converter loses rows that end in an empty cell, takes columns that it doesn't know for letters,
and fences of environments that it doesn't know for nothing. So each environment is read here, and
the converter is given its cells one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from scripts.rendering.formulas.macros import argument, group_end
from scripts.rendering.formulas.unconvertible import Unconvertible

_MATRICES = {"matrix": ("", ""), "pmatrix": ("(", ")"), "bmatrix": ("[", "]"),
             "Bmatrix": ("{", "}"), "vmatrix": ("|", "|"), "Vmatrix": ("‖", "‖")}  # fmt: skip
FENCES = {
    **_MATRICES,
    **{f"{name}*": fences for name, fences in _MATRICES.items()},
    **{name.replace("matrix", "smallmatrix"): fences for name, fences in _MATRICES.items()},
    "smallmatrix": ("", ""),
    "cases": ("{", ""), "dcases": ("{", ""), "numcases": ("{", ""), "subnumcases": ("{", ""),
    "cases*": ("{", ""), "dcases*": ("{", ""), "rcases": ("", "}"), "drcases": ("", "}"),
    "array": ("", ""), "subarray": ("", ""),
}  # fmt: skip
# How their columns stand by turns, and the room between them in pairs.
ALIGNED = {
    **dict.fromkeys(("align", "aligned", "split", "flalign", "eqalign"), "rl"),
    **dict.fromkeys(("alignat", "alignedat"), "rl"),
    "eqnarray": "rl",  # the sign in the middle joins what is right of it
    **dict.fromkeys(("gather", "gathered", "multline"), "c"),
}
CLOSE = ("alignat", "alignedat", "eqnarray", "split")  # no room between pairs of columns
COUNTED = ("alignat", "alignedat")  # begin with a number of columns
PLACE = "\ue100"  # the first of the signs that stand for environments
MOST = 4000  # environments of a formula, cells of one
_BEGIN = re.compile(r"\\(begin|end)\s*\{([A-Za-z]+\*?)\}")
_ROOM = re.compile(r"\s*(?:\*\s*)?\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in|mu|\\\w+)\s*\]")
_RULE = re.compile(r"\s*\\(?:hline|hdashline|toprule|midrule|bottomrule)(?![A-Za-z])")
_NOTHING = re.compile(r"(?:\\[,;:! ]|\\q?quad|\\enspace|\\hspace\*?\{[^}]*\}|[\s~])*")
_SIDES = {"l": "left", "c": "center", "r": "right", "p": "left", "m": "left", "b": "left"}


@dataclass
class Table:
    """One environment: TeX of its cells (in which others are signs), how its columns stand, and
    which gaps have rules, those above, below and beside it included."""

    name: str
    rows: list[list[str]]
    columns: list[str] = field(default_factory=list)  # left, center, right
    across: set[int] = field(default_factory=set)
    down: set[int] = field(default_factory=set)
    before: str = ""  # what stands before the fence of numcases

    @property
    def plain(self) -> str:
        """Its name without a star."""
        return self.name.rstrip("*")


def lifted(tex: str) -> tuple[str, list[Table]]:
    """TeX in which one sign stands for each environment (`PLACE` for the first), and these. Raises
    Unconvertible for those that aren't known or don't end."""
    tables: list[Table] = []
    text, end = _upto(tex, 0, "", tables)
    assert end == len(tex)
    return text, tables


def _upto(tex: str, start: int, name: str, tables: list[Table]) -> tuple[str, int]:
    """What stands before the end of an environment (of the formula for ''), and the index after."""
    out, place = [], start
    while mark := _BEGIN.search(tex, place):
        out.append(tex[place : mark.start()])
        if mark[1] == "end":
            if mark[2] != name:
                raise Unconvertible(f"\\end{{{mark[2]}}} without its \\begin")
            return "".join(out), mark.end()
        body, place = _upto(tex, mark.end(), mark[2], tables)
        if len(tables) >= MOST:
            raise Unconvertible(f"more than {MOST:,} environments")
        tables.append(_table(mark[2], body))
        out.append(chr(ord(PLACE) + len(tables) - 1))
    if name:
        raise Unconvertible(f"\\begin{{{name}}} without its \\end")
    return "".join(out) + tex[place:], len(tex)


def _table(name: str, body: str) -> Table:
    plain = name.rstrip("*")
    if name not in FENCES and plain not in ALIGNED:
        raise Unconvertible(f"unknown environment {name}")
    table = Table(name, [])
    option = re.match(r"\s*\[([a-z]+)\]", body)
    if option and (plain == "array" or plain in ALIGNED or name.endswith("*")):
        body = body[option.end() :]
        if plain.endswith("matrix"):
            table.columns = [_side(char) for char in option[1]] * 100
    if plain in ("array", "subarray", "numcases", "subnumcases", *COUNTED):
        start = len(body) - len(body.lstrip())
        end = group_end(body, start)
        given, body = argument(body[start:end]), body[end:]
        if plain in ("array", "subarray"):
            table.columns, table.down = _columns(given)
        elif plain not in COUNTED:
            table.before = given
    cells = 0
    for number, row in enumerate(rows_of(body)):
        while rule := _RULE.match(row):
            table.across.add(number)
            row = row[rule.end() :]
        table.rows.append([cell.strip() for cell in _split(row, "&")])
        cells += len(table.rows[-1])
        if cells > MOST:
            raise Unconvertible(f"more than {MOST:,} cells")
    if table.rows[-1] == [""] and len(table.rows) > 1:
        table.rows.pop()
    return table


def _side(char: str) -> str:
    if char not in _SIDES:
        raise Unconvertible(f"unknown column {char!r} of an array")
    return _SIDES[char]


def _columns(given: str) -> tuple[list[str], set[int]]:
    """How the columns of an array stand, and the gaps that have a rule."""
    sides: list[str] = []
    rules: set[int] = set()
    given = "".join(given.split())
    place = 0
    while place < len(given):
        char = given[place]
        place += 1
        if char in "|:":
            rules.add(len(sides))
        elif char in "@!":
            end = group_end(given, place)
            if not _NOTHING.fullmatch(between := argument(given[place:end])):
                raise Unconvertible(f"{between!r} between the columns of an array")
            place = end
        elif char == "*":
            end = group_end(given, place)
            stop = group_end(given, end)
            count = argument(given[place:end])
            if not count.isdigit() or int(count) > 100:
                raise Unconvertible(f"{count!r} times a column of an array")
            more, gaps = _columns(argument(given[end:stop]))
            for _ in range(int(count)):
                rules |= {len(sides) + gap for gap in gaps}
                sides += more
            place = stop
        else:
            sides.append(_side(char))
            place = group_end(given, place) if char in "pmb" else place
    return sides, rules


def rows_of(body: str) -> list[str]:
    """The rows of an environment's body."""
    rows = _split(body, "\\")
    return [rows[0], *(row[found.end() :] if (found := _ROOM.match(row)) else row.removeprefix("*")
                       for row in rows[1:])]  # fmt: skip


def _split(text: str, sign: str) -> list[str]:
    """Parts between ampersands, or for a backslash between line breaks, outside of braces."""
    return list(_parts(text, sign))


def _parts(text: str, sign: str) -> Iterator[str]:
    depth = start = place = 0
    while place < len(text):
        char, two = text[place], text[place : place + 2]
        breaks = re.match(r"\\(?:\\|cr(?![A-Za-z])|newline(?![A-Za-z]))", text[place:])
        if char in "{}":
            depth += 1 if char == "{" else -1
        elif depth == 0 and sign == "\\" and breaks:
            yield text[start:place]
            place += len(breaks[0])
            start = place
            continue
        elif depth == 0 and char == sign == "&":
            yield text[start:place]
            start = place + 1
        place += 2 if char == "\\" and len(two) == 2 else 1
    yield text[start:]
