"""The items and corrections of an issue, from its text."""

from __future__ import annotations

from typing import Any

from scripts.book import myst
from scripts.book.model import Correction, Item
from scripts.core.page_data.directives import CORRECTED


def items_of(text: str) -> tuple[tuple[Item, ...], tuple[Correction, ...]]:
    """Items (h3 below an h2) and corrections of an issue."""
    found: list[Item] = []
    corrections: list[Correction] = []
    section = section_anchor = target = ""
    target_line = 0
    current: dict[str, Any] | None = None

    def close(end: int) -> None:
        nonlocal current
        if current is not None:
            found.append(Item(**current, end=end))
        current = None

    tokens, flat, *_ = myst.flow(text)
    for token in flat:
        line = token.map[0] + 1 if token.map else 0
        if token.type == "myst_target":
            target, target_line = token.content, line
        elif token.type == "paragraph_open":
            target = ""
        elif token.type in ("h1", "h2", "h3"):
            close(target_line if target else line)
            if token.type == "h2":
                section, section_anchor = token.content, target
            elif token.type == "h3":
                current = {
                    "anchor": target,
                    "title": token.content,
                    "section": section,
                    "section_anchor": section_anchor,
                    "line": line,
                }
            target = ""
    close(len(text.removesuffix("\n").split("\n")) + 1)
    for token in tokens:
        block = myst.directive(token)
        if block is not None and block.name == "correction":
            owner = next((i for i in found if i.line <= block.line < i.end), None)
            anchor = owner.anchor if owner else ""
            kind = block.argument or CORRECTED
            corrections.append(Correction(anchor, kind, block.body.strip(), block.line))
    return tuple(found), tuple(corrections)
