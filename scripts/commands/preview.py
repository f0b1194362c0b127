"""Render the pages that changed, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial

from scripts.book.model import Book
from scripts.commands.check import load
from scripts.commands.run import kept_runs, run
from scripts.core import memo
from scripts.core.files import holds, sync
from scripts.core.options import Options
from scripts.core.problems import BookError
from scripts.core.record import Runs
from scripts.core.system import owner
from scripts.core.system.forks import FORKS, Fork
from scripts.execution.collect import collect
from scripts.execution.plan import Task
from scripts.execution.progress import progress
from scripts.execution.schedule import capacity
from scripts.pages.stage import Staged, stage
from scripts.pages.values import bound
from scripts.preview import watch
from scripts.preview.live import Ready, outdate, render_meanwhile, render_pages
from scripts.preview.watch import Browser
from scripts.rendering.kept import kept


def preview(options: Options, port: int) -> None:
    """Serve the book, and render after every edit, until Ctrl-C. Raises `BookError` if the port is
    taken."""
    with memo.lasting():
        watch.preview(options, port, Pages(options))


class Pages:
    """The pages alone, as far as they changed, in the work folder: neither editions nor PDFs, no
    search index, nothing verified or put in place."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.jobs = capacity(options.jobs).jobs
        self.runs: Runs = {}  # those of the book as it was looked through
        self.looked: tuple[Book, Staged] | None = None
        self.ready: Ready | None = None

    def look_through(self) -> None:
        """Work out all that an edit of one page doesn't change, so that each fork of this process
        has it (`memo.again`). Nothing is executed or written."""
        self.looked = None
        options, tell = self.options, progress().tell
        with (
            suppress(BookError, FileNotFoundError),
            memo.opened(options.cache / "memo.pickle", tell, forget=False),
        ):
            book = load(options.root, strict=options.strict)
            known, new = kept_runs(book, options)
            self.runs, _ = collect(book, known)
            whole, problems = bound(book, self.runs)
            if not new and not problems:
                self.looked = whole, stage(whole, self.runs, public=options.public)

    def get_ready(self) -> None:
        """In a fork: set Sphinx up for the next edit, unless there was one since the tree was
        staged, which Sphinx reads."""
        work = self.options.work
        if self.looked is not None and holds(work / "source", self.looked[1].files):
            with suppress(BookError):
                self.ready = Ready(*self.looked, work, self.jobs)

    def render(self, browser: Browser) -> None:
        """Render what changed, and tell the browser. Raises `BookError` for what keeps pages from
        being made."""
        options, shown = self.options, progress()
        owner.claim(options.cache)
        with ExitStack() as stack:
            stack.callback(self._drop)
            memory = options.cache / "memo.pickle"
            stack.enter_context(memo.opened(memory, shown.tell, forget=False))
            if not stack.enter_context(kept(options.work, shown.tell)):
                self._drop()
            book = load(options.root, strict=options.strict)
            known, new = kept_runs(book, options)
            with self._meanwhile(book, known, new, browser):
                book, runs = run(options, shown, book)
            browser.done()
            book, problems = bound(book, runs)
            if problems:
                raise BookError(problems)
            staged = self._staged(book, runs)
            if self.ready is None:
                self.ready = Ready(book, staged, options.work, self.jobs)
            render_pages(book, staged, self.ready, browser)

    def _staged(self, book: Book, runs: Runs) -> Staged:
        """The tree as it is now, in its place; what was got ready is dropped if it isn't for it."""
        staged = stage(book, runs, public=self.options.public)
        sync(staged.files, self.options.work / "source")
        if self.ready is not None and not self.ready.fits(book, staged):
            self._drop()
        return staged

    def _drop(self) -> None:
        if self.ready is not None:
            self.ready.close()
            self.ready = None

    @contextmanager
    def _meanwhile(
        self, book: Book, known: Runs, new: list[Task], browser: Browser
    ) -> Iterator[None]:
        """While ``new`` tasks run in this block, show the pages with the runs that were before."""
        if not new:
            yield
            return
        browser.run([task.page.path for task in new])
        before = {
            task.page.docname: run
            for task in new
            if (run := self.runs.get(task.page.docname)) is not None
            and run.record.parts["code"] == task.parts["code"]
        }
        if self.ready is None or not FORKS or len(before) < len(new):
            yield
            return
        began, html = time.time(), self.options.work / "html"
        showing = Fork(partial(self._show, book, {**known, **before}, browser))
        try:
            with showing:
                yield
                with suppress(Exception):  # what is wrong then, is said later
                    showing.result()
                    browser.shown()
        finally:
            outdate(html, began)

    def _show(self, book: Book, runs: Runs, browser: Browser) -> None:
        runs, _ = collect(book, runs)
        book, problems = bound(book, runs)
        if not problems:
            self._staged(book, runs)
            if self.ready is not None:
                render_meanwhile(book, self.ready, browser)
