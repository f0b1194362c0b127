"""What the card of a page says: the picture that stands for it where somebody shares it."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.book.model import Book, Page, checks_of
from scripts.core.record import Runs, tally

SIZE = (1200, 630)  # pixels, and points of the template


@dataclass(frozen=True)
class Card:
    """What one card says. ``place`` stands beside the newsletter's name."""

    name: str  # the newsletter's
    place: str
    title: str
    text: str
    verdicts: dict[str, int]

    @classmethod
    def of(cls, book: Book, runs: Runs, page: Page) -> Card:
        """The card of a page: its own, or the newsletter's."""
        name = book.title
        if page.kind == "page":
            return cls(name, "", "", book.description(book.pages[0]), {})
        place = f"Issue {page.front['issue']}" if page.kind == "issue" else "Companion notebook"
        issue = book.issue_of(page)
        if issue is not None:
            place = f"{place}, issue {issue.front['issue']}"
        return cls(name, place, page.title, "", tally(checks_of(book, runs, page)))

    @property
    def alt(self) -> str:
        """The card in words."""
        counts = ", ".join(f"{word} {count}" for word, count in self.verdicts.items())
        words = [
            self.name,
            self.place,
            self.title,
            self.text,
            f"Claims: {counts}" if counts else "",
        ]
        return " ".join(w if w.endswith((".", "?", "!")) else f"{w}." for w in words if w)


def card_path(book: Book, page: Page) -> str:
    """Path below the site's root of the picture that stands for a page elsewhere."""
    return f"cards/{book.home if page.kind == 'page' else page.docname}.png"


def cards(book: Book, runs: Runs) -> dict[str, Card]:
    """Every card by its path below the site's root."""
    return {card_path(book, page): Card.of(book, runs, page) for page in book.pages}
