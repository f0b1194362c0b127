"""MyST Markdown -> plain Markdown that any program reads: GitHub, Jupyter, Colab, a mail reader.

Only what is MyST is rewritten, block by block at the places that the parser names; all other lines
stay as they were written. What has no plain form becomes a `Problem` and is kept as quoted text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from markdown_it.token import Token

from scripts.book import myst
from scripts.book.outline import equation_labels
from scripts.core.problems import BookError, Problem
from scripts.editions.plain.directives import Directives, equation
from scripts.editions.plain.fences import fenced
from scripts.editions.plain.inline import SUBSTITUTION, Inline, parser
from scripts.editions.plain.references import Context


@dataclass(frozen=True)
class Plain:
    """Plain Markdown, and what could not be said in it."""

    text: str
    problems: tuple[Problem, ...]


def plain(text: str, context: Context) -> str:
    """``text`` as plain Markdown; raises BookError with every place that has no plain form."""
    result = convert(text, context)
    if result.problems:
        raise BookError(result.problems)
    return result.text


def convert(text: str, context: Context) -> Plain:
    """``text`` as plain Markdown, with the problems instead of an exception."""
    blocks = _Blocks(text, context)
    return Plain(blocks.convert(), tuple(dict.fromkeys(blocks.inline.problems)))


@dataclass(frozen=True)
class _Edit:
    """Lines ``start`` to ``end`` become ``lines``; a ``block`` needs blank lines around it."""

    start: int
    end: int
    lines: list[str]
    block: bool = False
    margin: str = ""  # what a blank line looks like there: ">" within a quotation
    marked: bool = False  # begins behind a list mark


class _Blocks:
    """Converts one text; directives recurse into their bodies."""

    def __init__(self, text: str, context: Context) -> None:
        self.context = context
        self.inline = Inline(context)
        self.directives = Directives(context, self.inner, self.inline.problem)
        self.lines = text.split("\n")
        self.tokens = parser().parse(text)
        self.edits: list[_Edit] = []

    def convert(self) -> str:
        position = 0
        while position < len(self.tokens):
            token = self.tokens[position]
            if token.type == "table_open":
                ends = (i for i, t in enumerate(self.tokens) if i > position)
                stop = next(i for i in ends if self.tokens[i].type == "table_close")
                self._table(self.tokens[position : stop + 1])
                position = stop
            else:
                self._token(token)
            position += 1
        return self._apply()

    def _apply(self) -> str:
        result: list[str] = []
        position = 0
        for edit in sorted(self.edits, key=lambda e: e.start):
            result += self.lines[position : edit.start]
            position = edit.end
            above = bool(result) and bool(result[-1].strip("> \t"))
            below = position < len(self.lines) and bool(self.lines[position].strip("> \t"))
            if not edit.lines:
                if above and below:
                    result.append(edit.margin)
                while not above and position < len(self.lines) and not self.lines[position].strip():
                    position += 1
            else:
                if edit.block and above and not edit.marked:
                    result.append(edit.margin)
                result += edit.lines
                if edit.block and below:
                    result.append(edit.margin)
        return "\n".join(result + self.lines[position:])

    def _token(self, token: Token) -> None:
        if token.map is None:
            return
        start, end = token.map
        if token.type in ("front_matter", "myst_target", "myst_line_comment", "myst_block_break"):
            self.edits.append(_Edit(start, end, [], margin=self._prefixes(start, "")[1].rstrip()))
        elif token.type in ("fence", "colon_fence"):
            self._fence(token)
        elif token.type == "math_block_label":
            tag = self.context.labels.get(token.info)
            self._replace(token, "$$", equation(token.content, tag))
        elif token.type == "amsmath":
            # The plugin's map ends one line early.
            token.map = [start, end + 1]
            tag = next(map(self.context.labels.get, equation_labels(token.content)), None)
            self._replace(token, "\\begin", equation(token.content, tag))
        elif token.type == "definition":
            url, title = token.meta["url"], token.meta["title"]
            target = self.context.resolve(url)
            if target.url not in ("", url):
                new = f"[{token.meta['label']}]: {target.url}" + (f' "{title}"' if title else "")
                self._replace(token, "[", new, block=False)
        elif token.type == "inline":
            self._inline(token)

    def _inline(self, token: Token) -> None:
        assert token.map is not None
        start = token.map[0]
        alone = SUBSTITUTION.fullmatch(token.content)
        if alone and alone[1] in self.context.substitutions:
            meaning = self.context.substitutions[alone[1]]
            without = replace(self.context, substitutions={}, line=self.context.line + start)
            self._replace(token, token.content, convert(meaning, without).text.strip("\n"))
            return
        new = self.inline.rewrite(token, start)
        if new == token.content:
            return
        old, lines = token.content.split("\n"), new.split("\n")
        sources = self.lines[start : start + len(old)]
        cuts = [max(s.rfind(o.rstrip()), 0) for s, o in zip(sources, old, strict=True)]
        first, last = sources[0][: cuts[0]], sources[-1][: cuts[-1]]
        tail = sources[-1][cuts[-1] + len(old[-1].rstrip()) :]  # the closing #s of a heading
        indent = [first, *([last if len(old) > 1 else _blank(first)] * (len(lines) - 1))]
        if len(lines) == len(old):
            indent = [s[:cut] for s, cut in zip(sources, cuts, strict=True)]
        lines = [p + line for p, line in zip(indent, lines, strict=True)]
        lines[-1] += tail
        self.edits.append(_Edit(start, start + len(old), lines))

    def _table(self, tokens: list[Token]) -> None:
        """A table with a changed cell is written anew, row by row (its rule stays)."""
        rows: dict[int, list[str]] = {}
        changed = False
        for token in tokens:
            if token.type == "inline" and token.map:
                line = token.map[0]
                cell = self.inline.rewrite(token, line)
                changed |= cell != token.content
                rows.setdefault(line, []).append(cell.replace("|", "\\|"))
        if not changed:
            return
        for line, cells in rows.items():
            source = self.lines[line]
            prefix = re.match(r"[>\s]*", source)
            assert prefix is not None
            self.edits.append(_Edit(line, line + 1, [f"{prefix.group()}| {' | '.join(cells)} |"]))

    def _prefixes(self, line: int, markup: str) -> tuple[str, str]:
        """What stands before a block's first line (quotation and list marks), and before its
        other lines."""
        source = self.lines[line]
        first = source[: source.find(markup)] if markup else re.sub(r"[^>\s].*", "", source)
        return first, _blank(first)

    def _replace(self, token: Token, markup: str, text: str, block: bool = True) -> None:
        assert token.map is not None
        first, other = self._prefixes(token.map[0], markup)
        lines = text.split("\n") if text else []
        lines = [((first if n == 0 else other) + line).rstrip() for n, line in enumerate(lines)]
        start, end = token.map
        self.edits.append(_Edit(start, end, lines, block, other.rstrip(), first != other))

    def _fence(self, token: Token) -> None:
        assert token.map is not None
        block = myst.directive(token)
        if block is not None and block.faults:
            for fault in block.faults:
                self.inline.problem(token.map[0], fault.what, fault.right)
            self._replace(token, token.markup, fenced(token.content))
            return
        if block is None:
            if token.type == "colon_fence":
                self.inline.problem(
                    token.map[0], "a colon fence without a directive", "Name it: ':::{note}'."
                )
                self._replace(token, token.markup, fenced(token.content))
            return
        self._replace(token, token.markup, self.directives.write(block))

    def inner(self, text: str, line: int) -> str:
        """A text within this one, beginning at the (1-based) ``line``."""
        result = convert(text, replace(self.context, line=self.context.line + line - 1))
        self.inline.problems += result.problems
        return result.text.strip("\n")


def _blank(prefix: str) -> str:
    """The prefix of a container's first line as its other lines have it."""
    return re.sub(r"[^>\s]", " ", prefix)
