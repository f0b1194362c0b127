"""Prepared TeX as a tree of MathML, which both writers read: pages' and PDFs'.

`latex2mathml` converts; what it gets wrong is put right here. Letters of other alphabets become
characters of their own, for MathML Core has no ``mathvariant`` but ``normal``; relations that came
as identifiers become operators; words in upright letters stand in one piece.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from xml.etree.ElementTree import Element, SubElement

import latex2mathml.converter
from PIL import ImageColor

from scripts.rendering.formulas import tables
from scripts.rendering.formulas.environments import PLACE, Table, lifted
from scripts.rendering.formulas.letters import compare
from scripts.rendering.formulas.texts import BRACES
from scripts.rendering.formulas.unconvertible import Unconvertible

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
    r"\rceil": "⌉", "<": "⟨", ">": "⟩", r"\backslash": "\\", r"\uparrow": "↑",
    r"\downarrow": "↓", r"\updownarrow": "↕", r"\Uparrow": "⇑", r"\Downarrow": "⇓",
}  # fmt: skip
ACCENTS = set("~^¯→˙¨―ˇ˘⏜")
DOTS = {"\u20db": "…", "\u20dc": "...."}  # that no font of ours has as accents
WIDE = set("^~ˇ")  # accents that our font has in one width
WIDEST = 8  # letters over which one is drawn wider
SPACES = {"negativethinmathspace": "-0.167em", "thinmathspace": "0.167em"}
# How many parts these elements have; a converter that lost one gives no formula at all.
SCRIPTS = {
    **dict.fromkeys(("msub", "msup", "munder", "mover"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}
COMPLETE = {**SCRIPTS, "mfrac": 2, "mroot": 2}
BELOW = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
PRIMES = set("′″‴⁗")
SYMBOLS = "∞∂∇∅⊤⊥"  # of category "mathematical symbol", but no operators


def tree(prepared: str, block: bool) -> Element:
    """The tree of prepared TeX, where names of functions and what ``\\mathop`` holds are ``mo``.

    Raises Unconvertible.
    """
    text, environments = lifted(prepared)
    try:
        root = _converted(text, environments, block)
    except RecursionError as error:
        raise Unconvertible("too many parts inside one another") from error
    _tidy(root, block)
    return root


def _converted(tex: str, environments: list[Table], block: bool) -> Element:
    """The tree of one piece of TeX, with those of the environments in it."""
    converter = latex2mathml.converter.Converter(display="block" if block else "inline")
    try:
        root = converter.convert_to_element(tex)
    except RecursionError:
        raise
    except Exception as error:  # the converter raises what it likes, IndexError among it
        why = f"{type(error).__name__} {error}".strip()
        raise Unconvertible(f"the converter stops at it: {why}") from error
    for node in root.iter():
        _join_base(node)
        if len(node) != COMPLETE.get(node.tag, len(node)):
            raise Unconvertible(f"{node.tag} with {len(node)} parts")
        node.text = _plain(node)
        if node.text and "\\" in node.text and node.text != "\\":
            raise Unconvertible(f"unknown command {node.text.strip()}")
    compare(tex, root)

    def cell(inner: str) -> list[Element]:
        made = _converted(inner, environments, block) if inner.strip() else Element("math")
        return [part for row in made for part in row]

    put = 0
    for parent in list(root.iter()):
        for place, node in enumerate(parent):
            sign = node.text or ""
            number = ord(sign) - ord(PLACE) if len(sign) == 1 else -1
            if 0 <= number < len(environments):
                parent[place] = tables.element_of(environments[number], cell)
                put += 1
    if put != sum(ord(PLACE) <= ord(char) < ord(PLACE) + len(environments) for char in tex):
        raise Unconvertible("an environment at a place where none can stand")
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
    if text == "⧵":
        return "∖"  # which our font has
    if text and node.tag == "mtext":
        text = re.sub("[\ue0f0\ue0f1]", lambda match: BRACES[match[0]], text)
        return re.sub(r"\\([_#$%&])", r"\1", text)
    return text


def _tidy(root: Element, block: bool) -> None:
    """Change the tree in place."""
    for node in root.iter():
        _join_primes(node)
        _free_arrow(node)
        if node.tag == "mi" and len(node):
            node.tag = "mrow"
        if node.tag in BELOW and block and _takes_below(node[0]):
            node.tag = BELOW[node.tag]
    for node in root.iter():
        _leaf(node)
    for node in root.iter():
        if node.tag not in COMPLETE:  # a row
            _join_words(node)
            _join_negations(node)
            _break_lines(node)
        if node.tag == "mover":
            node[1].text = DOTS.get(node[1].text or "", node[1].text)
        if node.tag == "mover" and (node[1].text or "") in ACCENTS:
            node.set("accent", "true")
            if letters(node[0]) < 2:
                node[1].set("stretchy", "false")


def _join_primes(node: Element) -> None:
    """A prime over what has primes already, as the converter makes of ``f_i''``, as two there."""
    inner = node[0] if node.tag == "msup" else node
    if inner is node or inner.tag not in ("msup", "msubsup"):
        return
    marks = [(each[-1].text or "").strip() for each in (node, inner)]
    if all(marks) and set("".join(marks)) <= PRIMES:
        inner[-1].text = marks[1] + marks[0]
        node.tag, node[:] = inner.tag, list(inner)


def _free_arrow(node: Element) -> None:
    """An arrow with words over it as a sign that grows with them, which browsers see in nothing
    but the sign itself; room beside the words, for Core has no padding relative to them."""
    base = node[0] if node.tag in ("munder", "mover", "munderover") else node
    if base.tag != "mstyle" or len(base) != 1 or base[0].tag != "mo" or len(base.attrib) != 1:
        return
    base[0].set("stretchy", "true")
    node[0] = base[0]
    for words in node[1:]:
        words.tag, words.attrib = "mrow", {}
        for room in [part for part in words if part.tag == "mspace" and part.get("depth")]:
            words.remove(room)
        words.insert(0, Element("mspace", width="0.4em"))
        words.append(Element("mspace", width="0.4em"))


def letters(node: Element) -> float:
    """How wide a part is, in letters; accents have no width."""
    if node.tag in ("mover", "munder") and (node[1].text or "").strip() in ACCENTS:
        return letters(node[0])
    if node.tag in SCRIPTS:
        return letters(node[0]) + 0.6 * max(map(letters, node[1:]))
    return len("".join((node.text or "").split())) + sum(map(letters, node))


def _takes_below(base: Element) -> bool:
    """Whether the script of a displayed operator belongs below (or above) it."""
    operator = base.tag == "mo" and (len(base) > 0 or base.get("movablelimits") == "true")
    return operator or (base.text or "") in LIMITS | LARGE


def _leaf(node: Element) -> None:
    text = node.text or ""
    if node.tag == "mspace":
        node.set("width", SPACES.get(node.get("width", ""), node.get("width", "0")))
    if colour := node.get("mathcolor"):
        node.set("mathcolor", _colour(colour))
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


def _colour(name: str) -> str:
    """A colour in numbers. Raises Unconvertible for one that browsers don't know either."""
    try:
        red, green, blue = ImageColor.getrgb(name.strip())[:3]
    except ValueError as error:
        raise Unconvertible(f"unknown colour {name}") from error
    return f"#{red:02x}{green:02x}{blue:02x}"


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
    line = SubElement(SubElement(table, "mtr"), "mtd")
    for child in list(row):
        row.remove(child)
        if child.get("linebreak"):
            line = SubElement(SubElement(table, "mtr"), "mtd")
        else:
            line.append(child)
    row.append(table)
