"""MyST Markdown as tokens and lines, without Sphinx: what `read`, `check` and `derive` share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_block.html_block import HTML_SEQUENCES
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from scripts.core.page_data.directives import DIRECTIVES
from scripts.core.untrusted.yaml_data import Yaml, read_yaml

# The dialect, as `_config.yml` names it (``myst_enable_extensions``). Definition lists and
# attributes need no plugin here: what we read of such a text are its words.
EXTENSIONS = ("colon_fence", "dollarmath", "amsmath", "deflist", "attrs_inline")


MOST_MARKS = 5_000  # of one paragraph; they take 80 MB, four times as many a gigabyte


class Fault(NamedTuple):
    """What is wrong with a text: 1-based line, what it is, what would be right."""

    line: int
    what: str
    right: str


class Unreadable(Exception):
    """A text that can't be read, with its fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.what)
        self.fault = fault


def new_parser() -> MarkdownIt:
    """The Markdown dialect of the publication, as markdown-it sees it; a new parser, which may be
    changed."""
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


@lru_cache(1)
def parser() -> MarkdownIt:
    """The parser that all share; not to be changed. A link to ``file:`` or ``javascript:`` is one,
    so that it is found: pages show it as it is typed."""
    shared = new_parser()
    setattr(shared, "validateLink", lambda _url: True)  # noqa: B010 - mypy forbids an assignment
    return shared


def tokens(text: str) -> list[Token]:
    """Block tokens of ``text``; ``token.map`` holds 0-based line numbers."""
    return parser().parse(text)


class Flow(NamedTuple):
    """A text's block tokens, the same in reading order (see `_walk`), its directives, nested ones
    too, and its faults; not to be changed."""

    tokens: list[Token]
    flat: list[Token]
    directives: list[Directive]
    faults: list[Fault]


@lru_cache(1)  # several look at the text of one page, one after the other
def flow(text: str) -> Flow:
    """The tokens of ``text``; raises `Unreadable`."""
    found = Flow(tokens(text), [], [], [])
    _walk(found.tokens, [], found)
    return found


DIRECTIVE = re.compile(r"\{([\w:+-]+)\}[ \t]*(.*)")
CELLS = ("code-cell", "raw-cell")  # what a notebook's cells are written as

OPTIONS = "Write options as ':name: value' lines."
MOST_NESTED = 10  # directives in one another; the PDF's writer gives up at 14, Python at some 100


@dataclass(frozen=True)
class Directive:
    """A fenced MyST directive: name, argument, options (and where in the file they stand), body,
    1-based first line, and why its options could not be read."""

    name: str
    argument: str
    options: dict[str, Any]
    body: str
    line: int
    body_line: int
    yaml: Yaml
    faults: tuple[Fault, ...]


def directive(token: Token) -> Directive | None:
    """The directive in a fence or colon fence, or None if the token is no directive."""
    if token.type not in ("fence", "colon_fence"):
        return None
    match = DIRECTIVE.match(token.info.strip())
    if not match:
        return None
    assert token.map is not None
    lines = token.content.removesuffix("\n").split("\n")
    first = token.map[0] + 2  # of the lines
    yaml, faults, skip = _options(match.group(1), lines, first)
    while skip < len(lines) and not lines[skip].strip():
        skip += 1
    return Directive(
        match.group(1),
        match.group(2).strip(),
        yaml.data if isinstance(yaml.data, dict) else {},
        "\n".join(lines[skip:]),
        first - 1,
        first + skip,
        yaml,
        tuple(faults),
    )


def _options(name: str, lines: list[str], first: int) -> tuple[Yaml, list[Fault], int]:
    """The options at the head of a directive's ``lines``, the ``first`` of which has this number;
    what is wrong with them; and how many lines they take."""
    if lines[0].startswith("---"):
        end = next((i for i, line in enumerate(lines[1:], 1) if line.startswith("---")), 0)
        if not end:
            what = "the block of options that begins here is never closed"
            return Yaml(readable=False), [Fault(first, what, "Close it with a line '---'.")], 0
        return *_read_options(lines[1:end], first + 1), end + 1
    if name in CELLS:
        own = list(takewhile(lambda line: line.lstrip().startswith(":"), lines))
        return *_read_options([line.lstrip()[1:] for line in own], first), len(own)
    own = list(takewhile(lambda line: re.match(r"\s*:[\w-]+:", line), lines))
    pairs = [line.lstrip()[1:].partition(":") for line in own]
    return Yaml({key: value.strip() for key, _, value in pairs}), [], len(own)


def _read_options(lines: list[str], first: int) -> tuple[Yaml, list[Fault]]:
    yaml, problems = read_yaml("\n".join(lines), "", first)
    faults = [
        Fault(p.line, f"the options are not YAML that can be read: {p.what}", p.right)
        for p in problems
    ]
    if yaml.readable and yaml.data is None:
        yaml.data = {}
    elif yaml.readable and not isinstance(yaml.data, dict):
        faults.append(Fault(first, "the options are no mapping", OPTIONS))
        yaml = Yaml(readable=False)
    return yaml, faults


def plain_text(token: Token) -> str:
    """The words of an inline token as a reader sees them (roles by their text, math left out)."""
    words = []
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            words.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            words.append(" ")
        elif child.type == "myst_role" and child.meta["name"].startswith("glue:"):
            words.append("0")  # a number, whatever it will be
        elif child.type == "myst_role" and not child.meta["name"].startswith(("cite", "eq")):
            words.append(re.sub(r"\s*<[^<>]*>$", "", child.content))
        elif child.type == "image":
            words.append(child.content)
    return "".join(words)


# Directives whose body is not read as prose.
NOT_PROSE = {
    "code-cell", "raw-cell", "code", "code-block", "literalinclude", "math", "figure", "image",
    "bibliography", "corrections", "toctree", "raw", "csv-table", *DIRECTIVES,
}  # fmt: skip


def _walk(blocks: list[Token], around: list[Directive], found: Flow) -> None:
    """Add to ``found`` the tokens of a text, which stands inside of the directives ``around``, in
    reading order, the insides of prose directives included; all of them get lines of the whole. A
    heading is announced by a token of type ``h1`` ... ``h6`` that holds its words, before its
    inline token."""
    start = around[-1].body_line - 1 if around else 0
    for position, token in enumerate(blocks):
        if around and token.map is not None:
            token.map = [token.map[0] + start, token.map[1] + start]
        if token.type == "heading_open":
            title = plain_text(blocks[position + 1])
            found.flat.append(Token(token.tag, "", 0, content=title, map=token.map))
        block = directive(token)
        prose = block is not None and block.name not in NOT_PROSE
        found.faults.extend(_faults(token, around, prose=prose))
        if block is None:
            found.flat.append(token)
            continue
        found.directives.append(block)
        found.faults.extend(block.faults)
        if prose:
            allow(block, len(around))
            try:
                inner = tokens(block.body)
            except Unreadable as error:
                line = error.fault.line + block.body_line - 1
                raise Unreadable(error.fault._replace(line=line)) from None
            _walk(inner, [*around, block], found)


def allow(block: Directive, depth: int) -> None:
    """Raise `Unreadable` for a directive that stands inside of ``depth`` others, if these are too
    many."""
    if depth >= MOST_NESTED:
        what = f"more than {MOST_NESTED} directives are nested in one another"
        raise Unreadable(Fault(block.line, what, "Close some of them, or take them apart."))


CONTAINERS = ("blockquote_open", "list_item_open", "dd_open", "footnote_open")


def _faults(token: Token, around: list[Directive], *, prose: bool) -> Iterator[Fault]:
    """What swallows text in silence: a block that is never closed takes all that follows, and what
    is nested deeper than the parser goes is left out."""
    if token.map is None:
        return
    first, last = token.map
    if token.type in ("fence", "colon_fence"):
        begin = f"the block that begins with '{token.markup}{token.info[:40]}'"
        right = f"Close it with a line '{token.markup}'."
        lines = token.content.removesuffix("\n").split("\n") if token.content else []
        inner = re.compile(rf"\s*({re.escape(token.markup)}\{{[\w:-]+\}})")
        if last - first < len(lines) + 2:
            what = f"{begin} is never closed"
            if around:
                what += f", or the '{token.markup}' that does closes that of line {around[-1].line}"
            yield Fault(first + 1, what, right)
        elif not prose and (at := next(filter(None, map(inner.match, lines)), None)):
            number = first + 2 + lines.index(at.string)
            yield Fault(
                first + 1, f"{begin} holds '{at[1]}' in line {number}: is it closed?", right
            )
    elif token.type == "html_block":
        text = token.content.lstrip()
        # The last two kinds end at an empty line.
        end = next((end for begin, end, _ in HTML_SEQUENCES[:-2] if begin.match(text)), None)
        if end is not None and not end.search(text):
            what = f"the HTML that begins with '{text[:20].split()[0]}' is never closed"
            yield Fault(first + 1, what, "All that follows belongs to it. Close it.")
    elif token.type in CONTAINERS and token.level + 1 >= parser().options["maxNesting"]:
        what = "lists and quotes are nested so deeply that Markdown leaves out what they hold"
        yield Fault(first + 1, what, "Take them apart: nine lists in one another are the most.")
