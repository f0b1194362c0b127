"""What the feeds hold: an entry for each issue, with all of it; and one for each verdict on a claim
that is new, so that one can follow what holds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from html import escape
from urllib.parse import urljoin

from scripts.book.model import Book, Page
from scripts.core import words
from scripts.core.memo import remember
from scripts.core.verdicts import UNTESTABLE
from scripts.editions.feeds.formats import Entry, Feed
from scripts.editions.html import html_of
from scripts.editions.openings import summary
from scripts.editions.register.claims import Registered, numbers
from scripts.pages.cards import card_path
from scripts.pages.lists.ledger import PAGE
from scripts.pages.navigation import feed_title

ISSUES = 10  # the newest; all others are in the archive
VERDICTS = 200  # the newest; all others are in the register
RIGHTS = "Text: CC BY 4.0; code: MIT."


def issues(book: Book, texts: Mapping[str, str]) -> Feed:
    """The newest issues; ``texts``: their Markdown editions by docname."""
    entries = tuple(_issue(book, page, texts[page.docname]) for page in book.issues[:ISSUES])
    return _feed(book, "feed", summary(book), "", entries)


def verdicts(book: Book, claims: list[Registered]) -> Feed:
    """The newest verdicts: of a claim that was tested for the first time, or is judged anew."""
    events = [
        (claim, number)
        for claim in claims
        for number, noted in enumerate(claim.verdicts)
        if number or noted.verdict != UNTESTABLE
    ]
    events.sort(key=lambda event: event[0].verdicts[event[1]].date, reverse=True)
    about = "Each claim that was tested for the first time, and each whose verdict changed."
    entries = tuple(_verdict(*event) for event in events[:VERDICTS])
    return _feed(book, "verdicts", about, PAGE, entries)


def _feed(book: Book, name: str, about: str, page: str, entries: tuple[Entry, ...]) -> Feed:
    site = book.addresses.site
    there = any(each.docname == page for each in book.pages)
    return Feed(
        name=name, title=feed_title(book, name), description=about, site=site,
        home=book.addresses.page(page) if there else f"{site}/",
        author=str(book.config.get("author") or book.title),
        language=book.language,
        rights=RIGHTS, entries=entries,
    )  # fmt: skip


def _issue(book: Book, page: Page, text: str) -> Entry:
    base = f"{book.addresses.site}/markdown/"
    return Entry(
        id=book.address(page),
        address=book.address(page),
        title=f"Issue {page.front['issue']}: {page.title}",
        summary=book.description(page),
        html=remember("feed", (text, base), lambda: html_of(text, partial(urljoin, base))),
        published=page.published,
        updated=page.changed,
        authors=tuple(author["name"] for author in page.front["authors"]),
        tags=tuple(page.front["tags"]),
        image=f"{book.addresses.site}/{card_path(page)}",
    )


def _verdict(claim: Registered, number: int) -> Entry:
    """One verdict of a claim. Its id holds the day: another day's verdict is another entry."""
    noted, row = claim.verdicts[number], claim.row
    before = claim.verdicts[number - 1] if number else None
    said = noted.verdict.capitalize()
    if before is not None:
        said = f"Now {noted.verdict}, before {before.verdict}"
    lines = [f"{row.name}. {row.check.claim}", numbers(noted)]
    if before is not None:
        lines.append(f"Before, since {words.day(before.date)}: {before.verdict}. {numbers(before)}")
    if row.check.reason and number == len(claim.verdicts) - 1:
        lines.append(row.check.reason)
    lines = [line for line in lines if line]
    link = f'<p><a href="{escape(claim.address)}">{escape(row.title)}</a></p>'
    return Entry(
        id=f"{claim.address}@{noted.date}",
        address=claim.address,
        title=f"{said}: {row.check.claim}",
        summary=" ".join(lines),
        html="".join(f"<p>{escape(line)}</p>\n" for line in lines) + link,
        published=noted.date,
        updated=noted.date,
        tags=(noted.verdict, row.name),
    )
