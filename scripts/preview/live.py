"""Render the pages that changed, and nothing else, for somebody who looks at them meanwhile.

What an edit of a page doesn't change is got ready before there is one: Sphinx with its extensions,
its configuration and what it kept of all pages. That takes as long as to read and write a page.
"""

from __future__ import annotations

import io
import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from scripts.book.model import Book
from scripts.core.files import Stamp
from scripts.core.page_data.frame import FILE as FRAME
from scripts.core.problems import Problem
from scripts.pages.stage import Staged
from scripts.rendering.configuration import application, builder_of, configuration, quiet, sphinx
from scripts.rendering.render import forget, prune_pages, stopped
from scripts.rendering.sphinx_warnings import problems_of

PAGES = (".md", ".ipynb")


class Reader(Protocol):
    """Who looks at pages while they are written."""

    def pages(self) -> set[str]:
        """The docnames of the pages that are open."""

    def show(self, problems: list[Problem]) -> None:
        """Pages were written, and this is wrong with them."""


class Ready:
    """Sphinx, set up for a staged tree that is in its place, and for one change of it. Raises
    `BookError` for what it can't be configured with."""

    def __init__(self, book: Book, staged: Staged, work: Path, jobs: int) -> None:
        self.work, self.files, self.warnings = work, staged.files, io.StringIO()
        self.config = configuration(book, work / "source")
        self.kept = self._kept()
        with ExitStack() as stack:
            stack.enter_context(sphinx())
            with quiet():
                self.app = application(book, work / "source", work, self.warnings, jobs)
            self.close = stack.pop_all().close

    def _kept(self) -> Stamp | None:
        """Which of Sphinx's environments this one is: every build leaves another one."""
        try:
            status = (self.work / "doctrees" / "environment.pickle").stat()
        except OSError:
            return None
        return status.st_size, status.st_mtime_ns, status.st_ctime_ns

    def fits(self, book: Book, staged: Staged) -> bool:
        """Whether it would be set up in the same way now, when the tree is staged: nothing but
        texts of pages changed, and what stands around them, which are read later."""
        old, new = self.files, staged.files
        others = {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}
        texts = all(
            path in old and path in new and (path.endswith(PAGES) or path == FRAME)
            for path in others
        )
        return (
            texts
            and self.kept == self._kept()
            and self.config == configuration(book, self.work / "source")
        )

    def problems(self, book: Book, staged: Staged) -> list[Problem]:
        """What Sphinx warned of so far."""
        source, said = self.work / "source", self.warnings.getvalue()
        return list(dict.fromkeys(problems_of(book, source, staged.lines, said)))


def render_pages(book: Book, staged: Staged, ready: Ready, reader: Reader) -> None:
    """Write the pages that changed, those that are open first; pages that are gone are taken out.
    The ``reader`` hears of the open ones as soon as they are there, then of all."""
    from sphinx.errors import SphinxError

    html, doctrees = ready.work / "html", ready.work / "doctrees"
    builder = builder_of(ready.app)
    builder.book, builder.awaited = book, reader.pages()

    def written() -> None:
        prune_pages(html, doctrees, ready.app.env.found_docs)
        reader.show(ready.problems(book, staged))

    builder.arrived = written
    try:
        with quiet():
            builder.update(written)
    except SphinxError as error:
        ready.warnings.write(stopped("html", error, ready.work / "source"))
        shutil.rmtree(doctrees, ignore_errors=True)
        written()
    forget(book, ready.problems(book, staged), doctrees)


def render_meanwhile(book: Book, ready: Ready, reader: Reader) -> None:
    """Write the pages that changed as they are so far, in a process that ends with it. What it
    wrote has to be made to look old (`outdate`) before the next one looks for changes."""
    builder = builder_of(ready.app)
    builder.book, builder.awaited = book, reader.pages()
    builder.arrived = lambda: reader.show([])
    with quiet():
        builder.show()
    reader.show([])


def outdate(html: Path, since: float) -> None:
    """Have the pages that were written ``since`` then (s) written once more."""
    for path in html.rglob("*.html"):
        if path.stat().st_mtime >= since:
            os.utime(path, (0, 0))
