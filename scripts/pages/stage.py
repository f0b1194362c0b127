"""Stage the book for rendering: sources with their runs, and the data that pages show.

Pages with code become notebooks with the outputs of their run; cards, tables of checks and
provenance are inserted as directives whose body is JSON, so that Sphinx sees a changed page and
nothing else. Pure: pages and runs in, files out; `sync` writes what differs.
"""

from __future__ import annotations

import json
from functools import partial

from nbformat import NotebookNode

from scripts.book.model import Book, Page
from scripts.book.notebooks import read_notebook
from scripts.core.files import other_files
from scripts.core.memo import remember
from scripts.core.page_data.frame import FILE as FRAME
from scripts.core.page_data.lists import Related
from scripts.core.pictures import Unreadable, redrawn
from scripts.core.record import Runs
from scripts.execution.frozen import FOLDER as FROZEN
from scripts.pages import generated, headers
from scripts.pages.directives import Blocks, with_directives, written
from scripts.pages.heads import heads
from scripts.pages.navigation import frame
from scripts.pages.outputs import with_outputs
from scripts.pages.related import related

LEFT_OUT = {"_build", "tests", "scripts", "node_modules", "__pycache__", "README.md"}


def stage(book: Book, runs: Runs, *, public: bool = True) -> dict[str, bytes]:
    """All files of the staged tree, by path; ``public`` is false for trial builds."""
    files: dict[str, bytes] = {}
    near = related(book) if book.rules.filled else {}
    for page in book.pages:
        text = page.text
        if book.rules.filled and page.path.endswith(".md"):
            text = with_directives(page, _blocks(book, runs, page, near.get(page.docname)))
        run = runs.get(page.docname)
        if run is None or page.notebook is None:
            files[page.path] = text.encode()
            continue
        notebook = page.notebook
        if page.path.endswith(".md"):
            notebook = remember("staged", text, partial(_notebook_of, text))
        staged = with_outputs(notebook, run, ours=page.kind != "page")
        files[f"{page.docname}.ipynb"] = json.dumps(staged, sort_keys=True).encode()
    if book.rules.filled:
        files[FRAME] = written(
            frame(book, heads(book, runs, public=public), public=public)
        ).encode()
        added = generated.added(book, runs)
        files |= {f"{docname}.md": text.encode() for docname, text in added.items()}
        if added:
            toc = (book.root / "_toc.yml").read_text(encoding="utf-8")
            files["_toc.yml"] = generated.contents(toc, added).encode()
    taken = {page.path for page in book.pages}
    for path in other_files(book.root, LEFT_OUT if book.rules.filled else {"_build"}):
        if path not in taken and path not in files and not path.startswith(f"{FROZEN}/"):
            files[path] = _published(book, path)
    return files


def _published(book: Book, path: str) -> bytes:
    """A file as it may be published: where pages run nothing of their own, nor do drawings."""
    data = (book.root / path).read_bytes()
    if not (book.rules.closed and path.lower().endswith((".svg", ".svgz"))):
        return data
    try:
        return redrawn(data).encode()
    except Unreadable:
        return b""  # `check` has named it, if a page shows it


def _notebook_of(text: str) -> NotebookNode:
    return read_notebook(text)[0]


def _blocks(book: Book, runs: Runs, page: Page, near: Related | None) -> Blocks:
    if page.kind == "page":
        return generated.blocks(book, runs, page) if book.issues else {}
    blocks = headers.blocks(book, runs, page)
    if near is None:
        return blocks
    end = page.text.count("\n") + 2
    return {**blocks, end: [near, *blocks.get(end, [])]}
