"""Read and check every source, execute nothing."""

from __future__ import annotations

from pathlib import Path

from scripts.book.check import check
from scripts.book.model import Book
from scripts.book.read import read
from scripts.core.problems import BookError
from scripts.execution.frozen import published


def load(root: Path, *, strict: bool = False) -> Book:
    """The book under ``root``; raises `BookError` with every problem of its sources, unknown keys
    among them if it shall be ``strict``."""
    book, problems = read(root)
    problems += book.unknown if strict else []
    # A page that could not be read would make every link to it look broken: form first.
    problems = problems or check(book, published(root))
    if problems:
        raise BookError(problems)
    return book
