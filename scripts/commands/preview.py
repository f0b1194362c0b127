"""Render the pages that changed, and nothing else."""

from __future__ import annotations

from scripts.commands.run import run
from scripts.core import memo
from scripts.core.files import sync
from scripts.core.options import Options
from scripts.core.problems import BookError
from scripts.core.system import owner
from scripts.execution.progress import progress
from scripts.execution.schedule import capacity
from scripts.pages.stage import stage
from scripts.pages.values import bound
from scripts.preview import watch
from scripts.rendering.kept import kept
from scripts.rendering.render import Show, render_pages


def preview(options: Options, port: int) -> None:
    """Serve the book, and render after every edit, until Ctrl-C. Raises `BookError` if the port is
    taken."""
    watch.preview(options, port, pages)


def pages(options: Options, show: Show) -> None:
    """The pages alone, as far as they changed, in the work folder: neither editions nor
    PDFs, no search index, nothing verified or put in place. ``show`` is called with the problems
    as soon as the pages are there; raises `BookError` for those that keep them from being made."""
    owner.claim(options.cache)
    work, shown = options.work, progress()
    with memo.opened(options.cache / "memo.pickle", forget=False), kept(work, shown.tell):
        book, runs = run(options, shown)
        book, problems = bound(book, runs)
        if problems:
            raise BookError(problems)
        staged = stage(book, runs, public=options.public)
        sync(staged.files, work / "source")
        render_pages(book, staged.lines, work, capacity(options.jobs).jobs, show)
