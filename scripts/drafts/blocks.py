"""A plain Markdown newsletter, block by block: sections, items, and what they hold. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from scripts.drafts.spans import inline

Kind = Literal["title", "section", "item", "heading", "text"]
BREAK = re.compile(r"[ \t]*\\\\[ \t]*")  # kramdown's line break, on a line of its own
BOTH = r"(?:\*\*\*|___|\*\*_|_\*\*|__\*|\*__)"
BOLD_ITALIC = re.compile(rf"\s{{0,3}}{BOTH}(?!\s)(?P<title>[^*_](?:.*?\S)?){BOTH}[\s\\]*")
BOLD = re.compile(r"\s{0,3}\*\*(?!\s|\*)(?P<title>[^*]+?)\*\*[\s\\:]*")
# What MyST would take for a comment, a target, a directive, the term of a list, or a break.
SPECIAL = re.compile(r"(?m)^([ ]{0,3})(?=%|\([\w:-]+\)=\s*$|:{3,}|: |\+{3})")


@dataclass
class Block:
    """A block of the source as MyST, with its first line there (from 1). ``text`` of a heading is
    what it says; ``depth``: how deep below the items a heading is."""

    kind: Kind
    text: str
    line: int
    remarks: list[str] = field(default_factory=list)
    doubts: list[tuple[str, str]] = field(default_factory=list)
    depth: int = 0


def blocks(body: str) -> list[Block]:
    """The blocks of a newsletter without its front matter, in their order."""
    lines = ["" if BREAK.fullmatch(line) else line for line in body.split("\n")]
    found: list[Block] = []
    for token, start, end in _top(MarkdownIt("commonmark").enable("table"), lines):
        text = "\n".join(lines[start:end]).rstrip()
        if token is None or token.type in ("fence", "code_block"):
            found.append(Block("text", _verbatim(token, text), start + 1))
        elif token.type == "heading_open" and token.markup in "=-" and end - start > 2:
            found += _paragraph(lines[start : end - 1], start)  # and a rule, with no line between
        elif token.type == "heading_open":
            found.append(_made("heading", _words_of_heading(text), start, int(token.tag[1:])))
        elif token.type == "html_block" or token.type != "paragraph_open":
            found.append(_made("text", text, start))
        else:
            found += _paragraph(lines[start:end], start)
    return _levelled(_titled(found))


def _top(parser: MarkdownIt, lines: list[str]) -> Iterator[tuple[Token | None, int, int]]:
    """Every block with its lines (from 0, the end excluded); None for those that aren't any, the
    definitions of references."""
    at = 0
    for token in parser.parse("\n".join(lines)):
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


def _verbatim(token: Token | None, text: str) -> str:
    """Code as it is. What stands behind its fence is its language, not one of our directives."""
    if token is None or token.type == "code_block" or not token.info.strip().startswith("{"):
        return text
    first, _, rest = text.partition("\n")
    return f"{first.replace('{', '').replace('}', '')}\n{rest}"


def _words_of_heading(text: str) -> str:
    """What a heading says, of whichever form it is."""
    first = text.strip().split("\n")[0]
    return re.sub(r"^#+[ \t]*|[ \t]+#+[ \t]*$", "", first).strip()


def _made(kind: Kind, text: str, start: int, depth: int = 0) -> Block:
    done = inline(text)
    safe = SPECIAL.sub(r"\1\\", done.text) if kind == "text" else done.text
    return Block(kind, safe.rstrip(), start + 1, done.remarks, done.doubts, depth)


def _paragraph(lines: list[str], start: int) -> Iterator[Block]:
    """A paragraph, cut at lines that are a title and nothing else."""
    own: list[str] = []
    for number, line in enumerate(lines):
        title = BOLD_ITALIC.fullmatch(line) or BOLD.fullmatch(line)
        if title is None or (own and own[-1].strip() and BOLD.fullmatch(line)):
            own.append(line)
            continue
        if own:
            yield _made("text", "\n".join(own), start + number - len(own))
            own = []
        kind = 0 if BOLD_ITALIC.fullmatch(line) else 1
        yield _made("item", title["title"], start + number, kind)
    if own:
        yield _made("text", "\n".join(own), start + len(lines) - len(own))


def _titled(found: list[Block]) -> list[Block]:
    """Lines in bold face are titles of items where none is in bold italics; else they are text."""
    kinds = {block.depth for block in found if block.kind == "item"}
    result = []
    for block in found:
        if block.kind == "item" and block.depth == 1 and 0 in kinds:
            doubt = ("a line in bold face, which may be a title", "Make it '### …' if it is one.")
            block.kind, block.text = "text", f"**{block.text}**"
            block.doubts.append(doubt)
        block.depth = 0 if block.kind == "item" else block.depth
        result.append(block)
    return result


def _levelled(found: list[Block]) -> list[Block]:
    """Sections are the headings of the highest level of which there are several; one that is higher
    and comes first is the title."""
    headings = [block for block in found if block.kind == "heading"]
    counts = Counter(block.depth for block in headings)
    several = [depth for depth in sorted(counts) if counts[depth] > 1]
    sections = several[0] if several else min(counts, default=1)
    if headings and headings[0] is found[0] and (
        headings[0].depth < sections or (not _emoji(headings[0].text)
        and headings[0].depth == sections and counts[sections] > 1
        and any(_emoji(h.text) for h in headings[1:]))
    ):  # fmt: skip
        headings[0].kind = "title"
    marked = any(block.kind == "item" for block in found)
    for block in headings:
        if block.kind == "title":
            continue
        deeper = block.depth - sections
        inner: Kind = "item" if deeper == 1 and not marked else "heading"
        block.kind = "section" if deeper <= 0 else inner
        block.depth = max(0, deeper)
    return found


def _emoji(text: str) -> bool:
    return any(ord(char) >= 0x2600 and not char.isalnum() for char in text)
