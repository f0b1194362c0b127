"""MyST Markdown as tokens and lines, without Sphinx: what `read`, `check` and `derive` share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from scripts.core.page_data.directives import DIRECTIVES

# The dialect, as `_config.yml` names it (``myst_enable_extensions``). Definition lists and
# attributes need no plugin here: what we read of such a text are its words.
EXTENSIONS = ("colon_fence", "dollarmath", "amsmath", "deflist", "attrs_inline")


def new_parser() -> MarkdownIt:
    """The Markdown dialect of the publication, as markdown-it sees it; a new parser, which may be
    changed."""
    return (
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


@lru_cache(1)
def parser() -> MarkdownIt:
    """The parser that all share; not to be changed."""
    return new_parser()


def tokens(text: str) -> list[Token]:
    """Block tokens of ``text``; ``token.map`` holds 0-based line numbers."""
    return parser().parse(text)


class Flow(NamedTuple):
    """A text's block tokens, and the same in reading order (see `flat`); not to be changed."""

    tokens: list[Token]
    flat: list[Token]


@lru_cache(1)  # several look at the text of one page, one after the other
def flow(text: str) -> Flow:
    """The tokens of ``text``."""
    found = tokens(text)
    return Flow(found, flat(found))


DIRECTIVE = re.compile(r"\{([\w:+-]+)\}[ \t]*(.*)")


OPTIONS = "Write options as ':name: value' lines."


@dataclass(frozen=True)
class Directive:
    """A fenced MyST directive: name, argument, options, body, and 1-based first line. ``fault``
    says why its options could not be read."""

    name: str
    argument: str
    options: dict[str, Any]
    body: str
    line: int
    body_line: int
    fault: str = ""


def directive(token: Token) -> Directive | None:
    """The directive in a fence or colon fence, or None if the token is no directive."""
    if token.type not in ("fence", "colon_fence"):
        return None
    match = DIRECTIVE.match(token.info.strip())
    if not match:
        return None
    assert token.map is not None
    lines = token.content.splitlines()
    options: dict[str, Any] = {}
    skip, fault = 0, ""
    if lines and lines[0].strip() == "---":
        closing = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
        if closing is not None:
            try:
                loaded = yaml.safe_load("\n".join(lines[1:closing]))
            except yaml.YAMLError as error:
                loaded, fault = {}, f"the directive's options are not YAML: {error}"
            options = loaded if isinstance(loaded, dict) else {}
            skip = closing + 1
    else:
        while skip < len(lines) and re.match(r":[\w-]+:", lines[skip]):
            key, _, value = lines[skip][1:].partition(":")
            options[key] = value.strip()
            skip += 1
    while skip < len(lines) and not lines[skip].strip():
        skip += 1
    return Directive(
        match.group(1),
        match.group(2).strip(),
        options,
        "\n".join(lines[skip:]),
        token.map[0] + 1,
        token.map[0] + 2 + skip,
        fault,
    )


def plain_text(token: Token) -> str:
    """The words of an inline token as a reader sees them (roles by their text, math left out)."""
    words = []
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            words.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            words.append(" ")
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


def flat(blocks: list[Token]) -> list[Token]:
    """Tokens in reading order, the insides of prose directives included. A heading is announced
    by a token of type ``h1`` ... ``h6`` that holds its words, before its inline token."""
    result: list[Token] = []
    for position, token in enumerate(blocks):
        if token.type == "heading_open":
            title = plain_text(blocks[position + 1])
            result.append(Token(token.tag, "", 0, content=title, map=token.map))
        block = directive(token)
        if block is None:
            result.append(token)
        elif block.name not in NOT_PROSE:
            inner = flat(tokens(block.body))
            for child in inner:
                if child.map is not None:
                    start = block.body_line - 1
                    child.map = [child.map[0] + start, child.map[1] + start]
            result += inner
    return result
