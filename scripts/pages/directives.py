"""The build's data as MyST directives, written into the staged copy of a page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from scripts.book.model import Page

Blocks = dict[int, list[tuple[str, Any]]]


def with_directives(page: Page, blocks: Mapping[int, list[tuple[str, Any]]]) -> str:
    """The page's text with directives of data put before the given 1-based lines, and the empty
    ones that it holds itself filled in (``blocks[0]``)."""
    lines = page.text.split("\n")
    for name, data in blocks.get(0, []):
        empty = re.compile(rf"^(```+)\{{{re.escape(name)}\}}\s*$")
        at = next((i for i, line in enumerate(lines) if empty.match(line)), None)
        if at is not None:
            lines[at] += "\n" + json.dumps(data, ensure_ascii=False)
    result: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        for name, data in blocks.get(number, []):
            body = json.dumps(data, ensure_ascii=False)
            result += ["", f"````{{{name}}}", body, "````", ""]
        result.append(line)
    return "\n".join(result).rstrip("\n") + "\n"


def generated_page(title: str, description: str, directive: str, data: dict[str, Any]) -> str:
    """The text of a page that exists in the staged tree only. Its rows stand on other pages too,
    so the search passes over it, and it is for the screen alone."""
    front = {"title": title, "description": description, "nosearch": True, "screen-only": True}
    head = "\n".join(f"{key}: {json.dumps(value)}" for key, value in front.items())
    body = json.dumps(data, ensure_ascii=False)
    return f"---\n{head}\n---\n\n# {title}\n\n````{{{directive}}}\n{body}\n````\n"
