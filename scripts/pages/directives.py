"""The build's data as MyST directives, written into the staged copy of a page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from scripts.book.model import Page
from scripts.core.page_data.directives import NAMES

# Data (or MyST text as it is) by the 1-based line before which they stand; under 0 those that fill
# an empty directive which the page holds itself.
Blocks = Mapping[int, Sequence[Any]]


def written(data: Any) -> str:
    """Data of a directive as JSON, which `rendering.directives.base` reads."""
    return json.dumps(msgspec.to_builtins(data), ensure_ascii=False)


def with_directives(page: Page, blocks: Blocks) -> tuple[str, list[int]]:
    """The page's text with directives of data at their lines, and its own ones filled in; and for
    each of its lines the 1-based one of the page at which it stands."""
    lines = page.text.split("\n")
    filling: dict[int, str] = {}
    for data in blocks.get(0, []):
        empty = re.compile(rf"^(```+)\{{{re.escape(NAMES[type(data)])}\}}\s*$")
        at = next(
            (n for n, line in enumerate(lines, 1) if n not in filling and empty.match(line)), 0
        )
        if at:
            filling[at] = written(data)
    result: list[str] = []
    origin: list[int] = []
    for number, line in enumerate([*lines, ""], 1):
        for data in blocks.get(number, []):
            result += ["", *_block(data), ""]
        result += [line, filling[number]] if number in filling else [line]
        origin += [min(number, len(lines))] * (len(result) - len(origin))
    return "\n".join(result).rstrip("\n") + "\n", origin


def _block(data: Any) -> list[str]:
    if isinstance(data, str):
        return data.split("\n")
    return [f"````{{{NAMES[type(data)]}}}", written(data), "````"]


def generated_page(title: str, description: str, data: Any) -> str:
    """The text of a page that exists in the staged tree only. Its rows stand on other pages too,
    so the search passes over it, and it is for the screen alone."""
    front = {"title": title, "description": description, "nosearch": True, "screen-only": True}
    head = "\n".join(f"{key}: {json.dumps(value)}" for key, value in front.items())
    name = NAMES[type(data)]
    return f"---\n{head}\n---\n\n# {title}\n\n````{{{name}}}\n{written(data)}\n````\n"
