"""The guard: two MathML trees of one formula say the same, or what the second lacks."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

# Same sign, other code point: the two converters choose differently. Left is read as right.
_SAME = str.maketrans(
    {
        "−": "-", "∗": "*", "⋅": "·", "⚬": "∘", "∼": "~", "∶": ":", "⟨": "〈", "⟩": "〉",
        "⟺": "⇔", "⟹": "⇒", "⟸": "⇐", "⟶": "→", "⟵": "←", "⊺": "⊤", "⧵": "∖", "◻": "□",
        "∎": "■", "∥": "‖", "∣": "|", "⟂": "⊥", "…": ".", "⋯": ".", "″": "′′", "‴": "′′′",
        "⁗": "′′′′",
        "'": "′", "∕": "/", "⁄": "/", "△": "▵", "ℏ": "ħ", "⩽": "≤", "⩾": "≥", "∖": "\\", "∅": "⌀",
        "\u2061": None, "\u2062": None, "\u2063": None, "\u2064": None, "\u200b": None,
        "\ufe00": None, "\ufe01": None, "\u0338": None, "&": None,
    }
)  # fmt: skip
_ACCENTS = set("^~¯―‾_→←˙¨˚ˇ˘´`ˆ˜⏞⏟⎴⎵") | {chr(c) for c in range(0x300, 0x370)} | {"⃗", "⃖"}


def differ(reference: ElementTree.Element, result: ElementTree.Element, source: str) -> str:
    """What one tree has that the other lacks, in words; empty if they say the same.

    `source` is the Typst of `result`: lines, colours and strokes are missing in Typst's MathML.
    """
    wanted, got = _characters(reference), _characters(result)
    if wanted != got:
        lost, more = "".join((wanted - got).elements()), "".join((got - wanted).elements())
        return " and ".join(
            [f"{lost!r} is lost"] * bool(lost) + [f"{more!r} is added"] * bool(more)
        )
    for name, places in _PLACES.items():
        there, here = Counter(places(reference)), Counter(places(result))
        if there != here:
            gone, new = ([*found.elements()][:3] for found in (there - here, here - there))
            return f"{name} {gone} became {new}"
    before, after = _shape(reference), _shape(result)
    for name, calls in _DRAWN.items():
        after[name] = after.get(name, 0) + len(re.findall(rf"(?<![a-z.]){calls}", source))
    for name in before:
        if before[name] != after[name]:
            return f"{before[name]} {name} became {after[name]}"
    return ""


THIN = ("0", "0em", "0px")
_DRAWN = {
    "accents": r"(?:overline|underline|scale)\(",
    "strikes": r"cancel\(",
    "boxes": r"block\(stroke: 0",
    "frames": r"block\(stroke: \(",
    "colours": r"text\(fill: #",
    "sizes": r"text\(size: #",
    "ruled tables": "augment: #",
}


def _visible(tree: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """All elements but those that only take room."""
    if _hidden(tree):
        return
    yield tree
    for child in tree:
        yield from _visible(child)


def _hidden(element: ElementTree.Element) -> bool:
    style = element.get("style", "").replace(" ", "")
    return element.tag == "mphantom" or "visibility:hidden" in style


def _shape(tree: ElementTree.Element) -> dict[str, int]:
    elements = list(_visible(tree))
    names = Counter(e.tag for e in elements)
    notations = Counter(e.get("notation", "") for e in elements)
    # Binomials are fractions without a line to one and two-row tables to the other.
    thin = sum(e.get("linethickness") in THIN for e in elements)
    return {
        "fractions": names["mfrac"] - thin,
        "roots": names["msqrt"] + names["mroot"],
        "accents": sum(_accent(e) is not None for e in elements),
        "strikes": sum(n for name, n in notations.items() if "strike" in name),
        "boxes": notations["box"],
        "frames": sum("frame" in e.attrib for e in elements),
        "sizes": sum("mathsize" in e.attrib for e in elements),
        "colours": sum("mathcolor" in e.attrib for e in elements),
        "ruled tables": sum("rowlines" in e.attrib or "columnlines" in e.attrib for e in elements),
    }


def _words(tree: ElementTree.Element) -> str:
    """The visible characters of a part, in one spelling and any order, but for primes."""
    return "".join(sorted(char for char in _characters(tree).elements() if char != "′"))


def _scripts(tree: ElementTree.Element) -> Iterator[tuple[str, ...]]:
    """What stands as a script, and whether below or above."""
    for element in _visible(tree):
        sides = {"msub": "b", "msup": "t", "munder": "b", "mover": "t"}.get(element.tag, "")
        sides = "bt" if element.tag in ("msubsup", "munderover") else sides
        if sides and _accent(element) is None:
            for side, script in zip(sides, element[1:], strict=False):
                if words := _words(script):
                    yield side, words


def _fractions(tree: ElementTree.Element) -> Iterator[tuple[str, ...]]:
    """What stands above and below the lines of fractions, and under roots."""
    for element in _visible(tree):
        if element.tag == "mfrac" and element.get("linethickness") not in THIN:
            yield tuple(map(_words, element))
        elif element.tag in ("msqrt", "mroot"):
            yield (_words(element),)


_PLACES: dict[str, Callable[[ElementTree.Element], Iterator[tuple[str, ...]]]] = {
    "scripts": _scripts,
    "fractions": _fractions,
}


def _accent(element: ElementTree.Element) -> ElementTree.Element | None:
    """The accent, line or brace of an element, if that is what its script is."""
    if element.tag in ("mover", "munder") and len(element) == 2:
        mark = "".join(element[1].itertext()).strip()
        if mark in _ACCENTS:
            return element[1]
    return None


def _characters(tree: ElementTree.Element) -> Counter[str]:
    """The visible characters, without accents, in one spelling."""
    found: Counter[str] = Counter()

    def walk(element: ElementTree.Element) -> None:
        if _hidden(element):
            return
        skip = _accent(element)
        for char in element.text or "":
            _add(found, char)
        for child in element:
            if child is not skip:
                walk(child)
            for char in child.tail or "":
                _add(found, char)

    walk(tree)
    return found


def _add(found: Counter[str], char: str) -> None:
    if char.isspace():
        return
    # Bold, italic and script alphabets count as their letters; epsilon and its variant differ.
    kind, _, code = unicodedata.decomposition(char).partition(" ")
    if kind == "<font>":
        char = "".join(chr(int(c, 16)) for c in code.split())
    for sign in char.translate(_SAME):
        found[sign] += 1
