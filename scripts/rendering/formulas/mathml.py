"""A formula's tree as markup of a page, fit for MathML Core, the subset that browsers draw."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from scripts.rendering.formulas.macros import Macros
from scripts.rendering.formulas.tex import prepare
from scripts.rendering.formulas.tree import PRIMES, SCRIPTS, WIDE, WIDEST, letters, tree

ARROWS = set("→←↔⇒⇐⇔↦↪↩⇀⇁↼↽⇌⇋⇄↠↞=")
SMALL = {"^": "ˆ", "~": "˜"}  # the signs of keyboards are larger
UPRIGHT = set("ΓΔΘΛΞΠΣΥΦΨΩ")  # TeX slants small Greek letters only


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
        elif node.tag in ("mover", "munder", "munderover"):
            _long_arrow(node)
            _lines(node)
        elif node.tag in ("msup", "msubsup") and set(node[-1].text or " ") <= PRIMES:
            node[-1].set("class", "prime")
        elif node.tag == "mi" and (node.text or "") in UPRIGHT and not node.get("mathvariant"):
            node.set("mathvariant", "normal")
    return "".join(ElementTree.tostring(child, encoding="unicode") for child in root)


def _long_arrow(node: Element) -> None:
    """Have an arrow drawn as long as the words over it; Chromium lengthens what is a script."""
    arrow = node[0]
    if arrow.tag == "mo" and arrow.get("stretchy") == "true" and (arrow.text or "") in ARROWS:
        width = round(0.6 + 0.4 * max(map(letters, node[1:])))
        if width > 1:
            arrow.set("class", f"wide-{min(width, WIDEST)}")


def _lines(node: Element) -> None:
    """A line over or under as what it stands over, with a class: styles draw it, for no font has a
    line of every width. An accent over more than a letter is drawn as wide as it must be, too."""
    mark = (node[1].text or "").strip()
    if mark in ("―", "_") and not len(node[1]):
        base = node[0]
        name = "overline" if node.tag == "mover" else "underline"
        node.tag, node.attrib, node[:] = "mrow", {"class": name}, [base]
    elif node.tag == "mover" and mark in WIDE:
        node[1].text = SMALL.get(mark, mark)
        if (width := round(letters(node[0]))) > 1:
            node[1].set("class", f"wide-{min(width, WIDEST)}")


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
        if child.tag == "mo" and child.text in ("|", "‖") and not child.get("form"):
            child.set("lspace", "0")  # for TeX a bar is as a letter
            child.set("rspace", "0")
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
