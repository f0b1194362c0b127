"""Read and check every source, execute nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.book.check import check as check_book
from scripts.book.checks.translations import to_translate
from scripts.book.model import Book
from scripts.book.read import read
from scripts.core import memo
from scripts.core.options import Options
from scripts.core.problems import BookError, Problem
from scripts.core.system import owner
from scripts.execution.frozen import published, read_frozen


def load(root: Path, *, strict: bool = False) -> Book:
    """The book under ``root``; raises `BookError` with every problem of its sources, unknown keys
    among them if it shall be ``strict``."""
    book, problems = look(root)
    problems += book.unknown if strict else []
    if problems:
        raise BookError(problems)
    return book


def check(options: Options, tell: Callable[[str], None], *, links: bool) -> None:
    """Say what is to be said of the sources; raises `BookError` with every problem of them, and of
    the ``links`` to other sites, if these shall be asked as well."""
    began = time.monotonic()
    book, problems = look_at_all(options)
    for problem in book.unknown:
        tell(f"warning: {problem}")
    for problem in to_translate(book):
        tell(f"to translate: {problem}")
    if links:
        from scripts.commands.links import ask_links

        problems += ask_links(book, options, tell)
    if problems:
        raise BookError(problems)
    tell(f"{len(book.pages)} pages are in order ({time.monotonic() - began:.1f} s)")


def look_at_all(options: Options) -> tuple[Book, list[Problem]]:
    """The book and all that is wrong with it, in the files of frozen issues as well,
    which `run` reads when it needs them; what did not change since the last time isn't parsed
    again. Raises `BookError` as `look` does."""
    with remembering(options.cache):
        book, problems = look(options.root)
    try:
        read_frozen(options.root)
    except BookError as error:
        problems += error.problems
    return book, problems


@contextmanager
def remembering(cache: Path) -> Iterator[None]:
    """Remember in a file of its own: a build may be at work with the other one. Where nothing can
    be written, as in a folder of somebody else's, nothing is remembered."""
    try:
        owner.claim(cache)
    except OSError:
        yield
        return
    with memo.opened(cache / "check.pickle", tell=lambda _line: None):
        yield


def look(root: Path) -> tuple[Book, list[Problem]]:
    """The book under ``root``, and what is wrong between its pages; raises `BookError` if some of
    them can't be read: to those every link would look broken. Where only heads of pages are wrong,
    what doesn't follow from them is said as well."""
    book, problems = read(root)
    if problems:
        faulty = {problem.path for problem in problems}
        if faulty <= {page.path for page in book.pages}:
            problems += check_book(book, published(root), faulty)
        raise BookError(problems)
    return book, check_book(book, published(root))
