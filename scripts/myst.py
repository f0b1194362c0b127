"""MyST Markdown as tokens and lines, without Sphinx: what `read`, `check` and `derive` share."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from scripts.core.problems import Problem

# libyaml where PyYAML was built with it: ten times as fast, and as safe.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@lru_cache(1)
def parser() -> MarkdownIt:
    """The Markdown dialect of the publication, as markdown-it sees it."""
    return (
        MarkdownIt("commonmark")
        .enable(["table", "strikethrough"])
        .use(front_matter_plugin)
        .use(myst_block_plugin)
        .use(myst_role_plugin)
        .use(dollarmath_plugin, allow_space=False, double_inline=True)
        .use(colon_fence_plugin)
        .use(footnote_plugin)
    )


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


@dataclass(frozen=True)
class FrontMatter:
    """Front matter as data, with the 1-based line of each key (nested ones dotted:
    ``profiles.smoke.parameters.steps``)."""

    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    end: int = 0  # number of lines that it takes, both fences included
    bare_dates: tuple[str, ...] = ()  # keys whose value YAML reads as a date, not as text


def front_matter(text: str, path: str) -> tuple[FrontMatter, list[Problem]]:
    """The YAML block at the head of ``text``, or an empty one, and what is wrong with it."""
    match = re.match(r"---[ \t]*\n(.*?\n)?---[ \t]*(\n|$)", text, re.S)
    if not match:
        if text.startswith("---\n"):
            right = "Close it with a line of three hyphens before the text begins."
            return FrontMatter(), [Problem(path, 1, "the front matter is never closed", right)]
        return FrontMatter(), []
    source = match.group(1) or ""
    end = match.group(0).count("\n")
    try:
        node = yaml.compose(source, Loader=LOADER)
        data = yaml.load(source, Loader=LOADER) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        reason = getattr(error, "problem", None) or str(error)
        problem = Problem(
            path,
            line,
            f"the front matter is not valid YAML: {reason}",
            "Put text that holds ': ', '#' or quotes between double quotes.",
        )
        return FrontMatter(end=end), [problem]
    if not isinstance(data, dict):
        what = f"the front matter is a {type(data).__name__}, not a mapping"
        return FrontMatter(end=end), [Problem(path, 2, what, "Write lines such as 'title: ...'.")]
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    _key_lines(node, "", lines, path, problems)
    bare = tuple(key for key, value in data.items() if isinstance(value, datetime.date))
    return FrontMatter(plain_data(data), lines, end, bare), problems


def _key_lines(
    node: yaml.Node | None, prefix: str, lines: dict[str, int], path: str, problems: list[Problem]
) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name, line = f"{prefix}{key.value}", key.start_mark.line + 2
            if name in lines:
                what = f"'{name}' stands twice in the front matter"
                problems.append(Problem(path, line, what, "Keep one of the two."))
            lines[name] = line
            _key_lines(value, f"{name}.", lines, path, problems)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[f"{prefix}{index}"] = value.start_mark.line + 2
            _key_lines(value, f"{prefix}{index}.", lines, path, problems)


def plain_data(value: Any) -> Any:
    """YAML data as JSON would hold it: dates become ISO text."""
    if isinstance(value, dict):
        return {str(key): plain_data(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain_data(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


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
    "bibliography", "corrections", "toctree", "raw", "home", "timings", "ledger", "companion",
    "archive", "checks", "provenance", "issue-header", "notebook-header", "csv-table",
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
