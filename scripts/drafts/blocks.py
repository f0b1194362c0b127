"""A plain Markdown newsletter, block by block: sections, items, and what they hold. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Literal

from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token
from pygments.lexers import get_lexer_by_name
from pygments.token import Error
from pygments.util import ClassNotFound

from scripts.drafts.habits import commonmark, parser
from scripts.drafts.references import DEFINITION, TEXT, definitions, resolved
from scripts.drafts.spans import inline

Kind = Literal["title", "section", "item", "heading", "text", "rule"]
BOTH = r"(?:\*\*\*|___|\*\*_|_\*\*|__\*|\*__)"
AFTER = r"[\s\\:：]*(?:<br\s*/?>\s*)?"
BOLD_ITALIC = re.compile(rf"\s{{0,3}}{BOTH}\s*(?P<title>[^*_\s](?:.*?\S)?)\s*{BOTH}{AFTER}")
BOLD = re.compile(rf"\s{{0,3}}(\*\*|__)(?!\s|\*|_)(?P<title>[^*]+?)\1{AFTER}")
# 1、[Title](address), and [**Title**](address).
LINKED = re.compile(
    rf"\s{{0,3}}(?P<title>(?:\d{{1,3}}、\s*)?\[(?P<text>{TEXT})\]\([^\s()]*(?:\([^\s()]*\)[^\s()]*)*\)"
    rf"(?:（[^（）]*）|\([^()]*\))?){AFTER}"
)
NOTE = re.compile(r"(?m)^( {0,3})\[\^([^\]\s]+)\]:")  # a footnote
# What means something at the beginning of a paragraph, and within it nothing.
BEGINS = re.compile(r"^(\d{1,9}(?=[.)](?:\s|$))|)(?=[.)](?:\s|$)|[=+*-]+\s*$|\[[^\]]+\]:)")
# What MyST would take for a comment, a target, a directive, the term of a list, or a break.
BEFORE = r"(?m)^([ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+|>[ \t]*)*)"
SPECIAL = re.compile(rf"{BEFORE}(?=%|\(.+\)=\s*$|:{{3,}}|: |\+[ \t]*\+[ \t]*\+)")
HTML_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1\s*>", re.S | re.I)
CODE = re.compile(r"\s*<pre\b[^>]*>\s*(?:<code\b[^>]*>)?(.*?)(?:</code>)?\s*</pre>\s*", re.S | re.I)


@dataclass
class Block:
    """A block of the source as MyST, with its first line there (from 1). ``text`` of a heading is
    what it says; ``depth``: its level in the source, 0 for a line in bold italics, -1 for one in
    bold face, -2 for a link."""

    kind: Kind
    text: str
    line: int
    remarks: list[str] = field(default_factory=list)
    doubts: list[tuple[str, str]] = field(default_factory=list)
    depth: int = 0


@dataclass
class Source:
    """The text that is read: its lines, its references, and those of them that it uses; ``code``
    has the lines that stay as they are, by number (from 0)."""

    lines: list[str]
    known: Mapping[str, str]
    used: set[str] = field(default_factory=set)
    code: dict[int, str] = field(default_factory=dict)

    def made(self, kind: Kind, text: str, start: int, depth: int = 0) -> Block:
        """A block of this text, which holds no code."""
        done = inline(resolved(text, self.known, self.used))
        safe = SPECIAL.sub(r"\1\\", done.text) if kind == "text" else done.text
        return Block(kind, safe.rstrip(), start + 1, done.remarks, done.doubts, depth)

    def text(self, start: int, end: int) -> Block:
        """A block of these lines, code among them."""
        block = Block("text", "", start + 1)
        pieces = []
        for is_code, numbers in groupby(range(start, end), lambda n: n in self.code):
            group = list(numbers)
            if is_code:
                pieces += [self.code[n] for n in group]
                continue
            text = "\n".join(self.lines[n] for n in group)
            made = self.made("text", text, start)
            pieces.append(made.text + "\n" * text[len(text.rstrip()) :].count("\n"))
            block.remarks += made.remarks
            block.doubts += made.doubts
        block.text = "\n".join(pieces).rstrip()
        return block


def blocks(body: str) -> list[Block]:
    """The blocks of a newsletter without its front matter, in their order."""
    env: dict[str, Any] = {}
    lines = commonmark(body)
    tokens = parser().parse("\n".join(lines), env)
    source = Source(lines, definitions(lines, env))
    for each in tokens:
        if each.type in ("fence", "code_block"):
            source.code |= _code(each, lines)
        elif each.type == "heading_open" and each.level:
            _demote(each, lines)
    found: list[Block] = []
    left: list[tuple[int, int, int]] = []  # where in ``found`` definitions stand, and their lines
    for token, start, end in _top(tokens, lines):
        if token is None:
            left.append((len(found), start, end))
        else:
            found += _blocks(source, token, start, end)
    for place, start, end in reversed(left):
        found[place:place] = _unused(source, start, end)
    _notes(found)
    return found


def _top(tokens: Sequence[Token], lines: list[str]) -> Iterator[tuple[Token | None, int, int]]:
    """Every block with its lines (from 0, the end excluded); None for those that aren't any, the
    definitions of references."""
    at = 0
    for token in tokens:
        if token.level or token.map is None or token.nesting < 0:
            continue
        start, end = token.map
        yield from _between(lines, at, start)
        yield token, start, end
        at = max(at, end)
    yield from _between(lines, at, len(lines))


def _between(lines: list[str], start: int, end: int) -> Iterator[tuple[None, int, int]]:
    if any(line.strip() for line in lines[start:end]):
        yield None, start, end


def _blocks(source: Source, token: Token, start: int, end: int) -> Iterator[Block]:
    """What one block of the source becomes."""
    lines = source.lines[start:end]
    if token.type == "hr":
        yield Block("rule", "---", start + 1)
    elif token.type == "heading_open" and token.markup in "=-" and end - start > 2:
        yield from _paragraph(source, start, end - 1)  # and a rule, with no line between
    elif token.type == "heading_open":
        said = re.sub(r"(^|[ \t]+)#+$", "", re.sub(r"^#+[ \t]*", "", lines[0].strip()))
        yield source.made("heading", said, start, int(token.tag[1:]))
    elif token.type == "html_block":
        yield from _html(source, "\n".join(lines), start)
    elif token.type == "paragraph_open":
        yield from _paragraph(source, start, end)
    else:
        yield source.text(start, end)


def _code(token: Token, lines: list[str]) -> dict[int, str]:
    """The lines of a block of code, as they stay. What stands behind a fence is its language, not
    one of our directives; one that is never closed would take what follows, too."""
    assert token.map is not None
    start, end = token.map
    own = {n: lines[n] for n in range(start, end)}
    if token.type == "fence":
        indent = lines[start].index(token.markup)
        own[start] = lines[start][:indent] + token.markup + _language(token)
        sign, least = token.markup[0], len(token.markup)
        if end - start < 2 or not re.fullmatch(rf"[\s>]*{sign}{{{least},}}\s*", lines[end - 1]):
            own[end - 1] += f"\n{' ' * indent}{token.markup}"
    return own


def _demote(token: Token, lines: list[str]) -> None:
    """Make a heading in a list or quote a line in bold face: pages have none there."""
    assert token.map is not None
    start, end = token.map
    if token.markup in "=-":
        lines[end - 1] = lines[end - 1].rstrip(" \t=-")
    else:
        heading = re.compile(r"#+[ \t]+\**(.*?)\**[ \t]*#*[ \t]*$")
        lines[start] = heading.sub(r"**\1**", lines[start], count=1)


def _language(token: Token) -> str:
    """The language of a fence's code, where the publication's pages can colour it."""
    named = re.match(r"[\w+#.-]+", token.info.strip().strip("{").lstrip(" ."))
    try:
        lexer = get_lexer_by_name(named[0]) if named else None
    except ClassNotFound:
        return "text"
    if lexer is None or named is None:
        return ""
    sound = all(kind is not Error for kind, _ in lexer.get_tokens(token.content))
    return named[0] if sound else "text"


def _html(source: Source, text: str, start: int) -> Iterator[Block]:
    """A block of HTML, with the headings in it."""
    code = CODE.fullmatch(text)
    if code:
        words = re.sub(r"<[^<>]*>", "", code[1]).replace("&lt;", "<").replace("&gt;", ">")
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", words)), default=0))
        yield Block("text", f"{fence}\n{words.replace('&amp;', '&')}\n{fence}", start + 1)
        return
    pieces = HTML_HEADING.split(text)
    for n in range(0, len(pieces), 3):
        if pieces[n].strip():
            done = inline(resolved(pieces[n], source.known, source.used), apart=True)
            flat = "\n".join(line.strip() for line in done.text.split("\n"))
            flat = re.sub(r"(?m)^((?:- )*)(?=```|~~~|>|#{1,6}\s|[=-]+\s*$)", r"\1\\", flat)
            flat = re.sub(r"(?m)^((?:- )*\d{1,9})(?=[.)](?:\s|$))", r"\1\\", flat)
            safe = SPECIAL.sub(r"\1\\", re.sub(r"\n{3,}", "\n\n", flat).strip("\n"))
            yield Block("text", safe, start + 1, done.remarks, done.doubts)
        if n + 2 < len(pieces):
            said = " ".join(pieces[n + 2].split())
            yield source.made("heading", said, start, int(pieces[n + 1]))


def _paragraph(source: Source, start: int, end: int) -> Iterator[Block]:
    """A paragraph, cut at lines that are a title and nothing else."""
    first = start
    lines = source.lines
    for number in range(start, end):
        plain = re.sub(r"(?<!\\)</?(?:b|strong)>", "**", lines[number])
        title = BOLD_ITALIC.fullmatch(plain)
        depth = 0
        if title is None and (number == first or not lines[number - 1].strip()):
            title = BOLD.fullmatch(plain)
            depth = -1 if title else -2
            title = title or _linked(plain)
        if title is None:
            continue
        if number > first:
            yield source.text(first, number)
        said = title["title"]
        said = said.strip("*") if said.count("*") % 2 else said  # one sign too many
        yield source.made("item", said, number, depth)
        first = number + 1
        if first < end:  # it begins a paragraph now
            lines[first] = BEGINS.sub(r"\1\\", lines[first].lstrip())
    if first < end:
        yield source.text(first, end)


def _linked(line: str) -> re.Match[str] | None:
    """A line that is a link with a number or in bold face; others name the source of a picture."""
    found = LINKED.fullmatch(line)
    bold = found and BOLD.fullmatch(found["text"])
    return found if found and (bold or "、" in found["title"][:5]) else None


def _notes(found: Sequence[Block]) -> None:
    """Have the footnotes that nothing refers to, which pages leave out, stand as text, and those
    whose name another one has."""
    asked = {name for block in found for name in re.findall(r"\[\^([^\]\s]+)\](?!:)", block.text)}

    def replaced(match: re.Match[str]) -> str:
        if match[2] in asked:
            asked.discard(match[2])
            return match[0]
        return f"{match[1]}\\{match[0].lstrip()}"

    for block in found:
        if block.kind == "text" and not re.match(r"\s*(?:```|~~~)", block.text):
            block.text = NOTE.sub(replaced, block.text)


def _unused(source: Source, start: int, end: int) -> Iterator[Block]:
    """The definitions in these lines that nothing refers to, as remarks; footnotes are text."""
    for number in range(start, end):
        line = source.lines[number]
        match = DEFINITION.match(line)
        if match is None or match["name"].startswith("^"):
            if line.strip():
                yield source.made("text", line, number)
        elif normalizeReference(match["name"]) not in source.used:
            yield Block("text", "", number + 1, [line.strip()])
