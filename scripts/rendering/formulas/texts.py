"""Words within formulas: `\\text` and its like, which may hold formulas again."""

from __future__ import annotations

import re

from scripts.rendering.formulas.macros import argument, group_end
from scripts.rendering.formulas.unconvertible import Unconvertible

NAMES = r"text(?:rm|bf|it|tt|sf|up|md|normal)?|[mhf]box|emph"
_TEXT = re.compile(rf"\\({NAMES})(?![A-Za-z])\s*(?=\{{)")
_FORMULA = re.compile(r"(?<!\\)\$(.*?)(?<!\\)\$|\\\((.*?)\\\)", re.S)
# The converter reads words up to the first brace: those that are shown stand in signs of their own.
BRACES = {"\ue0f0": "{", "\ue0f1": "}"}
_SPELLED = (
    (r"\\\{", "\ue0f0"),
    (r"\\\}", "\ue0f1"),
    (r"\\[,;: ]|~", "\u00a0"),
    (r"\\q?quad(?![A-Za-z])", "\u2003"),
    (r"\\l?dots(?![A-Za-z])", "…"),
    (r"\\!", ""),
    (rf"\\(?:{NAMES}|textstyle|displaystyle|scriptsize|small|rm|normalfont)(?![A-Za-z])\s*", ""),
    (r"(?<!\\)[{}]", ""),
)


def spelled(tex: str) -> str:
    """TeX in which words hold nothing but words; formulas among them stand beside them. Raises
    Unconvertible for commands that words can't hold."""
    out, place = [], 0
    while match := _TEXT.search(tex, place):
        end = group_end(tex, match.end())
        out += [tex[place : match.start()], _parts(match[1], argument(tex[match.end() : end]))]
        place = end
    return "".join(out) + tex[place:]


def _parts(name: str, words: str) -> str:
    parts, place = [], 0
    for formula in _FORMULA.finditer(words):
        parts.append(_words(name, words[place : formula.start()]))
        parts.append("{" + spelled(formula[1] or formula[2] or "") + "}")
        place = formula.end()
    parts.append(_words(name, words[place:]))
    kept = [part for part in parts if part] or [r"\text{}"]
    return kept[0] if len(kept) == 1 else "{" + "".join(kept) + "}"


def _words(name: str, words: str) -> str:
    if not words:
        return ""
    for pattern, spelling in _SPELLED:
        words = re.sub(pattern, spelling, words)
    if command := re.search(r"\\(?:[A-Za-z]+|[^_#$%&])", words):
        raise Unconvertible(f"{command[0]} within words (\\{name}): write it outside of them")
    if re.search(r"(?<!\\)&", words):
        raise Unconvertible(f"& within words (\\{name}): write \\&")
    return rf"\{name}{{{words}}}"
