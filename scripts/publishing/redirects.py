"""Addresses that moved (see `book.redirects`) as pages that lead on.

A static host knows no other way than a page that says where its content went, to browsers (meta
refresh), to search engines (canonical) and to people (a link). Pure.
"""

from __future__ import annotations

from html import escape
from posixpath import dirname, relpath

from scripts.book.model import Book
from scripts.book.redirects import KEY, file_of


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
    address, name = escape(relative), escape(title)
    link = f'  <link rel="canonical" href="{escape(canonical)}">\n' if canonical else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta http-equiv="refresh" content="0; url={address}">
{link}  <title>Moved: {name}</title>
</head>
<body>
  <main>
    <h1>This page has moved</h1>
    <p>It is now <a href="{address}">{name}</a>.</p>
  </main>
</body>
</html>
"""
