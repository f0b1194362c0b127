"""TeX prepared once for both writers: macros expanded, in the dialect of the converter.

The converter (latex2mathml) knows some of several names for one thing, so the others are written as
those; what is only for numbers and pages of LaTeX goes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# MathJax's way: a name to its TeX, or to its TeX (with #1, #2 ...) and the number of arguments.
Macros = Mapping[str, object]

LONGEST = 10_000  # characters of a formula, its macros expanded: five pages of a print
DEEPEST = 40  # groups, fractions and fences inside one another; the converter goes down to each


class Unconvertible(ValueError):
    """A formula that can't be written as MathML."""


# The converter makes of these what it makes of an operator that is none of them.
_STANDARD: Macros = {"mathrel": [r"\;{#1}\;", 1]}
_NESTING = re.compile(r"(?<!\\)[{}]|\\(?:begin|end|left|right)(?![A-Za-z])")
_ROWS = re.compile(r"(?<!\\)&|\\\\")
_DEFINITION = re.compile(r"\\(?:re)?newcommand\*?\s*\{?\\([A-Za-z]+)\}?\s*(?:\[(\d)\])?\s*(?=\{)")
_INNERMOST = re.compile(r"\\begin\{(\w+\*?)\}(?:(?!\\begin\{).)*?\\end\{\1\}", re.S)
_SPELLINGS = (
    (r"\\(?:label|tag\*?)\s*\{[^}]*\}|\\(?:nonumber|notag)(?![A-Za-z])", ""),
    (r"\\\\\s*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm)\s*\]", r"\\\\"),  # more room between two rows
    (r"\\(?:bm|pmb)(?![A-Za-z])", r"\\boldsymbol"),
    (r"\\cfrac(?![A-Za-z])", r"\\dfrac"),
    (r"\\mathrm\{([A-Za-z])\}", r"\\mathrm{ \1}"),  # or it comes out slanted
    (r"\\([bB]igg?)m(?![A-Za-z])\s*(\\[A-Za-z]+|\\.|.)", r"\\;\\\1\2\\;"),
    (r"(\\[A-Za-z]+)\s*\\nolimits(?![A-Za-z])", r"{\1}"),  # in braces it is as a letter
    (r"\\lt(?![A-Za-z])", "<"),
    (r"\\gt(?![A-Za-z])", ">"),
    (r"\\bmod(?![A-Za-z])", r"\\operatorname{mod}"),
    (r"\\([lr])Vert(?![A-Za-z])", r"\\Vert"),
    (r"\\operatorname\s*\*?\s*\{arg\s*(?:\\[,;]|~)?\s*(max|min)\}", r"\\arg\1"),
    (r"\\arg(?:\\[,;!])?\s*\\(max|min)(?![A-Za-z])", r"\\arg\1"),
    (r"\\arg(?![A-Za-z])", r"\\operatorname{arg}"),
    (r"\\(begin|end)\{(?:equation|displaymath|math)\*?\}", ""),
    (r"\\(begin|end)\{(?:gather|gathered|multline)\*?\}", r"\\\1{gather*}"),
    (r"\\begin\{(?:alignat|alignedat)\*?\}\s*\{\d+\}", r"\\begin{align*}"),
    (r"\\(begin|end)\{(?:align|aligned|split|flalign|alignat|alignedat)\*?\}", r"\\\1{align*}"),
)


def prepare(tex: str, macros: Macros | None = None) -> str:
    """TeX in one line, as the converter reads it; empty if there is nothing to show. Raises
    Unconvertible for more than it reads in a second."""
    _measure(tex)
    tex = re.sub(r"(?<!\\)%.*", "", tex)
    tex, own = _definitions(tex)
    tex = expand(tex, {**_STANDARD, **(macros or {}), **own})
    for pattern, spelling in _SPELLINGS:
        tex = re.sub(pattern, spelling, tex)
    tex = re.sub(r"\\operatorname\s*(\*?)\s*\{([^{}]*)\}", _operator, tex)
    tex = re.sub(r"\\begin\{eqnarray\*?\}(.*?)\\end\{eqnarray\*?\}", _two_columns, tex, flags=re.S)
    # Blank lines part equations, as two backslashes part lines.
    tex = r" \\ ".join(part.strip() for part in re.split(r"\n\s*\n", tex) if part.strip())
    if _ROWS.search(_outside(tex)):
        tex = rf"\begin{{align*}} {tex} \end{{align*}}"
    tex = re.sub(r"[ \t\r\n]+", " ", tex.strip())
    depth = 0
    for mark in _NESTING.finditer(tex):
        depth += -1 if mark[0].startswith(("}", r"\e", r"\r")) else 1
        if depth > DEEPEST:
            raise Unconvertible(f"more than {DEEPEST} groups inside one another")
    return tex


def _measure(tex: str) -> None:
    if len(tex) > LONGEST:
        raise Unconvertible(f"{len(tex):,} characters, more than {LONGEST:,}")


def _outside(tex: str) -> str:
    """TeX without what stands inside environments and stacks."""
    tex = re.sub(r"\\substack\s*\{[^{}]*\}", "", tex)
    while (less := _INNERMOST.sub("", tex)) != tex:
        tex = less
    return tex


def _operator(match: re.Match[str]) -> str:
    """An operator's name; the converter keeps none but a thin space in it.

    With a star it takes its script below, which is what the converter's ``\\mathop`` does.
    """
    name = re.sub(r"(?:\\[,;:! ]|~|\s)+", "\u2009", match[2].strip())
    plain = rf"\operatorname{{{name}}}"
    return rf"\mathop{{{plain}}}" if match[1] else plain


def _two_columns(match: re.Match[str]) -> str:
    """The three columns of an ``eqnarray`` as the two of an alignment."""
    rows = re.sub(r"(?<!\\)&([^&]*?)(?<!\\)&", r"&\1", match[1])
    return rf"\begin{{align*}}{rows}\end{{align*}}"


def _definitions(tex: str) -> tuple[str, dict[str, object]]:
    """TeX without the macros that it defines, and these."""
    found: dict[str, object] = {}
    while match := _DEFINITION.search(tex):
        end = _group_end(tex, match.end())
        found[match[1]] = [tex[match.end() + 1 : end - 1], int(match[2] or 0)]
        tex = tex[: match.start()] + tex[end:]
    return tex, found


def _group_end(tex: str, start: int) -> int:
    """Index after the group (or single token) that begins at `start`."""
    if start >= len(tex) or tex[start] != "{":
        token = re.compile(r"\\[A-Za-z]+|\\.|.").match(tex, start)
        return token.end() if token else start
    depth = 0
    for i in range(start, len(tex)):
        if tex[i] in "{}" and tex[i - 1 : i] != "\\":
            depth += 1 if tex[i] == "{" else -1
            if depth == 0:
                return i + 1
    return len(tex)


def expand(tex: str, macros: Macros) -> str:
    """TeX with MathJax-style macros (`"R": "\\mathbb{R}"` or `"f": ["...#1", 1]`) replaced."""
    for _ in range(8):  # macros may use macros
        before = tex
        for name, meaning in macros.items():
            tex = _replaced(tex, name, meaning)
        if tex == before:
            break
    return tex


def _replaced(tex: str, name: str, meaning: object) -> str:
    body, count = meaning[:2] if isinstance(meaning, list | tuple) else (meaning, 0)
    pattern = re.compile(rf"\\{re.escape(name)}(?![A-Za-z])")
    if pattern.search(str(body)):
        return tex  # defined by itself
    while match := pattern.search(tex):
        end, filled = match.end(), str(body)
        for i in range(int(count)):
            end += len(tex[end:]) - len(tex[end:].lstrip())
            stop = _group_end(tex, end)
            group = tex[end:stop]
            filled = filled.replace(f"#{i + 1}", group[1:-1] if group[:1] == "{" else group)
            end = stop
        tex = tex[: match.start()] + "{" + filled + "}" + tex[end:]
        _measure(tex)
    return tex
