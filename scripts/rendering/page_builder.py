"""Sphinx's builder of pages, made quicker: several processes read, and pages are there before
everything else is in order.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util.build_phase import BuildPhase
from sphinx.util.logging import pending_warnings
from sphinx.util.parallel import SerialTasks

from scripts.book.model import Book
from scripts.core.files import write_atomic
from scripts.core.problems import BookError, Problem
from scripts.core.system import forks
from scripts.core.system.deadline import OutOfTime, within
from scripts.core.system.forks import Fork
from scripts.rendering.directives import proofs
from scripts.rendering.formulas import of_pages
from scripts.rendering.parallel import mergeable, named_twice, run_parts, shares
from scripts.rendering.paths import refuse

# They don't say whether pages may be read in parallel. The first numbers the sections when all is
# read, the second arranges the page of the contents for LaTeX: neither keeps anything of a page.
SILENT = ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex")
# To send the environment costs about as much for this many pages of the book as to read one.
SENT = 100
SECONDS = 120.0  # of processor time for one page; one of 50,000 characters takes 2
KEPT = "environment-"  # before the number of the process: what is kept and doesn't count yet


class Pages(StandaloneHTMLBuilder):
    """Sphinx's builder of pages."""

    allow_parallel = False  # the PDFs are written beside the pages (see `render`)
    hasty = False
    book: Book | None = None  # that is built; none in a plain `jupyter-book build`
    titles: dict[str, nodes.bullet_list] | None = None  # contents of pages, without their sections
    awaited: Collection[str] = ()  # pages that are written before all others
    arrived: Callable[[], None] | None = None  # is called when these are there

    def update(self, written: Callable[[], None]) -> None:
        """Read and write what changed, as `build` does. ``written`` is called when the pages are
        there: the environment is kept in a process beside and the inventory written afterwards,
        for of a large book each takes longer than to write a page. What is kept counts only when
        the pages are written: a build that was killed before would take them for written."""
        try:
            self._update(written)
        except Exception:  # as Sphinx does: what was read for nothing is read again
            Path(self.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)
            raise

    def show(self) -> None:
        """Read and write what changed, and keep nothing of it: for a process that ends with it,
        while what the pages shall show at last is still made."""
        self._write_changed(*self._read_changed())

    def _update(self, written: Callable[[], None]) -> None:
        folder = Path(self.doctreedir)
        for left in folder.glob(f"*{KEPT}*"):  # by a build that was killed
            left.unlink(missing_ok=True)
        kept = folder / f"{KEPT}{os.getpid()}"
        outdated, read = self._read_changed()
        with Fork(lambda: write_atomic(kept, pickle.dumps(self.env, -1))) as keeping:
            if not forks.FORKS:  # now, for writing adds to nodes that the environment has
                keeping.result()
            self._write_changed(outdated, read)
            written()
            self.handle_finish()
            if forks.FORKS:
                keeping.result()
            kept.replace(folder / ENV_PICKLE_FILENAME)

    def _read_changed(self) -> tuple[set[str], set[str]]:
        """Read what changed; which pages are outdated, and which were read."""
        outdated = set(self.get_outdated_docs())
        with pending_warnings():
            read = set(self.read())
            read.update(self.env.check_dependents(self.app, read))
        if read:
            self.env.check_consistency()
        if self.book is not None:
            refuse(self.book, Path(self.srcdir), self.env)
        return outdated, read

    def _write_changed(self, outdated: set[str], read: set[str]) -> None:
        self.app.phase = BuildPhase.RESOLVING
        self.parallel_ok, self.finish_tasks = False, SerialTasks()
        self.hasty = True
        self.write(outdated & self.env.found_docs, sorted(read))
        self.finish()
        self.events.emit("build-finished", None)
        self.hasty = False

    def _write_serial(self, docnames: Sequence[str]) -> None:
        """As Sphinx does, the awaited pages first."""
        first = [name for name in docnames if name in self.awaited]
        super()._write_serial(first)
        if first and self.arrived is not None:
            self.copy_image_files()
            self.arrived()
        super()._write_serial([name for name in docnames if name not in self.awaited])

    def prepare_writing(self, docnames: set[str]) -> None:
        """As Sphinx does, but a word's stem for the search is worked out once and not on each page,
        which took a twentieth of a build."""
        super().prepare_writing(docnames)
        if self.indexer is not None:
            language = self.indexer.lang
            language.stem = cache(language.stem)  # type: ignore[method-assign]

    def _get_local_toctree(self, docname: str, collapse: bool = True, **options: Any) -> str:
        """As Sphinx does; but where a theme wants titles only, on each page Sphinx copies the
        sections of all pages to throw them away, which took a fifth of a build of 200 pages."""
        if not options.get("titles_only"):
            return super()._get_local_toctree(docname, collapse, **options)
        if self.titles is None:
            self.titles = {name: without_sections(toc) for name, toc in self.env.tocs.items()}
        whole, self.env.tocs = self.env.tocs, self.titles
        try:
            return super()._get_local_toctree(docname, collapse, **options)
        finally:
            self.env.tocs = whole

    def handle_finish(self) -> None:
        """Write inventory and index, which no page shows."""
        if not self.hasty:
            super().handle_finish()

    def _read_parallel(self, docnames: list[str], nproc: int) -> None:
        few = len(docnames) * SENT < len(self.env.found_docs)
        if not forks.FORKS or few or not mergeable(self.env):
            self._read_serial(docnames)
            return
        for docname in docnames:
            self.events.emit("env-purge-doc", self.env, docname)
            self.env.clear_doc(docname)
        sizes = [Path(self.env.doc2path(docname)).stat().st_size for docname in docnames]
        parts = shares(docnames, sizes, nproc)
        again: set[str] = set()
        for part, env in zip(parts, run_parts(parts, self._read), strict=True):
            if env is not self.env:  # another process's
                again |= named_twice(self.env, env, part)
                self.env.merge_info_from(part, env, self.app)
        # Sphinx warns of a name that two pages have when one process reads both.
        for docname in again:
            self.events.emit("env-purge-doc", self.env, docname)
            self.env.clear_doc(docname)
        for docname in filter(again.__contains__, docnames):
            self.read_doc(docname)

    def _read_serial(self, docnames: list[str]) -> None:
        for docname in docnames:
            self.events.emit("env-purge-doc", self.env, docname)
            self.env.clear_doc(docname)
            with at_page(docname):
                self.read_doc(docname)

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        with at_page(docname):
            super().write_doc(docname, doctree)

    def read_doc(self, docname: str, *, _cache: bool = True) -> None:  # type: ignore[misc]  # final
        """Read a page, as Sphinx does; raises `BookError` for one without end."""
        try:
            with within(SECONDS):
                super().read_doc(docname, _cache=_cache)
        except RecursionError:
            what, right = (
                "it is nested too deeply, or includes itself",
                "Take apart what is nested.",
            )
        except OutOfTime:
            what = f"Sphinx reads it for more than {SECONDS:.0f} s"
            right = "Make several pages of it."
        else:
            return
        pages = self.book.pages if self.book is not None else ()
        path = next((page.path for page in pages if page.docname == docname), docname)
        raise BookError([Problem(path, 0, what, right)])

    def _read(self, docnames: list[str]) -> BuildEnvironment:
        for docname in docnames:
            with at_page(docname):
                self.read_doc(docname, _cache=not forks.in_fork())
        return self.env


@contextmanager
def at_page(docname: str) -> Iterator[None]:
    """An error in this block says first at which page it was; Sphinx' own don't."""
    try:
        yield
    except Exception as error:
        if not hasattr(error, "__notes__"):
            error.add_note(docname)
        raise


def without_sections(contents: nodes.bullet_list) -> nodes.bullet_list:
    """A page's own contents down to its title; as they are where other pages are listed in them."""
    if any(contents.findall(lambda node: isinstance(node, addnodes.toctree | addnodes.only))):
        return contents
    short = contents.deepcopy()
    for item in short:
        del item[1:]
    return short


def allow(app: Sphinx, _config: Config) -> None:
    """Speak for the silent extensions (event ``config-inited``)."""
    for name in SILENT:
        if name in app.extensions:
            app.extensions[name].parallel_read_safe = True


def setup(app: Sphinx) -> dict[str, Any]:
    """Put the builder in the place of Sphinx's own (Sphinx calls this)."""
    app.setup_extension("scripts.rendering.start_over")
    app.setup_extension("scripts.rendering.cells")
    app.setup_extension("scripts.rendering.paths")
    of_pages.setup(app)
    proofs.setup(app)
    app.add_builder(Pages, override=True)
    app.connect("config-inited", allow, priority=999)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
