"""A new page's line in `_toc.yml`, which keeps its comments and its layout. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

ENTRY = re.compile(r"( *)- file: *['\"]?([\w./-]+?)(?:\.md|\.ipynb)?['\"]? *(?:#.*)?")


def with_issue(toc: str, new: str, newest: str) -> str | None:
    """The contents with the page ``new`` before the ``newest`` issue; None where that has no line
    of its own."""
    lines = toc.split("\n")
    at = line_of(lines, newest)
    if at is None:
        return None
    indent = lines[at][: _indent(lines[at])]
    return "\n".join([*lines[:at], f"{indent}- file: {new}", *lines[at:]])


def with_section(toc: str, new: str, issue: str, before: Sequence[str]) -> str | None:
    """The contents with the page ``new`` below its ``issue``, behind those of its sections that are
    ``before`` it; None where the issue has no line of its own."""
    lines = toc.split("\n")
    at = line_of(lines, issue)
    if at is None:
        return None
    inner, end = _indent(lines[at]) + 2, _end(lines, at)
    head = next((n for n in range(at + 1, end) if lines[n].strip() == "sections:"), None)
    if head is None:
        added = [f"{' ' * inner}sections:", f"{' ' * (inner + 2)}- file: {new}"]
        return "\n".join([*lines[: at + 1], *added, *lines[at + 1 :]])
    found = {m[2]: n for n in range(head + 1, end) if (m := ENTRY.fullmatch(lines[n]))}
    place = max([head, *(found[name] for name in before if name in found)])
    width = min((_indent(lines[n]) for n in found.values()), default=inner + 2)
    return "\n".join([*lines[: place + 1], f"{' ' * width}- file: {new}", *lines[place + 1 :]])


def with_translation(toc: str, new: str, issue: str) -> str | None:
    """The contents with the page ``new`` behind its ``issue`` and the sections of that; None where
    the issue has no line of its own."""
    lines = toc.split("\n")
    at = line_of(lines, issue)
    if at is None:
        return None
    end = _end(lines, at)
    while not lines[end - 1].strip():
        end -= 1
    return "\n".join([*lines[:end], f"{' ' * _indent(lines[at])}- file: {new}", *lines[end:]])


def _end(lines: Sequence[str], at: int) -> int:
    """The line behind an entry and all that is below it."""
    inner, end = _indent(lines[at]) + 2, at + 1
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) >= inner):
        end += 1
    return end


def line_of(lines: Sequence[str], name: str) -> int | None:
    """The line that names a page (from 0)."""
    entries = ((n, ENTRY.fullmatch(line)) for n, line in enumerate(lines))
    return next((n for n, entry in entries if entry and entry[2] == name), None)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
