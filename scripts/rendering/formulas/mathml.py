"""Prepared TeX as a MathML tree, fit for MathML Core, the subset that browsers draw.

Core has no ``mathvariant`` but ``normal``, so letters of other alphabets become characters of
their own; relations that came as identifiers become operators, for their spacing; words in upright
letters stand in one piece. `latex2mathml` does the conversion.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import escape, unescape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import latex2mathml.converter

from scripts.rendering.formulas.tex import Macros, Unconvertible, prepare

ALPHABETS = {
    "bold": "BOLD",
    "italic": "ITALIC",
    "bold-italic": "BOLD ITALIC",
    "script": "SCRIPT",
    "bold-script": "BOLD SCRIPT",
    "fraktur": "FRAKTUR",
    "double-struck": "DOUBLE-STRUCK",
    "sans-serif": "SANS-SERIF",
    "monospace": "MONOSPACE",
}
# The letters that Unicode had before it had the alphabets.
EARLIER = {
    "DOUBLE-STRUCK": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
    "SCRIPT": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "FRAKTUR": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
    "ITALIC": {"h": "ℎ"},
}
DIGITS = ("ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE")
# What takes its script below, besides what the converter marks: names of a maximum and the like.
LIMITS = {"max", "min", "sup", "inf", "lim", "arg\u2009max", "arg\u2009min", "argmax", "argmin"}
# Signs whose scripts the converter leaves beside them, always or inside of other things.
LARGE = set("∑∏∐⋃⋂⨁⨂⨀⨄⨆⋁⋀")
FENCES = "‖⌊⌋⌈⌉⟨⟩|"
# Behind \big and its like the converter leaves a fence as a command.
COMMANDS = {
    r"\{": "{", r"\}": "}", r"\lbrace": "{", r"\rbrace": "}", r"\lbrack": "[", r"\rbrack": "]",
    r"\|": "‖", r"\Vert": "‖", r"\vert": "|", r"\lvert": "|", r"\rvert": "|",
    r"\langle": "⟨", r"\rangle": "⟩", r"\lfloor": "⌊", r"\rfloor": "⌋", r"\lceil": "⌈",
    r"\rceil": "⌉", "<": "⟨", ">": "⟩",
}  # fmt: skip
ACCENTS = "~^¯→˙¨―ˇ˘"
SPACES = {"negativethinmathspace": "-0.167em", "thinmathspace": "0.167em"}
# How many parts these elements have; a converter that lost one gives no formula at all.
SCRIPTS = {
    **dict.fromkeys(("msub", "msup", "munder", "mover"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}
COMPLETE = {**SCRIPTS, "mfrac": 2, "mroot": 2}
BELOW = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
SYMBOLS = "∞∂∇∅⊤⊥"  # of category "mathematical symbol", but no operators


def mathml(tex: str, block: bool = False, macros: Macros | None = None) -> str:
    """TeX as a ``math`` element of a page; it keeps the TeX as its annotation.

    Raises Unconvertible where the converter fails or leaves a command as it is.
    """
    inner = _markup(prepare(tex, macros), block)
    display = ' display="block"' if block else ""
    note = f'<annotation encoding="application/x-tex">{escape(tex.strip(), quote=False)}'
    return f"<math{display}><semantics>{inner}{note}</annotation></semantics></math>"


@lru_cache(4096)
def _markup(prepared: str, block: bool) -> str:
    root = tree(prepared, block)
    for node in root.iter("mo"):
        _identifier(node)
    for node in root.iter():
        if node.tag in ("mrow", "mtd", "math", "mstyle"):
            _space_names(node)
            _signs(node)
    return "".join(ElementTree.tostring(child, encoding="unicode") for child in root)


def tree(prepared: str, block: bool) -> Element:
    """The tree of prepared TeX, where names of functions and what ``\\mathop`` holds are ``mo``.

    Raises Unconvertible.
    """
    converter = latex2mathml.converter.Converter(display="block" if block else "inline")
    try:
        root = converter.convert_to_element(prepared)
    except RecursionError as error:
        raise Unconvertible("too many parts inside one another") from error
    except Exception as error:  # the converter raises what it likes, IndexError among it
        raise Unconvertible(f"{type(error).__name__} {error}".strip()) from error
    for node in root.iter():
        _join_base(node)
        if len(node) != COMPLETE.get(node.tag, len(node)):
            raise Unconvertible(f"{node.tag} with {len(node)} parts")
        node.text = _plain(node)
        if node.text and "\\" in node.text and node.text != "\\":
            raise Unconvertible(f"unknown command {node.text.strip()}")
    _tidy(root, block)
    return root


def _join_base(node: Element) -> None:
    """A matrix or binomial with its fences as one base, where the converter leaves three."""
    parts = SCRIPTS.get(node.tag)
    if parts and len(node) == parts + 2 and node[1].tag in ("mtable", "mfrac"):
        base = Element("mrow")
        base.extend(node[:3])
        node[:3] = [base]


def _plain(node: Element) -> str | None:
    """The text of a node, without what the converter leaves of TeX in it."""
    text = unescape(node.text) if node.text else node.text
    if text and node.tag == "mo" and node.get("minsize"):
        return COMMANDS.get(text, text)
    if text and node.tag == "mtext":
        return re.sub(r"\\([_#$%&{}])", r"\1", text)
    return text


def _tidy(root: Element, block: bool) -> None:
    """Change the tree in place."""
    for node in root.iter():
        if node.tag in BELOW and block and _takes_below(node[0]):
            node.tag = BELOW[node.tag]
    for node in root.iter():
        _leaf(node)
    for node in root.iter():
        if node.tag not in COMPLETE:  # a row
            _join_words(node)
            _join_negations(node)
            _break_lines(node)
        if node.tag == "mover" and (node[1].text or "") in ACCENTS:
            node.set("accent", "true")
            if len("".join(node[0].itertext())) == 1:
                node[1].set("stretchy", "false")


def _takes_below(base: Element) -> bool:
    """Whether the script of a displayed operator belongs below (or above) it."""
    operator = base.tag == "mo" and (len(base) > 0 or base.get("movablelimits") == "true")
    return operator or (base.text or "") in LIMITS | LARGE


def _leaf(node: Element) -> None:
    text = node.text or ""
    if node.tag == "mspace":
        node.set("width", SPACES.get(node.get("width", ""), node.get("width", "0")))
    variant = node.get("mathvariant", "")
    if variant not in ("", "normal"):
        del node.attrib["mathvariant"]
        if variant in ALPHABETS:
            node.text = "".join(_letter(char, ALPHABETS[variant]) for char in text)
    elif node.tag == "mi" and len(text) == 1:
        if text in FENCES:
            node.tag = "mo"
            node.set("stretchy", "false")
        elif text in ";:" or (unicodedata.category(text) == "Sm" and text not in SYMBOLS):
            node.tag = "mo"
            node.text = "∼" if text == "~" else text
    elif node.tag == "mi" and text.isalpha() and not variant:
        node.tag = "mo"  # the name of a function


def _letter(char: str, style: str) -> str:
    """``char`` in another alphabet of mathematics, or as it is where that has none."""
    if char in EARLIER.get(style, {}):
        return EARLIER[style][char]
    if char.isdigit() and char.isascii():
        kind = f"DIGIT {DIGITS[int(char)]}"
    elif char.isalpha():
        kind = unicodedata.name(char, "").replace(" LETTER", "")
        kind = kind.removeprefix("LATIN ").removeprefix("GREEK ")
    else:
        return char
    try:
        return unicodedata.lookup(f"MATHEMATICAL {style} {kind}")
    except KeyError:
        return char


def _join_words(row: Element) -> None:
    """Upright letters side by side are one word: ``softmax``, not seven symbols."""
    joined: Element | None = None
    for child in list(row):
        upright = child.tag == "mi" and child.get("mathvariant") == "normal" and child.text
        if upright and joined is not None:
            joined.text = (joined.text or "") + (child.text or "")
            joined.attrib.pop("mathvariant", None)  # more than one letter is upright by itself
            row.remove(child)
        else:
            joined = child if upright else None


def _join_negations(row: Element) -> None:
    """A stroke that the converter lays over the next sign, as one sign with that."""
    for stroke, sign in zip(list(row), list(row)[1:], strict=False):
        if "".join(stroke.itertext()) == "⧸" and stroke.tag == "mpadded" and sign.text:
            row.remove(stroke)
            sign.text = unicodedata.normalize("NFC", sign.text[0] + "\u0338") + sign.text[1:]


def _break_lines(row: Element) -> None:
    """Rows of their own for lines: browsers know no line break in a formula."""
    if not any(child.get("linebreak") for child in row):
        return
    table = Element("mtable", displaystyle="true", rowspacing="3pt")
    line = ElementTree.SubElement(ElementTree.SubElement(table, "mtr"), "mtd")
    for child in list(row):
        row.remove(child)
        if child.get("linebreak"):
            line = ElementTree.SubElement(ElementTree.SubElement(table, "mtr"), "mtd")
        else:
            line.append(child)
    row.append(table)


def _identifier(node: Element) -> None:
    """An operator of words, which browsers would space as a relation, as what it looks like."""
    text = node.text or ""
    if len(node):  # \\mathop around a letter: browsers want text alone in an operator
        node.tag, node.text = "mrow", None
    elif len(text) > 1 and "".join(text.split()).isalpha():
        node.tag = "mi"
        node.attrib.pop("movablelimits", None)


def _space_names(row: Element) -> None:
    """A thin space between a function's name and what stands beside it without a bracket."""
    children = list(row)
    for place in range(len(children) - 1, -1, -1):
        if not _is_name(children[place]):
            continue
        after = children[place + 1] if place + 1 < len(children) else None
        if after is not None and after.tag not in ("mo", "mspace"):
            row.insert(place + 1, Element("mspace", width="0.167em"))
        before = children[place - 1] if place else None
        if before is not None and (before.tag not in ("mo", "mspace") or before.text in (")", "]")):
            row.insert(place, Element("mspace", width="0.167em"))


def _signs(row: Element) -> None:
    """A minus after another operator is a sign, not a difference."""
    before: Element | None = None
    for child in row:
        after_operator = before is not None and before.tag == "mo"
        if child.tag == "mo" and child.text in ("−", "+", "±") and after_operator:
            assert before is not None
            if before.text not in (")", "]", "}", "!", "⌋", "⌉", "⟩", "|", "‖", "′"):
                child.set("form", "prefix")
        before = child


def _is_name(node: Element) -> bool:
    """Whether a node is a function's name, with or without indices."""
    while (node.tag in SCRIPTS and len(node)) or (node.tag == "mrow" and len(node) == 1):
        node = node[0]
    return node.tag == "mi" and len(node.text or "") > 1
