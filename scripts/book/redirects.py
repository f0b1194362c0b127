"""Addresses that moved: what ``redirects:`` of `_config.yml` may say.

redirects:
  newsletter/reformer.html: issues/002#i002-reformer
  old/: index
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from scripts.book.model import Book
from scripts.core.problems import Problem, did_you_mean

KEY = "redirects"
# Folders of the site that hold no pages of the book's own.
TAKEN = ("_static", "_images", "downloads", "markdown", "ledger", "archive")


def problems(book: Book, anchors: Mapping[str, Collection[str]], line: Any) -> Iterator[Problem]:
    """Everything wrong with the redirects. ``anchors`` are those of each page by docname;
    ``line(old)`` is the line of an entry in `_config.yml`."""
    pages = {f"{docname}.html" for docname in anchors} | {"search.html", "genindex.html"}
    taken: dict[str, str] = {}
    for old, target in (book.config.get(KEY) or {}).items():
        at, path = line(old), file_of(old)
        if path in pages or path.split("/")[0] in TAKEN:
            right = "Only an address where nothing stands any more can lead elsewhere."
            what = f"{KEY}: '{old}' would hide a page of the site"
            yield Problem("_config.yml", at, what, right)
        elif path in taken:
            what = f"{KEY}: '{old}' is the same address as '{taken[path]}'"
            yield Problem("_config.yml", at, what, "Keep one of the two.")
        taken[path] = old
        docname, _, anchor = target.partition("#")
        if docname not in anchors:
            what = f"{KEY}: '{old}' leads to '{target}', which is no page of the book"
            yield Problem("_config.yml", at, what, did_you_mean(docname, anchors))
        elif anchor and book.rules.checked and anchor not in anchors[docname]:
            what = f"{KEY}: '{old}' leads to '{target}', an anchor that its page doesn't have"
            yield Problem("_config.yml", at, what, did_you_mean(anchor, anchors[docname]))


def file_of(old: str) -> str:
    """The file that a server sends for an address."""
    return f"{old}index.html" if old.endswith("/") else old
