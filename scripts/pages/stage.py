"""Stage the book for rendering: sources with their runs, and the data that pages show.

Pages with code become notebooks with the outputs of their run; cards, tables of checks and
provenance are inserted as directives whose body is JSON, so that Sphinx sees a changed page and
nothing else. Pure: pages and runs in, files out; `sync` writes what differs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from scripts.book.model import Book, Page
from scripts.book.notebooks import read_notebook
from scripts.core.files import other_files
from scripts.core.languages.speech import speech
from scripts.core.memo import again, remember
from scripts.core.page_data.frame import FILE as FRAME
from scripts.core.page_data.lists import Related
from scripts.core.record import Run, Runs
from scripts.core.untrusted.pictures import Unreadable, redrawn
from scripts.execution.frozen import FOLDER as FROZEN
from scripts.pages import generated, headers
from scripts.pages.directives import Blocks, with_directives, written
from scripts.pages.heads import heads
from scripts.pages.navigation import frame
from scripts.pages.outputs import step_files, with_outputs
from scripts.pages.related import related

CELL = 10_000
LEFT_OUT = {"_build", "tests", "scripts", "node_modules", "__pycache__", "README.md"}


@dataclass(frozen=True)
class Lines:
    """Where the lines of a staged page stand in its source: that of each of the staged text's
    (``origin``; none: all are as they were), and the staged text's at which each cell begins."""

    origin: Sequence[int] = ()
    cells: Sequence[int] = ()

    def source(self, line: int) -> int:
        """The source's line for one that Sphinx reports (see `place`)."""
        cell, number = place(line)
        if cell and self.cells:
            line = self.cells[min(cell, len(self.cells)) - 1] + number - 1
        return self.origin[min(line, len(self.origin)) - 1] if line and self.origin else line


def place(line: int) -> tuple[int, int]:
    """Cell and line in it, both from 1, for a line of a notebook as Sphinx reports it: MyST-NB
    counts 10,000 for each cell, and one too many. Cell 0 if it isn't of a notebook."""
    cell, number = divmod(line, CELL)
    return cell, max(number - 1, 1)


class Staged(NamedTuple):
    """The files of the staged tree by their paths, and the lines of its pages by docname."""

    files: dict[str, bytes]
    lines: dict[str, Lines]


def stage(book: Book, runs: Runs, *, public: bool = True) -> Staged:
    """All files of the staged tree; ``public`` is false for trial builds."""
    files: dict[str, bytes] = {}
    lines: dict[str, Lines] = {}
    near = related(book) if book.rules.filled else {}
    for page in book.pages:
        text, origin = page.text, list[int]()
        if book.rules.filled and page.path.endswith(".md"):
            blocks = _blocks(book, runs, page, near.get(page.docname))
            text, origin = with_directives(page, blocks)
        lines[page.docname] = Lines(origin)
        run = runs.get(page.docname)
        if run is None or page.notebook is None:
            files[page.path] = text.encode()
            continue
        language = book.language_of(page)
        given = (text, page.kind, book.rules.filled, language, page.notebook, run.notebook)
        made, cells = again(f"staged {page.path}", given, partial(_executed, book, page, text, run))
        files |= made
        lines[page.docname] = Lines(origin, cells)
    if book.rules.filled:
        around = frame(book, runs, heads(book, runs, public=public), public=public)
        files[FRAME] = written(around).encode()
        added = generated.added(book, runs)
        files |= {f"{docname}.md": text.encode() for docname, text in added.items()}
        if added:
            toc = (book.root / "_toc.yml").read_text(encoding="utf-8")
            files["_toc.yml"] = generated.contents(toc, added).encode()
    taken = {page.path for page in book.pages}
    for path in other_files(book.root, LEFT_OUT if book.rules.filled else {"_build"}):
        if path not in taken and path not in files and not path.startswith(f"{FROZEN}/"):
            files[path] = _published(book, path)
    return Staged(files, lines)


def _executed(
    book: Book, page: Page, text: str, run: Run
) -> tuple[dict[str, bytes], Sequence[int]]:
    """The files of a page with the outputs of its run, and the lines of ``text``, as it is staged,
    at which its cells begin."""
    assert page.notebook is not None
    notebook, cells = page.notebook, tuple[int, ...]()
    if page.path.endswith(".md"):
        notebook, cells = remember("staged", text, partial(read_notebook, text))
    ours, tabled = page.kind != "page", page.kind == "notebook" and book.rules.filled
    say = speech(book.language_of(page))
    staged = with_outputs(notebook, run, say, ours=ours, tabled=tabled)
    files = step_files(run) if ours else {}
    files[f"{page.docname}.ipynb"] = json.dumps(staged, sort_keys=True).encode()
    return files, cells


def _published(book: Book, path: str) -> bytes:
    """A file as it may be published: where pages run nothing of their own, nor do drawings."""
    data = (book.root / path).read_bytes()
    if not (book.rules.closed and path.lower().endswith((".svg", ".svgz"))):
        return data
    try:
        return redrawn(data).encode()
    except Unreadable:
        return b""  # `check` has named it, if a page shows it


def _blocks(book: Book, runs: Runs, page: Page, near: Related | None) -> Blocks:
    if page.kind == "page":
        return generated.blocks(book, runs, page) if book.issues else {}
    blocks = headers.blocks(book, runs, page)
    if near is None:
        return blocks
    end = page.text.count("\n") + 2
    return {**blocks, end: [near, *blocks.get(end, [])]}
