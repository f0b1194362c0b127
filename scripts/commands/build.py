"""The whole flow: read, check, run, collect, stage, render, derive, assemble, verify, swap."""

from __future__ import annotations

import time

from scripts.book.model import Book
from scripts.commands.run import run
from scripts.core import memo, owner
from scripts.core.files import sync
from scripts.core.forks import Fork
from scripts.core.options import Options
from scripts.core.problems import BookError, Problem
from scripts.core.record import Runs
from scripts.editions.derive import derive
from scripts.execution.progress import Progress, Tell
from scripts.execution.report import reporting
from scripts.execution.schedule import capacity
from scripts.pages.downloads import downloads
from scripts.pages.stage import stage
from scripts.publishing.assemble import assemble, edition_files, keep_editions, machine_files
from scripts.publishing.swap import swap
from scripts.publishing.verify import verify
from scripts.rendering.kept import kept
from scripts.rendering.render import press_of, render

PLACEHOLDER = "your-name"


def build(options: Options, progress: Progress) -> tuple[Book, Runs]:
    """Everything, up to the finished site in its place; returns the book and its runs. Raises
    `BookError`; then the last good site stays as it was, and the report says why."""
    began = time.monotonic()
    tell = progress.tell
    owner.claim(options.cache)
    with memo.opened(options.cache / "memo.pickle", tell):
        book, runs = run(options, progress)
        with reporting(options.out, runs):
            publish(book, runs, options, tell)
    _warn_of_placeholders(book, tell)
    took = time.monotonic() - began
    tell(f"{options.shown(options.site)}: {len(book.pages)} pages in {took:.1f} s")
    if options.only:
        left = [page.name for page in book.pages if page.docname not in runs and page.notebook]
        tell(f"left unchecked: {', '.join(left) or 'nothing'}")
    return book, runs


def _stop_or_tell(problems: list[Problem], strict: bool, tell: Tell) -> None:
    if problems and strict:
        raise BookError(problems)
    for problem in problems:
        tell(f"warning: {problem}")


def _warn_of_placeholders(book: Book, tell: Tell) -> None:
    if book.rules.published and PLACEHOLDER in book.addresses.site + book.addresses.repository:
        tell(
            "warning: the addresses in _config.yml are placeholders; buttons and feeds lead "
            "nowhere until repository.url and html.baseurl are yours"
        )


def publish(book: Book, runs: Runs, options: Options, tell: Tell) -> None:
    """Render a book with its runs, and put pages and editions in place. Raises `BookError`."""
    work, new = options.work, options.out / ".html.new"
    tell("rendering")
    strict = book.rules.strict or options.strict
    with kept(work, tell):
        with Fork(lambda: derive(book, runs, work / "derived")) as deriving:
            sync(stage(book, runs, public=options.public), work / "source")
            problems = render(book, work / "source", work, capacity(options.jobs).jobs)
            _stop_or_tell(problems, strict, tell)
            _stop_or_tell(deriving.result(), strict, tell)
        extras = edition_files(book, options) | machine_files(book, runs, options, press_of(work))
        assemble(work / "html", extras, new, options.site)
        wanted = [d.file for issue in book.issues for d in downloads(book, issue)]
        wanted += [path for path, source in extras.items() if source.is_file()]
        _stop_or_tell(verify(book, new, wanted), strict, tell)
    keep_editions(work, options.out)
    swap(new, options.site)
