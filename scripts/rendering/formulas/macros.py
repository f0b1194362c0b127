"""Macros of TeX: those that a formula defines and those of the book, replaced by what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

# MathJax's way: a name to its TeX, or to its TeX (with #1, #2 ...), the number of arguments and
# what the first of them is where it isn't given.
Macros = Mapping[str, object]

_COMMAND = re.compile(
    r"\\(?:re)?newcommand\*?\s*|\\providecommand\*?\s*|\\DeclareMathOperator\s*(\*?)\s*"
)
_NAME = re.compile(r"(?:\{\s*\\?|\\)([A-Za-z]+)\s*\}?\s*(?:\[(\d)\]\s*)?")
_DEF = re.compile(r"\\g?def\s*\\([A-Za-z]+)\s*((?:#\d\s*)*)(?=\{)")
_LET = re.compile(r"\\let\s*\\([A-Za-z]+)\s*=?\s*(\\[A-Za-z]+|\\.|\S)")
# What keeps a script below only where no braces are around it.
_OPERATOR = re.compile(r"\\(?:operatorname\s*\*?|mathop)(?![A-Za-z])\s*")
_LARGE = re.compile(
    r"\\(?:lim|lim(?:sup|inf)|max|min|sup|inf|arg(?:max|min)|sum|prod|coprod|int|big[a-z]+)\s*"
)
_PAIRS = (("{", "}"), (r"\left", r"\right"), (r"\begin", r"\end"))
ROUNDS = 8  # macros may use macros


def book_macros(given: object) -> Macros:
    """The macros in a configuration of MathJax, of its second version as well as the third."""
    for names in (("tex", "TeX"), ("macros", "Macros")):
        held = given if isinstance(given, Mapping) else {}
        given = next((held[name] for name in names if name in held), {})
    found = given if isinstance(given, Mapping) else {}
    return {str(name).removeprefix("\\"): meaning for name, meaning in found.items()}


def taken_out(tex: str) -> tuple[str, dict[str, object]]:
    """TeX without the macros that it defines, and these."""
    found: dict[str, object] = {}
    while match := _COMMAND.search(tex):
        name = _NAME.match(tex, match.end())
        if name is None:
            break  # the converter will name it
        start = name.end()
        first, start = _optional(tex, start)
        end = group_end(tex, start)
        body = argument(tex[start:end])
        if "DeclareMathOperator" in match[0]:
            body = rf"\operatorname{match[1]}{{{body}}}"
        meaning = [body, int(name[2] or 0), *([] if first is None else [first])]
        if not match[0].startswith(r"\provide") or name[1] not in found:
            found[name[1]] = meaning
        tex = tex[: match.start()] + tex[end:]
    while match := _DEF.search(tex):
        end = group_end(tex, match.end())
        found[match[1]] = [argument(tex[match.end() : end]), match[2].count("#")]
        tex = tex[: match.start()] + tex[end:]
    while match := _LET.search(tex):
        found[match[1]] = found.get(match[2].removeprefix("\\"), match[2])
        tex = tex[: match.start()] + tex[match.end() :]
    return tex, found


def argument(group: str) -> str:
    """What stands in a group, or the single token."""
    return group[1:-1] if group[:1] == "{" else group


def group_end(tex: str, start: int) -> int:
    """Index after the group (or single token) that begins at `start`."""
    if start >= len(tex) or tex[start] != "{":
        token = re.compile(r"\\[A-Za-z]+|\\.|.", re.S).match(tex, start)
        return token.end() if token else start
    depth, i = 0, start
    while i < len(tex):
        if tex[i] == "\\":
            i += 1
        elif tex[i] in "{}":
            depth += 1 if tex[i] == "{" else -1
            if depth == 0:
                return i + 1
        i += 1
    return len(tex)


def _optional(tex: str, start: int) -> tuple[str | None, int]:
    """What stands in brackets at `start`, if anything does, and the index after it and spaces."""
    if tex[start : start + 1] != "[":
        return None, start
    depth, i = 0, start + 1
    while i < len(tex) and (depth or tex[i] != "]"):
        depth += {"{": 1, "}": -1}.get(tex[i], 0)
        i += 1
    end = i + 1
    return tex[start + 1 : i], end + len(tex[end:]) - len(tex[end:].lstrip())


def expand(tex: str, macros: Macros, measure: Callable[[str], None]) -> str:
    """TeX with MathJax-style macros (`"R": "\\mathbb{R}"` or `"f": ["...#1", 1]`) replaced;
    ``measure`` raises where that grows too long."""
    for _ in range(ROUNDS):
        before = tex
        for name, meaning in macros.items():
            tex = _replaced(tex, name, meaning, measure)
        if tex == before:
            break
    return tex


def _replaced(tex: str, name: str, meaning: object, measure: Callable[[str], None]) -> str:
    parts = [*meaning] if isinstance(meaning, list | tuple) else [meaning]
    body, count, first = parts[0], int(str(parts[1])) if len(parts) > 1 else 0, parts[2:3]
    pattern = re.compile(rf"\\{re.escape(name)}(?![A-Za-z])")
    if pattern.search(str(body)):
        return tex  # defined by itself
    while match := pattern.search(tex):
        end, filled = match.end(), str(body)
        for i in range(count):
            end += len(tex[end:]) - len(tex[end:].lstrip())
            if i == 0 and first:
                given, end = _optional(tex, end)
                filled = filled.replace("#1", str(first[0]) if given is None else given)
                continue
            stop = group_end(tex, end)
            filled = filled.replace(f"#{i + 1}", argument(tex[end:stop]))
            end = stop
        before = tex[: match.start()]
        tex = before + (filled + " " if _bare(before, filled) else f"{{{filled}}}") + tex[end:]
        measure(tex)
    return tex


def _bare(before: str, filled: str) -> bool:
    """Whether a macro's meaning stands without braces: an operator, or the half of a pair."""
    if any(_count(filled, opening) != _count(filled, closing) for opening, closing in _PAIRS):
        return True
    if r"\\" in filled and r"\begin" not in filled:
        return True  # a row ends in it
    if before.rstrip().endswith(("^", "_")):
        return False
    body = filled.strip()
    named = _OPERATOR.match(body)
    return bool((named and group_end(body, named.end()) == len(body)) or _LARGE.fullmatch(body))


def _count(tex: str, mark: str) -> int:
    return len(re.findall(rf"(?<!\\){re.escape(mark)}(?![A-Za-z])" if mark[0] == "\\"
                          else rf"(?<!\\){re.escape(mark)}", tex))  # fmt: skip
