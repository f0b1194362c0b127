"""The whole flow: read, check, run, collect, stage, render, derive, assemble, verify, swap.

Each stage looks as far as what came before lets it, so that one build says all that is wrong; only
what can't be read is said alone, and at once.
"""

from __future__ import annotations

import time

from scripts.book.check import swallowed
from scripts.book.config import PLACEHOLDER, given_addresses
from scripts.book.model import Book
from scripts.commands.check import look
from scripts.commands.findings import Findings, always, never
from scripts.commands.run import attempt
from scripts.core import memo
from scripts.core.files import sync
from scripts.core.options import Options
from scripts.core.record import Run, Runs
from scripts.core.system import owner
from scripts.core.system.forks import Fork
from scripts.core.system.machine import refusals
from scripts.editions.derive import derive
from scripts.execution.progress import Progress, Tell
from scripts.execution.report import reporting
from scripts.execution.schedule import capacity
from scripts.pages.downloads import downloads
from scripts.pages.stage import stage
from scripts.pages.values import bound
from scripts.publishing.assemble import assemble, edition_files, keep_editions, machine_files
from scripts.publishing.swap import beside, swap
from scripts.publishing.verify import verify
from scripts.rendering.kept import kept
from scripts.rendering.render import press_of, render
from scripts.rendering.sphinx_warnings import grave


def build(options: Options, progress: Progress) -> tuple[Book, Runs]:
    """Everything, up to the finished site in its place; returns the book and its runs. Raises
    `BookError`; then the last good site stays as it was, and the report says why."""
    began = time.monotonic()
    tell = progress.tell
    owner.claim(options.cache)
    with memo.opened(options.cache / "memo.pickle", tell):
        book, found = looked_through(options, tell)
        runs: dict[str, Run] = {}
        with reporting(options.out, runs):
            ran = False
            with found.stage():
                made, problems = attempt(book, options, progress)
                runs.update(made)
                found.add(problems, always)
                ran = True
            if not ran:
                found.stop()
            publish(book, runs, found, options, tell)
    _warn_of_placeholders(book, tell)
    took = time.monotonic() - began
    tell(f"{options.shown(options.site)}: {len(book.pages)} pages in {took:.1f} s")
    if options.only:
        left = [page.name for page in book.pages if page.docname not in runs and page.notebook]
        tell(f"left unchecked: {', '.join(left) or 'nothing'}")
    return book, runs


def looked_through(options: Options, tell: Tell) -> tuple[Book, Findings]:
    """The book, and what is wrong in its sources, which keeps it from being published but not from
    being looked at further. Raises `BookError` if sources can't be read."""
    with reporting(options.out, {}):
        book, problems = look(options.root)
    found = Findings(book.rules.strict or options.strict, tell)
    if not book.rules.strict:  # else they keep it from being read
        found.add([*book.unknown, *swallowed(book)], never)
    found.add(problems, always)
    for problem in problems:
        tell(f"so far: {problem}")
    return book, found


def _warn_of_placeholders(book: Book, tell: Tell) -> None:
    if book.rules.published and PLACEHOLDER in "".join(given_addresses(book.config)):
        tell(
            "warning: the addresses in _config.yml are placeholders; what needs them (feeds, "
            "letters, sitemap, buttons) is left out until repository.url and html.baseurl are yours"
        )


def publish(book: Book, runs: Runs, found: Findings, options: Options, tell: Tell) -> None:
    """Render a book with its runs, and put pages and editions in place if nothing is wrong with
    anything. Raises `BookError`."""
    tell("rendering")
    with found.stage(), refusals(options.root), kept(options.work, tell):
        make(book, runs, found, options)
    found.stop()
    with refusals(options.root):
        keep_editions(options.work, options.out)
        swap(options.site)


def make(book: Book, runs: Runs, found: Findings, options: Options) -> None:
    """The site beside the one in use, as far as it can be made; what is wrong with it is added to
    what was ``found``."""
    work, new = options.work, beside(options.site)[0]
    good = {docname: run for docname, run in runs.items() if run.record.outcome == "ok"}
    found.partial = len(good) < len(runs)
    book, problems = bound(book, good)
    found.add(problems, always)
    with Fork(lambda: derive(book, good, work / "derived")) as deriving:
        staged = stage(book, good, public=options.public)
        sync(staged.files, work / "source")
        problems = render(book, staged.lines, work, capacity(options.jobs).jobs)
        found.add(problems, grave)
        found.add(deriving.result(), never)
    if any(grave(problem) for problem in problems):
        return
    extras = edition_files(book, options) | machine_files(book, good, options, press_of(work))
    assemble(work / "html", extras, new, options.site)
    wanted = [d.file for issue in book.issues for d in downloads(book, issue)]
    wanted += [path for path, source in extras.items() if source.is_file()]
    found.add(verify(book, new, wanted), never)
