"""What kramdown, Liquid and Medium write otherwise than CommonMark does, line by line. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

INVISIBLE = str.maketrans(dict.fromkeys("\u200b\u2060\ufeff\x00", ""))
OPENED = {r"<!--": "-->", **{rf"<{tag}\b": rf"</{tag}\s*>" for tag in ("script", "style", "pre")}}
HIGHLIGHT = re.compile(r"(?m)^([ \t]*)\{%-?\s*(end)?highlight\b[ \t]*(\w*).*?%\}[ \t]*$")
BREAK = re.compile(r"[ \t]*\\\\[ \t]*")  # kramdown's line break, on a line of its own
LEADING = re.compile(r"^[ \t]*\\\\[ \t]*(?=[\w\[*(“\"])")  # and before a text
HEADING = re.compile(r"([ ]{0,3})(#{1,6})(?:[\u00a0\u2000-\u200a\u3000]+|(?<=##)(?=[^\s#]))")


def parser() -> MarkdownIt:
    """What such files are read with, however deep their lists are."""
    return MarkdownIt("commonmark", {"maxNesting": 200}).enable(["table", "strikethrough"])


def escaped(words: str) -> str:
    """Words that may hold what means something in MyST."""
    return re.sub(r"([\\`*_<>\[\]{}$&~#])", r"\\\1", words)


def commonmark(body: str) -> list[str]:
    """The lines of a text, which keep their number; what stands in code stays."""
    body = body.translate(INVISIBLE)
    body = _closed(body)
    body = HIGHLIGHT.sub(lambda m: f"{m[1]}```{'' if m[2] else m[3]}", body)
    lines = body.split("\n")
    code = code_lines(parser().parse(body))
    return [line if n in code else _line(line) for n, line in enumerate(lines)]


def _closed(body: str) -> str:
    """What is opened and never closed would hide all that follows: it is text."""
    for opening, closing in OPENED.items():
        end = max((m.end() for m in re.finditer(closing, body, re.I)), default=0)
        body = body[:end] + re.sub(rf"(?<!\\){opening}", r"\\\g<0>", body[end:], flags=re.I)
    return body


def _line(line: str) -> str:
    if BREAK.fullmatch(line):
        return ""
    line = LEADING.sub("", line)
    if line.endswith("\\\\"):  # the same at the end of one
        line = line.removesuffix("\\")
    return HEADING.sub(r"\1\2 ", line, count=1) if HEADING.match(line) else line


def code_lines(tokens: Sequence[Token]) -> set[int]:
    """The lines (from 0) of all code, in lists and quotes, too."""
    blocks = (token for token in tokens if token.type in ("fence", "code_block"))
    return {n for token in blocks if token.map for n in range(*token.map)}
