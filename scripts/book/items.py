"""The items and corrections of an issue, from its text; and what became of the items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.book import myst
from scripts.book.model import Correction, Item, Page
from scripts.core.page_data.directives import CORRECTED, OUTCOMES
from scripts.core.problems import Problem, did_you_mean


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


def outcome_problems(issue: Page) -> Iterator[Problem]:
    """What is wrong with an issue's table of outcomes, where it has one with a row an item."""
    rows = issue.counts.outcomes if issue.counts else []
    anchors = [item.anchor for item in issue.items]
    seen: set[str] = set()
    for row in rows:
        if row.status not in OUTCOMES:
            what = f"{{outcomes}}: '{row.status}' is nothing that becomes of an item"
            yield Problem(issue.path, row.line, what, did_you_mean(row.status, OUTCOMES))
        if row.anchor not in anchors:
            what = f"{{outcomes}}: '{row.anchor}' is no item of this issue"
            yield Problem(issue.path, row.line, what, did_you_mean(row.anchor, anchors))
        elif row.anchor in seen:
            what = f"{{outcomes}}: '{row.anchor}' has a row already"
            yield Problem(issue.path, row.line, what, "An item has one row.")
        seen.add(row.anchor)
    for item in issue.items if rows else ():
        if item.anchor not in seen:
            what = f"{{outcomes}} doesn't say what became of '{item.anchor}'"
            right = f"Add a row '| [Name](#{item.anchor}) | {OUTCOMES[0]} | how it is known |'."
            yield Problem(issue.path, rows[-1].line, what, right)
