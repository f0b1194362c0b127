"""The Markdown dialect of the publication: its parser, what no text may hold, and where roles,
links and pictures stand in their lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.autolink import autolink
from markdown_it.rules_inline.image import image
from markdown_it.rules_inline.link import link
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin
from mdit_py_plugins.myst_role.index import myst_role

from scripts.core.problems import Place

# The dialect, as `_config.yml` names it (``myst_enable_extensions``). Definition lists and
# attributes need no plugin here: what we read of such a text are its words.
EXTENSIONS = ("colon_fence", "dollarmath", "amsmath", "deflist", "attrs_inline")


MOST_MARKS = 5_000  # of one paragraph; they take 80 MB, four times as many a gigabyte


class Fault(NamedTuple):
    """What is wrong with a text: 1-based line, what it is, what would be right, 1-based column."""

    line: int
    what: str
    right: str
    column: int = 0


class Unreadable(Exception):
    """A text that can't be read, with its fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.what)
        self.fault = fault


def new_parser() -> MarkdownIt:
    """The Markdown dialect of the publication, as markdown-it sees it, with the places of what
    stands in its lines (see `_note_spans`); a new parser, which may be changed."""
    md = (
        MarkdownIt("commonmark")
        .enable(["table", "strikethrough"])
        .use(front_matter_plugin)
        .use(myst_block_plugin)
        .use(myst_role_plugin)
        .use(dollarmath_plugin, allow_space=False, double_inline=True)
        .use(amsmath_plugin)
        .use(colon_fence_plugin)
        .use(footnote_plugin)
    )
    md.core.ruler.before("inline", "limits", _limits)
    _note_spans(md)
    return md


def _limits(state: StateCore) -> None:
    """Refuse what would take all memory: the parser's grows with the square of this number."""
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > MOST_MARKS:
            number = len(re.findall(r"[*_~]", token.content))
            if number > MOST_MARKS:
                line = token.map[0] + 1 if token.map else 0
                what = f"a paragraph with {number:,} marks for emphasis ('*', '_', '~')"
                right = f"Make several of it: at most {MOST_MARKS:,} are read."
                raise Unreadable(Fault(line, what, right))


Rule = Callable[[StateInline, bool], bool]
RULES: dict[str, Rule] = {
    "myst_role": myst_role, "link": link, "image": image, "autolink": autolink,
}  # fmt: skip
NOTED = ("myst_role", "link_open", "image")


def _note_spans(md: MarkdownIt) -> None:
    """Have roles, links and images carry ``meta["span"]`` and, where they have a label in brackets,
    ``meta["label_end"]``: positions in the content of their inline token."""
    for name, rule in RULES.items():
        md.inline.ruler.at(name, _noted(rule, labelled=name in ("link", "image")))


def _noted(rule: Rule, *, labelled: bool) -> Rule:
    def noted(state: StateInline, silent: bool) -> bool:
        start, before = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            token = next(t for t in state.tokens[before:] if t.type in NOTED)
            token.meta["span"] = (start, state.pos)
            if labelled:
                picture = token.type == "image"
                end = state.md.helpers.parseLinkLabel(state, start + picture, not picture)
                token.meta["label_end"] = end
        return True

    return noted


class Finder:
    """Finds the inline tokens of a text in its lines. They are asked for in reading order, for
    the cells of a row may be alike."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self._read: dict[int, int] = {}  # by 0-based line, up to where it was read

    def find(self, token: Token) -> Callable[[int], Place]:
        """The place of each position in the content of a token."""
        own = token.content.split("\n")
        first = token.map[0] if token.map else -1
        begins = [self._begin(first + n, text) for n, text in enumerate(own)] if token.map else []

        def place(position: int) -> Place:
            before = token.content[:position].split("\n")
            row = len(before) - 1
            if not begins:
                return Place(0)
            begin, escaped = begins[row]
            left = before[-1].replace("|", "\\|") if escaped else before[-1]
            return Place(first + row + 1, begin + len(left) + 1 if begin >= 0 else 0)

        return place

    def _begin(self, number: int, text: str) -> tuple[int, bool]:
        """Where in a line the text stands (-1: nowhere), and whether its bars are escaped there, as
        in a table's cell. Text that isn't in a table ends with its line."""
        line = self.lines[number] if number < len(self.lines) else ""
        for own in (text, text.replace("|", "\\|")):
            begin = line.find(own, self._read.get(number, 0))
            if begin >= 0 and line.rstrip().endswith(own.rstrip()):
                begin = len(line.rstrip()) - len(own.rstrip())
            if begin >= 0:
                self._read[number] = begin + len(own)
                return begin, own != text
        return -1, False
