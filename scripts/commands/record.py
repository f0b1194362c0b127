"""Run the `full` profile of a notebook and keep what it found as its recorded run, or run it again
and compare."""

from __future__ import annotations

from dataclasses import replace

from scripts.book.kept.runs import (
    FOLDER,
    Recorded,
    differences,
    read_recorded,
    recorded_of,
    write_recorded,
)
from scripts.book.model import Book, Page
from scripts.commands.check import load
from scripts.commands.run import run
from scripts.core.files import remove
from scripts.core.options import FULL, Options
from scripts.core.problems import BookError, Problem, did_you_mean
from scripts.core.words import duration
from scripts.execution.cache import Cache
from scripts.execution.progress import Progress
from scripts.pages.headers import PACKAGES_SHOWN


def record(options: Options, name: str, progress: Progress, *, again: bool = False) -> bool:
    """Run the `full` profile of a notebook and write its recorded run; ``again``: run it anew, from
    its beginning, and write nothing, but say which numbers leave the spread that is recorded.
    Whether all is well. Raises `BookError`.

    A run that was stopped goes on after the last piece of work that it kept (`notebooks/seeds.py`).
    """
    full = replace(options, profile=FULL, only=(name,))
    book = load(options.root)
    page = _page(book, name)
    known = _known(options, name) if again else None
    if known is not None:
        Cache(options.cache / "runs").forget(known.key)
        remove(options.state / name)
    _, runs = run(full, progress, book)
    (done,) = runs.values()
    remove(options.state / name)
    new, took = recorded_of(done, PACKAGES_SHOWN), duration(done.record.seconds)
    if known is None:
        path = write_recorded(options.root, new)
        progress.tell(f"{path}: {took}; commit it, and build")
        return True
    odd = differences(known, new)
    for line in odd:
        progress.tell(f"{page.path}: {line}")
    count = len(new.checks)
    progress.tell(f"{page.path}: ran again in {took}; {count - len(odd)} of {count} checks agree")
    return not odd


def _page(book: Book, name: str) -> Page:
    page = next((page for page in book.notebooks if page.name == name), None)
    if page is None:
        right = did_you_mean(name, [page.name for page in book.notebooks])
        raise BookError([Problem("_toc.yml", 0, f"no companion notebook is named '{name}'", right)])
    if FULL not in page.front["profiles"]:
        right = "Declare it in the front matter: profiles: {full: {parameters: ...}}"
        raise BookError([Problem(page.path, 1, "no 'full' profile", right)])
    return page


def _known(options: Options, name: str) -> Recorded:
    found, _ = read_recorded(options.root, {name})
    if name not in found:
        right = f"Make it first: python -m scripts record {name}"
        raise BookError([Problem(f"{FOLDER}/{name}.json", 0, "there is no recorded run", right)])
    return found[name]
