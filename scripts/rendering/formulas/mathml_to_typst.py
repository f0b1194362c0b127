"""The MathML tree of a formula as Typst math.

Typst spaces signs by their class and sizes fences by what they enclose; MathML leaves both to its
reader. So a row is looked at as a whole: which bars are a pair, which fences hold a matrix.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from scripts.rendering.formulas.attributes import Unsupported, check, gaps
from scripts.rendering.formulas.signs import (
    BESIDE,
    SCRIPTS,
    bar_classes,
    base_of,
    is_name,
    is_operator,
    measured,
    name_of,
    unwrapped,
    written,
)
from scripts.rendering.formulas.tree import LARGE, WIDE, WIDEST, letters

ACCENTS = {
    "^": "hat", "~": "tilde", "¯": "macron", "→": "arrow", "←": "arrow.l", "˙": "dot",
    "¨": "dot.double", "˚": "circle", "ˇ": "caron", "˘": "breve", "´": "acute", "`": "grave",
}  # fmt: skip
BRACES = {"⏞": "overbrace", "⏟": "underbrace", "⎴": "overbracket", "⎵": "underbracket"}
EMPTY = '""'
SPACING = {"^": "ˆ", "~": "˜", "ˇ": "ˇ"}
PRIMES = {"′": 1, "″": 2, "‴": 3, "⁗": 4}
_TALL = {"mtable", "mfrac", "msqrt", "mroot", "munder", "mover", "munderover"}
_ORDINARY = (",", ";", ":", "*", "∗", "∼")
_ARROWS = set("→←↔⇒⇐⇔↦↪↩⇀↼⇌")


def to_typst(root: Element) -> str:
    """Typst math (without dollar signs) of a formula's tree. Raises Unsupported."""
    only = unwrapped(root)
    if only.tag == "mtable" and only.get("displaystyle") == "true":
        return _lines(only)
    return _math(root)


def _math(element: Element) -> str:
    name, kids = element.tag, list(element)
    check(element)
    if name in ("math", "mrow", "mtd", "semantics", "mpadded"):
        strut = name == "mpadded" and [kid.tag for kid in kids] == ["mphantom"]
        return "" if strut else _row(kids)
    if name == "mo" and kids:
        return f'class("large", {_row(kids) or EMPTY})'
    if name in ("mi", "mn", "mo", "mtext", "ms"):
        return written(element)
    if name == "mstyle":
        return _styled(element)
    if name == "mspace":
        return f"#h({measured(element.get('width', ''))})"
    if name == "mphantom":
        return f"#hide(${_row(kids)}$)"
    if name == "mtable":
        return _matrix(element, "", "")
    if name == "menclose":
        return _enclosed(element)
    if name == "mfrac":
        thin = element.get("linethickness") in ("0", "0em", "0px")
        above, below = (_part(kid) for kid in kids)
        return f"mat(delim: #none, {above}; {below})" if thin else f"frac({above}, {below})"
    if name == "msqrt":
        return f"sqrt({_row(kids) or EMPTY})"
    if name == "mroot":
        return f"root({_part(kids[1])}, {_part(kids[0])})"
    if name in SCRIPTS:
        return _script(element)
    raise Unsupported(name)


def _part(element: Element) -> str:
    """An element as an argument, which may not be empty."""
    return _math(element) or EMPTY


def _styled(element: Element) -> str:
    body = _row(list(element))
    if not body:
        return ""
    if colour := element.get("mathcolor"):
        return f'text(fill: #rgb("{colour}"), {body})'
    if size := element.get("mathsize"):
        return f"text(size: #{measured(size)}, {body})"
    level = element.get("scriptlevel")
    if level in ("1", "2"):
        if element[0].tag == "mtable":  # whose cells are as small as they should be
            return _math(element[0])
        return f"{'s' * int(level)}cript({body})"
    if element.get("displaystyle") and not body.endswith('"'):  # \\mbox is a text as well
        return f"{'display' if element.get('displaystyle') == 'true' else 'inline'}({body})"
    return body


_STRIKES = {  # LaTeX's strokes, and how Typst turns its own
    "updiagonalstrike": "", "downdiagonalstrike": ", inverted: #true",
    "updiagonalstrike downdiagonalstrike": ", cross: #true",
    "horizontalstrike": ", angle: #90deg",
}  # fmt: skip


def _enclosed(element: Element) -> str:
    body, notation = _row(list(element)), element.get("notation", "")
    if "box" in notation:
        return f"#block(stroke: 0.5pt, inset: 3pt, {{set par(leading: 0pt); ${body}$}})"
    if notation in _STRIKES:
        return f"cancel({body}{_STRIKES[notation]})"
    raise Unsupported(f"menclose {notation}")


# Rows: fences and the signs between them


def _row(kids: list[Element]) -> str:
    out: list[str] = []
    opened: list[int] = []  # places in `out` where a fence grows with what follows
    classes = bar_classes(kids)
    place = 0
    while place < len(kids):
        kid = kids[place]
        whole, length = _fenced(kids[place : place + 3])
        if whole:
            out.append(whole)
            place += length
            continue
        if kid.get("form") == "prefix" and kid.get("stretchy"):
            opened.append(len(out))
        if classes.get(place) == "opening" and place and is_operator(base_of(kids[place - 1])):
            out.append("thin")  # for TeX a bar is as a letter
        out.append(_classed(kid, classes[place]) if place in classes else _math(kid))
        if kid.get("form") == "postfix" and kid.get("stretchy") and opened:
            start = opened.pop()
            out[start:] = ["lr(" + _joined(out[start:]) + ")"]
        place += 1
    if len(kids) == 1 and kids[0].tag == "mo" and kids[0].text in _ORDINARY:
        return f'class("normal", {out[0]})'  # {,} is no punctuation, {*} no operator
    return _joined(out)


def _joined(parts: list[str]) -> str:
    """Parts side by side. Typst shows a space beside a text, so there is none."""
    row = ""
    for part in filter(None, parts):
        beside_text = row.endswith('"') or part.startswith('"')
        row += part if not row or beside_text else f" {part}"
    return row


def _fenced(kids: list[Element]) -> tuple[str, int]:
    """The matrix, cases or binomial with which these begin, and of how many it is; or nothing."""
    if len(kids) < 2 or kids[0].tag != "mo" or kids[0].get("stretchy") == "false":
        return "", 0
    first, inner = kids[0].text or "", unwrapped(kids[1])
    last = (kids[2].text or "") if len(kids) > 2 and kids[2].tag == "mo" else ""
    if inner.tag == "mtable" and first in BESIDE:
        closed = len(kids) > 2 and kids[2].tag == "mo" and (last in BESIDE or not last)
        matrix = _matrix(inner, first, last if closed else "")
        # A brace alone would touch a sum before it.
        return matrix if closed else f'class("normal", {matrix})', 3 if closed else 2
    if inner.tag == "mfrac" and inner.get("linethickness") == "0" and (first, last) == ("(", ")"):
        return f"binom({_part(inner[0])}, {_part(inner[1])})", 3
    return "", 0


def _classed(element: Element, name: str) -> str:
    """A bar (with or without scripts) in a class of signs."""
    if element.tag in SCRIPTS:
        return _attached(_classed(element[0], name), element)
    return f'class("{name}", {_math(element)})'


# Scripts and tables


def _script(element: Element) -> str:
    base, below = unwrapped(element[0]), element.tag.startswith(("munder", "mover"))
    mark = (element[1].text or "").strip()
    if below and len(element) == 2 and mark in BRACES:
        return f"{BRACES[mark]}({_part(base)})"
    if element.tag == "munder" and mark in ("_", "―", "¯"):
        return f"underline({_part(base)})"
    if element.tag == "mover" and mark in ("―", "_"):
        return f"overline({_part(base)})"
    wide = not _short(base) or element.tag == "munder" or mark != "→"
    if wide and mark in ("←", "→", "↔") and element.tag in ("mover", "munder"):
        return _arrow(base, mark, element.tag)
    if element.tag == "mover" and mark in ACCENTS:
        if mark in WIDE and not _short(base):
            sign = f"#scale(x: {min(round(letters(base)), WIDEST) * 160}%, ${SPACING[mark]}$)"
            return f"attach(limits({_part(base)}), t: {sign})"
        return f"accent({_part(base)}, {ACCENTS[mark]})"
    if not below:
        body = _part(element[0])
        # Typst has the scripts of relations, too, below and above.
        beside = base.text in LARGE or (base.tag == "mo" and not is_name(base))
        return _attached(f"scripts({body})" if beside else body, element)
    if len(element) == 2 and base.tag in ("munder", "mover"):
        brace = BRACES.get((base[1].text or "").strip(), "")
        if brace.startswith("over" if element.tag == "mover" else "under"):
            return f"{brace}({_part(base[0])}, {_part(element[1])})"
    return _attached(_above(base), element)


def _above(base: Element) -> str:
    """What has its scripts above and below, always or where there is room."""
    inner = unwrapped(base[0]) if base.tag in ("mo", "mstyle") and len(base) else base
    if base.tag == "mo" and base.text in _ARROWS and base.get("stretchy") == "true":
        return f"limits(stretch({_math(base)}, size: #100%))"
    if is_name(inner) or (inner is not base and inner.tag == "mi" and len(inner.text or "") > 1):
        return name_of(inner.text or "", limits=True)
    if base.text in LARGE or (base.tag == "mo" and len(base)):
        return _math(base)
    return f"limits({_part(base)})"


def _short(base: Element) -> bool:
    """Whether an accent is as wide as what it stands over; ours have one width."""
    return letters(base) < 2


def _arrow(base: Element, mark: str, tag: str) -> str:
    """An arrow over or under all of something."""
    sign = f"stretch({mark}, size: #{max(1.0, 0.65 * letters(base)):.2f}em)"
    return f"attach(limits({_part(base)}), {'t' if tag == 'mover' else 'b'}: {sign})"


def _attached(base: str, element: Element) -> str:
    sides = zip(SCRIPTS[element.tag], list(element)[1:], strict=True)
    parts = {side: _part(kid) for side, kid in sides}
    primes = re.match(r"[′″‴⁗ ]+", parts.get("t", "")) if element.tag.startswith("msu") else None
    if primes:
        parts["t"] = parts["t"][primes.end() :]
        count = sum(PRIMES.get(sign, 0) for sign in primes[0])
        if any(part.tag in _TALL for part in element[0].iter()):
            parts["tr"] = f"primes(#{count})"
        else:  # the sign stands high by itself; as a script it would be tiny, too
            base += " " + "′" * count
            if "b" in parts:  # below the sign, not behind it
                parts["b"] = f"#h({-0.27 * count:.2f}em) {parts['b']}"
    attached = "".join(f", {side}: {part}" for side, part in parts.items() if part)
    return f"attach({base}{attached})" if attached else base


def _lines(table: Element) -> str:
    """An alignment that is the whole formula, which Typst sets without a table."""
    gap = table.get("columnspacing") != "0em"
    lines = (_aligned([_math(cell) for cell in row], list(row), gap) for row in table)
    return " \\ ".join(lines)


def _aligned(cells: list[str], row: list[Element], gap: bool) -> str:
    """Cells by turns right and left of a point, with ``gap`` room between two such pairs."""
    line = "".join(cells[:1])
    for place, cell in enumerate(cells[1:], 1):
        line += f" & {cell}" if place % 2 or not gap else f" #h(2em) & {cell}"
    return f"{line} &" if len(cells) == 1 and row[0].get("columnalign") == "right" else line


def _matrix(table: Element, opening: str, closing: str) -> str:
    """Rows and cells; lines between rows (LaTeX's hline) and columns are kept."""
    sides = [f'"{side}"' if side else "none" for side in (opening, closing)]
    settings = [f"delim: #({', '.join(sides)})" if opening or closing else "delim: #none"]
    small = table.get("rowspacing") == "0.1em"
    settings.append(f"row-gap: #{'0.2em' if small else '0.4em'}")
    settings.append(f"column-gap: #{'0.3em' if small else '1em'}")
    if table.get("rowlines") or table.get("columnlines"):
        down, across = (gaps(table.get(name, "")) for name in ("columnlines", "rowlines"))
        settings.append(f"augment: #(hline: {across}, vline: {down})")
    if table.get("displaystyle") == "true":
        gap = table.get("columnspacing") != "0em"
        rows = [_aligned([f"display({_part(c)})" for c in row], list(row), gap) for row in table]
    else:
        rows = [", ".join(_cell(cell, small) for cell in row) for row in table]
    made = f"mat({', '.join(settings)}, {'; '.join(rows)})"
    if frame := table.get("frame"):
        drawn = ", ".join(f"{side}: 0.5pt" for side in frame.split())
        return f"#block(stroke: ({drawn}), inset: 0.3em, {{set par(leading: 0pt); ${made}$}})"
    return made


def _cell(cell: Element, small: bool) -> str:
    """A cell, on one side of an alignment point where its column isn't centred. Its size is that of
    inline formulas; Typst would make the cells of a matrix within another one smaller."""
    text = _math(cell)
    if not text.startswith("display("):
        text = f"{'script' if small else 'inline'}({text})" if text else EMPTY
    return {"left": f"& {text}", "right": f"{text} &"}.get(cell.get("columnalign", ""), text)
