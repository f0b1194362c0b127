"""A page and a book of a few words, for tests of single functions."""

from __future__ import annotations

from pathlib import Path

from scripts.book.model import Book, Page, page_of
from scripts.core.addresses import Addresses


def page(text: str = "", **values: object) -> Page:
    return page_of("a.md", "a", "page", text, {}, **values)  # type: ignore[arg-type]


def book(*pages: Page, kind: str = "issue") -> Book:
    return Book(Path(), {}, pages, Addresses("https://x.org", "https://github.com/a/b", "main"))
