"""The converter's MathML made fit for MathML Core, the subset that browsers draw.

Core has no ``mathvariant`` but ``normal``, so letters of other alphabets become characters of
their own; relations that came as identifiers become operators, for their spacing; names of
functions stand in one piece with a thin space after them, as TeX sets them.
"""

from __future__ import annotations

import re
import unicodedata
from xml.etree.ElementTree import Element

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
LIMITS = {"max", "min", "sup", "inf", "lim", "arg\u2009max", "arg\u2009min", "argmax", "argmin"}
FENCES = "‖⌊⌋⌈⌉⟨⟩|"
ACCENTS = "~^¯→˙¨―ˇ˘"
SPACES = {"negativethinmathspace": "-0.167em", "thinmathspace": "0.167em"}
# How many parts these elements have; a converter that lost one gives no formula at all.
CHILDREN = {
    **dict.fromkeys(("msub", "msup", "munder", "mover"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}
COMPLETE = {**CHILDREN, "mfrac": 2, "mroot": 2}
SYMBOLS = "∞∂∇∅⊤⊥"  # of category "mathematical symbol", but no operators


def prepared(tex: str) -> str:
    """The TeX in the dialect of the converter."""
    tex = re.sub(r"\\(?:label|tag\*?)\{[^}]*\}|\\(?:nonumber|notag)(?![a-zA-Z])", "", tex)
    tex = re.sub(r"\\(begin|end)\{(?:equation|gather|multline)\*?\}", r"\\\1{gather*}", tex)
    tex = re.sub(r"\\(begin|end)\{align(?:ed)?\*?\}", r"\\\1{align*}", tex)
    tex = re.sub(r"\\operatorname\*?\{arg\s*(?:\\[,;]|~)?\s*(max|min)\}", r"\\arg\1", tex)
    tex = re.sub(r"\\arg(?:\\[,;!])?\s*\\(max|min)(?![a-zA-Z])", r"\\arg\1", tex)
    tex = re.sub(r"\\arg(?![a-zA-Z])", r"\\operatorname{arg}", tex)
    tex = tex.replace(r"\operatorname*{", r"\operatorname{")
    return re.sub(r"\\([lr])Vert(?![a-zA-Z])", r"\\Vert", tex)


def tidy(root: Element, block: bool) -> None:
    """Change the tree in place."""
    for node in root.iter("mo"):
        if len(node):  # \\mathop around a letter: an operator holds text alone
            node.tag, node.text = "mrow", None
    for node in root.iter():
        _leaf(node)
    for node in root.iter():
        _join_names(node)
        if node.tag == "mover" and len(node) == 2 and (node[1].text or "") in ACCENTS:
            node.set("accent", "true")
            if len("".join(node[0].itertext())) == 1:
                node[1].set("stretchy", "false")
        if block and node.tag in ("msub", "msup", "msubsup") and (node[0].text or "") in LIMITS:
            node.tag = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}[node.tag]
    for node in root.iter():
        if node.tag in ("mrow", "mtd", "math", "mstyle"):
            _space_names(node)
            _signs(node)


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
    elif node.tag == "mo" and len(text) > 1 and text.replace("\u2009", "").isalpha():
        node.tag = "mi"
        node.attrib.pop("movablelimits", None)


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


def _join_names(row: Element) -> None:
    """Upright letters side by side are one name: ``softmax``, not seven symbols."""
    joined: Element | None = None
    for child in list(row):
        upright = child.tag == "mi" and child.get("mathvariant") == "normal" and child.text
        if upright and joined is not None:
            joined.text = (joined.text or "") + (child.text or "")
            joined.attrib.pop("mathvariant", None)  # more than one letter is upright by itself
            row.remove(child)
        else:
            joined = child if upright else None


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
    while (node.tag in CHILDREN and len(node)) or (node.tag == "mrow" and len(node) == 1):
        node = node[0]
    return node.tag == "mi" and len(node.text or "") > 1
