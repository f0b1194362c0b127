"""Read and check every source, execute nothing."""

from __future__ import annotations

from pathlib import Path

from scripts.book.check import check
from scripts.book.model import Book
from scripts.book.read import read
from scripts.core.problems import BookError, Problem
from scripts.execution.frozen import published


def load(root: Path, *, strict: bool = False) -> Book:
    """The book under ``root``; raises `BookError` with every problem of its sources, unknown keys
    among them if it shall be ``strict``."""
    book, problems = look(root)
    problems += book.unknown if strict else []
    if problems:
        raise BookError(problems)
    return book


def look(root: Path) -> tuple[Book, list[Problem]]:
    """The book under ``root``, and what is wrong between its pages; raises `BookError` if some of
    them can't be read: to those every link would look broken."""
    book, problems = read(root)
    if problems:
        raise BookError(problems)
    return book, check(book, published(root))
