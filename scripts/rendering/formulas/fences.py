"""What the signs of a row are: names, operators, bars that belong together.

MathML tells opening bars from closing ones only where TeX did (``\\left|``); mostly there is
just the same sign twice.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from .mathml import LARGE

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
