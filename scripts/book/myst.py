"""MyST Markdown as tokens and lines, without Sphinx: what `read`, `check` and `derive` share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile, zip_longest
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_block.html_block import HTML_SEQUENCES
from markdown_it.token import Token

from scripts.book.dialect import Fault, Unreadable, new_parser
from scripts.core.page_data.directives import DIRECTIVES
from scripts.core.problems import Place
from scripts.core.untrusted.yaml_data import Yaml, read_yaml


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
    too, its faults, and its lines; not to be changed."""

    tokens: list[Token]
    flat: list[Token]
    directives: list[Directive]
    faults: list[Fault]
    lines: list[str]


@lru_cache(1)  # several look at the text of one page, one after the other
def flow(text: str) -> Flow:
    """The tokens of ``text``; raises `Unreadable`."""
    found = Flow(tokens(text), [], [], [], text.split("\n"))
    _walk(found.tokens, [], found)
    return found


DIRECTIVE = re.compile(r"\{([\w:+-]+)\}[ \t]*(.*)")
CELLS = ("code-cell", "raw-cell")  # what a notebook's cells are written as

OPTIONS = "Write options as ':name: value' lines."
MOST_NESTED = 10  # directives in one another; the PDF's writer gives up at 14, Python at some 100


@dataclass(frozen=True)
class Directive:
    """A fenced MyST directive: name, argument, options (and where in the file they stand), body,
    1-based first line, why its options could not be read, and the column of its argument."""

    name: str
    argument: str
    options: dict[str, Any]
    body: str
    line: int
    body_line: int
    yaml: Yaml
    faults: tuple[Fault, ...]
    column: int = 0

    @property
    def place(self) -> Place:
        """Where its argument stands."""
        return Place(self.line, self.column)

    def option(self, name: str) -> Place:
        """Where an option stands, or the directive."""
        found = self.yaml.place(name)
        return found if found.line else self.place


def directive(token: Token, source: Sequence[str] = ()) -> Directive | None:
    """The directive in a fence or colon fence, or None if the token is no directive. ``source``:
    the lines of the file, by which columns are known."""
    if token.type not in ("fence", "colon_fence"):
        return None
    match = DIRECTIVE.match(token.info.strip())
    if not match:
        return None
    assert token.map is not None
    lines = token.content.removesuffix("\n").split("\n")
    first = token.map[0] + 2  # of the lines
    above, margins = source[first - 2 : first - 1], _margins(lines, source[first - 1 :])
    yaml, faults, skip = _options(match.group(1), lines, first, margins)
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
        above[0].find(match.group(2).strip(), above[0].find("}")) + 1 if above else 0,
    )


def _margins(lines: Sequence[str], source: Sequence[str]) -> list[int | None]:
    """How many characters of the file stand left of each line, if it is known."""
    pairs = zip_longest(lines, source[: len(lines)])
    return [
        len(there) - len(own) if there and there.endswith(own) else None for own, there in pairs
    ]


def _options(
    name: str, lines: list[str], first: int, margins: list[int | None]
) -> tuple[Yaml, list[Fault], int]:
    """The options at the head of a directive's ``lines``, the ``first`` of which has this number
    and all of which have these ``margins``; what is wrong with them; and how many lines they
    take."""
    if lines[0].startswith("---"):
        end = next((i for i, line in enumerate(lines[1:], 1) if line.startswith("---")), 0)
        if not end:
            what = "the block of options that begins here is never closed"
            return Yaml(readable=False), [Fault(first, what, "Close it with a line '---'.")], 0
        return *_read_options(lines[1:end], first + 1, margins[1:]), end + 1
    own = list(takewhile(lambda line: line.lstrip().startswith(":"), lines))
    if name not in CELLS:
        own = list(takewhile(lambda line: re.match(r"\s*:[\w-]+:", line), lines))
    bare = [line.lstrip()[1:] for line in own]
    cut = [
        None if margin is None else margin + len(line) - len(rest)
        for margin, line, rest in zip(margins, own, bare, strict=False)
    ]
    if name in CELLS:
        return *_read_options(bare, first, cut), len(own)
    pairs = [line.partition(":") for line in bare]
    columns = [0 if margin is None else margin + 1 for margin in cut]
    places = {key: Place(first + n, columns[n]) for n, (key, _, _) in reversed([*enumerate(pairs)])}
    return Yaml({key: value.strip() for key, _, value in pairs}, places), [], len(own)


def _read_options(
    lines: list[str], first: int, margins: list[int | None]
) -> tuple[Yaml, list[Fault]]:
    yaml, problems = read_yaml("\n".join(lines), "", first, margins)
    begin = "the options are not YAML that can be read"
    faults = [Fault(p.line, f"{begin}: {p.what}", p.right, p.column) for p in problems]
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
        block = directive(token, found.lines)
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
