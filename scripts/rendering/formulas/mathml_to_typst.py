"""MathML (as latex2mathml writes it) as Typst math: the second way when tylax loses something."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

ACCENTS = {
    "^": "hat", "~": "tilde", "¯": "macron", "―": "macron", "_": "macron", "→": "arrow",
    "←": "arrow.l", "˙": "dot", "¨": "dot.double", "˚": "circle", "ˇ": "caron", "˘": "breve",
    "´": "acute", "`": "grave", "⃗": "arrow", "ˆ": "hat", "˜": "tilde",
}  # fmt: skip
BRACES = {"⏞": "overbrace", "⏟": "underbrace", "⎴": "overbracket", "⎵": "underbracket"}
_LIMITS = {
    "max", "min", "lim", "sup", "inf", "argmax", "argmin", "limsup", "liminf", "det", "gcd", "Pr",
}  # fmt: skip
_ASCII = re.compile(r"([!-/:-@\[-`{-~])")
_STYLES = {
    "bold": "upright(bold({}))", "italic": "italic({})", "bold-italic": "bold(italic({}))",
    "double-struck": "bb({})", "script": "cal({})", "bold-script": "bold(cal({}))",
    "fraktur": "frak({})", "bold-fraktur": "bold(frak({}))", "sans-serif": "sans({})",
    "bold-sans-serif": "bold(sans({}))", "monospace": "mono({})", "normal": "upright({})",
}  # fmt: skip


class Unsupported(ValueError):
    """A piece of MathML that has no counterpart here."""


def tag(element: Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def to_typst(element: Element) -> str:
    """Typst math of one MathML element. Raises Unsupported."""
    name = tag(element)
    text = (element.text or "").strip()
    kids = list(element)
    if name in ("math", "mrow", "mpadded", "semantics", "maction", "mtd"):
        return _row(kids)
    if name == "mstyle":
        body = _row(kids)
        if colour := element.get("mathcolor"):
            body = f"text(fill: #{_colour(colour)}, {body})"
        return f"display({body})" if element.get("displaystyle") == "true" else body
    if name in ("mi", "mn", "mo", "mtext", "ms"):
        return _leaf(name, element, text)
    if name == "mspace":
        width = re.fullmatch(r"(-?[\d.]+)em", element.get("width", ""))
        return f"#h({width[1]}em)" if width else "thin"
    if name == "mphantom":
        return f"#hide(${_row(kids)}$)"
    if name == "mtable":
        return _table(element)
    if name == "menclose":
        body = _row(kids)
        notation = element.get("notation", "")
        if "box" in notation:
            return f"#box(stroke: 0.5pt, inset: 3pt, baseline: 3pt + 0.28em, ${body}$)"
        if "strike" in notation:
            return f"cancel({body})"
        raise Unsupported(f"menclose {notation}")
    return _script(name, element, [to_typst(kid) for kid in kids], kids)


def _leaf(name: str, element: Element, text: str) -> str:
    raw = element.text or ""
    if name in ("mtext", "ms"):
        quoted = raw.replace("\xa0", " ").replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}"'
    if not text:
        return ""
    if "\\" in text and text != "\\":
        raise Unsupported(text)
    variant = element.get("mathvariant", "")
    if name == "mo":
        sign = " ".join(_ASCII.sub(r"\\\1", c) for c in text)
        words = {"argmax": "arg max", "argmin": "arg min"}.get(text, " ".join(text.split()))
        if len(text) > 1 and words.replace(" ", "").isalpha():
            limits = ", limits: #true" if words.replace(" ", "") in _LIMITS else ""
            return f'op("{words}"{limits})'
        if len(text) == 1 and element.get("stretchy") == "true" and element.get("form") == "infix":
            return f"mid({sign})"
        if element.get("minsize"):
            size = re.fullmatch(r"([\d.]+)em", element.get("minsize", ""))
            return f"lr(size: #{size[1]}em, {sign})" if size else sign
        return sign
    if name == "mn":
        return f'"{text}"' if not text.isascii() or len(text) > 1 else text
    if len(text) > 1 and variant in ("", "normal"):
        return f'op("{text}")' if text.isalpha() else f'"{text}"'
    body = " ".join(_ASCII.sub(r"\\\1", c) for c in text)
    return _STYLES[variant].format(body) if variant in _STYLES else body


def _row(kids: list[Element]) -> str:
    """A sequence; from a stretchy opening fence to its closing one it grows with its content."""
    out: list[str] = []
    stack: list[int] = []
    for kid in kids:
        fence = tag(kid) == "mo" and kid.get("stretchy") == "true" and kid.get("fence") == "true"
        form = kid.get("form")
        if fence and form == "prefix":
            stack.append(len(out))
        out.append(to_typst(kid))
        if fence and form == "postfix" and stack:
            start = stack.pop()
            out[start:] = ["lr(" + " ".join(out[start:]) + ")"]
    return " ".join(part for part in out if part)


def _script(name: str, element: Element, parts: list[str], kids: list[Element]) -> str:
    def at(i: int) -> str:
        return parts[i] or '""'

    if name == "mfrac":
        if element.get("linethickness") in ("0", "0em", "0px"):
            return f"mat(delim: #none, {at(0)}; {at(1)})"
        return f"frac({at(0)}, {at(1)})"
    if name == "msqrt":
        return f"sqrt({' '.join(parts)})"
    if name == "mroot":
        return f"root({at(1)}, {at(0)})"
    if name == "msub":
        return f"attach({at(0)}, b: {at(1)})"
    if name == "msup":
        return f"attach({at(0)}, t: {at(1)})"
    if name == "msubsup":
        return f"attach({at(0)}, b: {at(1)}, t: {at(2)})"
    if name in ("mover", "munder"):
        mark = (kids[1].text or "").strip()
        if mark in BRACES:
            return f"{BRACES[mark]}({at(0)})"
        if mark in ACCENTS:
            if name == "munder":
                return f"underline({at(0)})"
            if mark in "¯―_":
                return f"overline({at(0)})"
            return f"accent({at(0)}, {ACCENTS[mark]})"
        side = "t" if name == "mover" else "b"
        brace = re.match(r"(over|under)(brace|bracket)\(.*\)$", at(0), re.S)
        if brace and (brace[1] == "over") == (name == "mover"):
            return at(0)[:-1] + f", {at(1)})"
        return f"attach(limits({at(0)}), {side}: {at(1)})"
    if name == "munderover":
        return f"attach(limits({at(0)}), b: {at(1)}, t: {at(2)})"
    raise Unsupported(name)


def _table(element: Element) -> str:
    """Rows and cells; lines between rows (LaTeX's hline) and columns are kept."""
    rows = [[to_typst(cell) if len(cell) else "" for cell in row] for row in element]
    if element.get("displaystyle") == "true":  # an alignment, which Typst sets without a table
        return " \\ ".join(" & ".join(row) for row in rows)
    sides = {cell.get("columnalign") for row in element for cell in row}
    side = sides.pop() if len(sides) == 1 else None
    align = f"align: #{side}, " if side in ("left", "right") else ""
    if side == "left":
        align += "column-gap: #1em, "  # cases
    if element.get("rowlines") or element.get("columnlines"):
        down = [i + 1 for i, s in enumerate(element.get("columnlines", "").split()) if s != "none"]
        across = [i + 1 for i, s in enumerate(element.get("rowlines", "").split()) if s != "none"]
        lines = f"augment: #(hline: {_tuple(across)}, vline: {_tuple(down)}), "
    else:
        lines = ""
    body = "; ".join(", ".join(cell or '""' for cell in row) for row in rows)
    return f"mat(delim: #none, {align}{lines}{body})"


def _colour(name: str) -> str:
    """A CSS colour as Typst code. Raises Unsupported for names that Typst doesn't know."""
    if re.fullmatch(r"#[0-9a-fA-F]{3,8}", name):
        return f'rgb("{name}")'
    if name in _COLOURS:
        return name
    raise Unsupported(f"colour {name}")


_COLOURS = {
    "black", "gray", "silver", "white", "navy", "blue", "aqua", "teal", "purple", "fuchsia",
    "maroon", "red", "orange", "yellow", "olive", "green", "lime",
}  # fmt: skip


def _tuple(numbers: list[int]) -> str:
    return "(" + "".join(f"{n}," for n in numbers) + ")"
