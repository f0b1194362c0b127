"""Warnings of Sphinx as problems, with the line of the source."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from scripts.book.model import Book, Page
from scripts.core.problems import Problem
from scripts.core.words import without_escapes

# Known noise of the stack, which says nothing about a book.
NOISE = re.compile(
    r"doing serial read|is not safe for parallel reading|multiple files found for the document"
    r"|html_static_path entry '.*site-packages"
)
WARNING = re.compile(
    r"^(?:(.*?):(?:(\d+|None|<[^>]*>):)?\s*)?(WARNING|ERROR|CRITICAL|SEVERE): (.*)$"
)


def problems_of(book: Book, source: Path, warnings: str) -> Iterator[Problem]:
    """What Sphinx said, a line each, while it read the tree ``source``."""
    pages = {page.docname: page for page in book.pages}
    for line in without_escapes(warnings).splitlines():
        match = WARNING.match(line)
        if not match or NOISE.search(line):
            continue
        path, number, level, text = match.groups()
        path = (path or "").removeprefix(f"{source}{os.sep}").replace(os.sep, "/")
        docname = path.rsplit(".", 1)[0]
        page = pages.get(docname)
        at = int(number) if (number or "").isdigit() else 0
        if page is not None:
            yield Problem(page.path, source_line(page, at), f"{level.lower()}: {text}")
        else:
            yield Problem(path or "_config.yml", at, f"{level.lower()}: {text}")


def source_line(page: Page, line: int) -> int:
    """The source's line for one that Sphinx reports: in staged notebooks MyST-NB counts
    10,000 for each cell. Cells that the build inserted lead to the nearest cell before them."""
    if page.notebook is None or line < 10_000 or not page.cell_lines:
        return line
    cell, offset = divmod(line, 10_000)
    index = min(cell, len(page.cell_lines)) - 1
    return page.cell_lines[index] + max(offset - 1, 0)
