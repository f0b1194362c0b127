"""A first guard: letters and digits of the TeX are those of its tree, so that the converter neither
loses nor leaks any. The second, `guard`, compares the tree with what became of it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from xml.etree.ElementTree import Element

from scripts.rendering.formulas.unconvertible import Unconvertible

# Commands whose (first) argument isn't shown, or which take a length.
_SILENT = re.compile(
    r"\\(?:textcolor|color|colorbox|hspace\*?|mspace|hskip|mskip|kern|mkern|hphantom|vphantom|"
    r"phantom|rule|href|mathchoice)(?![A-Za-z])"
)
_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|[A-Za-z0-9]|[&$@#]", re.S)
_SHOWN = re.compile(r"[A-Za-z0-9&$@#]")
_NAMES = {"limsup", "liminf", "Pr", "gcd", "det"}


def compare(tex: str, root: Element) -> None:
    """Raise Unconvertible if the tree of one piece of TeX (no environments) has other letters."""
    if _SILENT.search(tex):
        return
    tokens = _TOKEN.findall(tex)
    wanted = Counter(token for token in tokens if len(token) == 1)
    wanted.update(token[1] for token in tokens if re.fullmatch(r"\\[&$@#]", token))
    if r"\And" in tokens:
        wanted["&"] += tokens.count(r"\And")
    commands = Counter(
        "".join(token[1:] for token in tokens if token[0] == "\\" and token[1:].isalpha())
    )
    text = "".join(root.itertext())
    plain = Counter(_SHOWN.findall(text))
    read = Counter(_SHOWN.findall(_decomposed(text)))
    if lost := wanted - read:
        raise Unconvertible(f"{''.join(lost.elements())!r} is lost")
    if added := plain - wanted - commands:
        raise Unconvertible(f"{''.join(added.elements())!r} is taken for something to show")


def _decomposed(text: str) -> str:
    """Letters of every alphabet as plain ones."""
    return unicodedata.normalize("NFKD", text)
