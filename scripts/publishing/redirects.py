"""Addresses that moved (see `book.checks.redirects`) as pages that lead on.

A static host knows no other way than a page that says where its content went, to browsers (meta
refresh), to search engines (canonical) and to people (a link). Pure.
"""

from __future__ import annotations

from html import escape
from posixpath import dirname, relpath

from scripts.book.checks.redirects import KEY, file_of
from scripts.book.model import Book
from scripts.core.bare_page import bare_page


def pages(book: Book) -> dict[str, str]:
    """The page of each redirect by its path below the site's root."""
    titles = {page.docname: page.title for page in book.pages}
    result = {}
    for old, target in (book.config.get(KEY) or {}).items():
        path = file_of(old)
        docname, _, anchor = target.partition("#")
        tail = f"#{anchor}" if anchor else ""
        relative = relpath(f"{docname}.html", dirname(path) or ".") + tail
        result[path] = _page(relative, book.addresses.page(docname), titles[docname])
    return result


def _page(relative: str, canonical: str, title: str) -> str:
    link = f'<a href="{escape(relative)}">{escape(title)}</a>'
    body = f"    <h1>This page has moved</h1>\n    <p>It is now {link}.</p>"
    return bare_page(f"Moved: {title}", body, relative, canonical)
