"""What stands around every page's text: the site's frame."""

from __future__ import annotations

from scripts.book.checks.translations import translations_of
from scripts.book.model import Book
from scripts.core.page_data.frame import FeedLink, Frame, Head, IssueName, PageName, Repository
from scripts.core.record import Runs
from scripts.pages.headers import credit
from scripts.pages.lists.home import statement

ABOUT = 8  # pages besides issues and notebooks that the side column names


FORMATS = {
    "atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json",
}  # fmt: skip
FEEDS = {"feed": "", "verdicts": ": verdicts"}  # files' names: what follows the newsletter's title
LABELS = {"feed.atom": "Follow by feed", "verdicts.atom": "Follow the verdicts"}


def feed_title(book: Book, name: str) -> str:
    """What a feed is called."""
    return f"{book.title}{FEEDS[name]}"


def feeds(book: Book) -> list[FeedLink]:
    """The feeds, in every format; none of a book without issues or without an address."""
    if not (book.issues and book.addresses.site):
        return []
    return [
        FeedLink(path, kind, feed_title(book, name), LABELS.get(path, ""))
        for name in FEEDS
        for suffix, kind in FORMATS.items()
        for path in [f"{name}.{suffix}"]
    ]


def frame(book: Book, runs: Runs, heads: dict[str, Head], *, public: bool) -> Frame:
    """The frame of a book's pages; ``heads`` by docname."""
    a = book.addresses
    others = [
        PageName(f"/{page.docname}", page.title)
        for page in book.pages
        if page.kind == "page" and page.docname != book.home and not page.lost
    ]
    return Frame(
        issues=[
            IssueName(
                f"/{i.docname}",
                i.title,
                i.front["issue"],
                i.front["date"],
                [f"/{page.docname}" for page in translations_of(book, i)],
            )
            for i in book.issues
        ],
        notebooks={
            f"/{issue.docname}": [
                PageName(f"/{notebook.docname}", notebook.title)
                for _, notebook in book.notebooks_of(issue)
            ]
            for issue in book.issues
        },
        about=others[:ABOUT],
        credit=credit(book, book.issues[0]) if book.issues else None,
        repository=Repository(a.repository, a.branch, a.path) if a.repository else None,
        sources={page.docname: page.path for page in book.pages},
        heads=heads,
        feeds=feeds(book),
        statements={issue.docname: statement(book, runs, issue) for issue in book.issues},
        public=public,
    )
