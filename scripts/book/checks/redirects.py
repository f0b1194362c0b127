"""Addresses that moved, and those that may not: what ``redirects:`` of `_config.yml` may say.

redirects:
  newsletter/reformer.html: issues/002#i002-reformer
  old/: index
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scripts.book.config import CONFIG, place_of
from scripts.book.model import Book
from scripts.core.problems import Problem, did_you_mean

KEY = "redirects"
# Folders of the site that hold no pages of the book's own.
TAKEN = ("_static", "_images", "downloads", "markdown", "ledger", "archive")


def moved(book: Book) -> Iterator[Problem]:
    """Everything wrong with the redirects."""
    anchors = {page.docname: page.outline.labels for page in book.pages}
    pages = {f"{docname}.html" for docname in anchors} | {"search.html", "genindex.html"}
    taken: dict[str, str] = {}
    for old, target in (book.config.get(KEY) or {}).items():
        at, path = place_of(book.root, CONFIG, f"{KEY}.{old}"), file_of(old)
        if path in pages or path.split("/")[0] in TAKEN:
            right = "Only an address where nothing stands any more can lead elsewhere."
            what = f"{KEY}: '{old}' would hide a page of the site"
            yield Problem.at(CONFIG, at, what, right)
        elif path in taken:
            what = f"{KEY}: '{old}' is the same address as '{taken[path]}'"
            yield Problem.at(CONFIG, at, what, "Keep one of the two.")
        taken[path] = old
        docname, _, anchor = target.partition("#")
        if docname not in anchors:
            what = f"{KEY}: '{old}' leads to '{target}', which is no page of the book"
            yield Problem.at(CONFIG, at, what, did_you_mean(docname, anchors))
        elif anchor and book.rules.checked and anchor not in anchors[docname]:
            what = f"{KEY}: '{old}' leads to '{target}', an anchor that its page doesn't have"
            yield Problem.at(CONFIG, at, what, did_you_mean(anchor, anchors[docname]))


def gone(book: Book, published: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    """What others may link to stays: the items of a frozen issue keep their anchors, which
    ``published`` holds by docname."""
    pages = {page.docname: page for page in book.pages}
    for docname, anchors in published.items():
        if docname not in pages:
            if f"{docname}.html" not in (book.config.get(KEY) or {}):
                what = f"the page '{docname}' was published and is gone"
                right = f"Put it back, or say in redirects: where '{docname}.html' leads."
                yield Problem("_toc.yml", 0, what, right)
            continue
        for anchor in anchors:
            if anchor not in pages[docname].outline.labels:
                what = f"the anchor '{anchor}' was published and is gone"
                right = f"Put '({anchor})=' where a link to it shall lead."
                yield Problem(pages[docname].path, 1, what, right)


def file_of(old: str) -> str:
    """The file that a server sends for an address."""
    return f"{old}index.html" if old.endswith("/") else old
