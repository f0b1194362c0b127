"""Read and check every source, execute nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.book.check import check
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


def load_whole(root: Path) -> Book:
    """The same, with the files of frozen issues read, too, which `run` does when it needs them;
    what did not change since the last time isn't parsed again."""
    with remembering(Options(root).cache):
        book, problems = look(root)
    try:
        read_frozen(root)
    except BookError as error:
        problems += error.problems
    if problems:
        raise BookError(problems)
    return book


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
    them can't be read: to those every link would look broken."""
    book, problems = read(root)
    if problems:
        raise BookError(problems)
    return book, check(book, published(root))
