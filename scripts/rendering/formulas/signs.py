"""The signs of a row: what they are (names, operators, bars that belong together), and as Typst.

MathML tells opening bars from closing ones only where TeX did (``\\left|``); mostly there is
just the same sign twice.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from scripts.rendering.formulas.tree import LARGE

# The scripts' sides of the elements that have scripts.
SCRIPTS = {
    "msub": ("b",), "msup": ("t",), "msubsup": ("b", "t"),
    "munder": ("b",), "mover": ("t",), "munderover": ("b", "t"),
}  # fmt: skip
BARS = "|‖"
OPENING = "([{⟨⌊⌈"
CLOSING = ")]}⟩⌋⌉"
BESIDE = {*BARS, *OPENING, *CLOSING}
# Behind these a bar closes nothing.
_OPERATORS = {*"+−±∓×·⋅∗*=<>≤≥≠≈∼∝∈→←,;:/", *OPENING}

# Bare, these would be the syntax of Typst, or grow with what they enclose.
_SYNTAX = re.compile(r"([!-/:-@\[-`{-~⟨⟩⌊⌋⌈⌉‖√∛∜])")


def is_name(element: Element) -> bool:
    """Whether an element is the name of a function."""
    return element.tag == "mo" and "".join((element.text or "").split()).isalpha()


def is_operator(element: Element) -> bool:
    """Whether an element is the name of a function, a sum or the like."""
    return is_name(element) or (element.tag == "mo" and (len(element) > 0 or element.text in LARGE))


def base_of(element: Element) -> Element:
    """An element without its scripts."""
    while element.tag in SCRIPTS or (element.tag == "mrow" and len(element) == 1):
        element = element[0]
    return element


def unwrapped(element: Element) -> Element:
    """The one element of a row, however many rows are around it."""
    while element.tag in ("math", "mrow") and len(element) == 1:
        element = element[0]
    return element


def bar_classes(kids: list[Element]) -> dict[int, str]:
    """The classes of bars that don't grow: two inside one pair of brackets are fences."""
    groups: list[list[int]] = [[]]
    every = [groups[0]]
    for place, kid in enumerate(kids):
        sign = base_of(kid)
        if sign.tag != "mo" or sign.get("form"):
            continue
        if sign.text and sign.text in OPENING:
            groups.append([])
            every.append(groups[-1])
        elif sign.text and sign.text in CLOSING and len(groups) > 1:
            groups.pop()
        elif sign.text and sign.text in BARS and not _grows(sign):
            groups[-1].append(place)
    found: dict[int, str] = {}
    for places in every:
        sides = dict(zip(places, ("opening", "closing") * len(places), strict=False))
        paired = len(places) % 2 == 0 and all(
            kids[place - 1].text not in _OPERATORS for place in places[1::2]
        )
        found |= sides if paired else dict.fromkeys(places, "normal")
    return found


def _grows(sign: Element) -> bool:
    return sign.get("stretchy") == "true" and not sign.get("minsize")


def written(element: Element) -> str:
    """An element without parts as Typst math."""
    name, text = element.tag, (element.text or "").strip("\n")
    if name in ("mtext", "ms"):
        return _quoted(text)
    text = text.strip()
    if not text:
        return ""
    if name == "mn":
        return text if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else _quoted(text)
    if name == "mi":
        if len(text) > 1 and text.isalpha():
            return _quoted(text)
        return f"upright({_escaped(text)})" if element.get("mathvariant") else _escaped(text)
    if is_name(element):
        return name_of(text, limits=False)
    if element.get("minsize"):
        return f"lr(size: #{measured(element.get('minsize', ''))}, {_escaped(text)})"
    if element.get("stretchy") == element.get("fence") == "true" and not element.get("form"):
        return f"mid({_escaped(text)})"
    return _escaped(text)


def _escaped(text: str) -> str:
    if text == "∇":
        return 'class("normal", ∇)'  # or what follows would be its operand: no difference
    return " ".join(_SYNTAX.sub(r"\\\1", char) for char in text.replace("*", "∗"))


def name_of(text: str, limits: bool) -> str:
    """A function's name; with ``limits`` scripts are set below it where there is room."""
    words = {"argmax": "arg max", "argmin": "arg min"}.get(text, text).split()
    name = "thin".join(f'"{word}"' for word in words)
    return f"op({name}{', limits: #true' if limits else ''})"


def _quoted(text: str) -> str:
    text = re.sub(" +", " ", text.replace("\xa0", " "))
    if text and not text.strip():
        return "#h(0.25em)"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if text else ""


def measured(width: str) -> str:
    """A width of MathML as one of Typst."""
    found = re.fullmatch(r"(-?[\d.]+)(em|pt|mm|cm|in|mu)", width)
    if not found:
        return "0em"
    return f"{float(found[1]) / 18:.3f}em" if found[2] == "mu" else width
