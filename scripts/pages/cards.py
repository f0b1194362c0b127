"""What the card of a page says: the picture that stands for it where somebody shares it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scripts.book.model import Book, Page, checks_of
from scripts.core.record import Runs, tally
from scripts.pages.lists.home import statement
from scripts.pages.outputs import lead_drawing

SIZE = (1200, 630)  # pixels, and points of the template


@dataclass(frozen=True)
class Card:
    """What one card says. ``place`` stands beside the newsletter's name, ``text`` is a finding
    where there is one, ``picture`` an SVG."""

    name: str  # the newsletter's
    place: str
    title: str
    text: str
    verdicts: dict[str, int]
    picture: str = ""

    @classmethod
    def of(cls, book: Book, runs: Runs, page: Page) -> Card:
        """The card of a page, without its picture."""
        name, about = book.title, book.description(page)
        if page.docname == book.home:
            newest = book.issues[0] if book.issues else page
            said = statement(book, runs, newest) or about
            return cls(name, "", "", said, tally(checks_of(book, runs, newest)))
        if page.kind == "page":
            return cls(name, "", page.title, about, {})
        place = f"Issue {page.front['issue']}" if page.kind == "issue" else "Companion notebook"
        issue = book.issue_of(page)
        if issue is not None:
            place = f"{place}, issue {issue.front['issue']}"
        text = str(page.front.get("finding") or "")
        if page.kind == "issue":
            text = statement(book, runs, page)
        return cls(name, place, page.title, text, tally(checks_of(book, runs, page)))

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


def card_path(page: Page) -> str:
    """Path below the site's root of the picture that stands for a page elsewhere."""
    return f"cards/{page.docname}.png"


def cards(book: Book, runs: Runs) -> dict[str, Card]:
    """Every card by its path below the site's root, with its picture: the lead figure of a
    notebook, of an issue the first of its notebooks that has one."""
    found = {}
    for page in book.pages:
        own = [notebook for _, notebook in book.notebooks_of(page)] or [page]
        drawings = (lead_drawing(runs[p.docname]) for p in own if p.docname in runs)
        picture = next(filter(None, drawings), "")
        if not page.lost:
            found[card_path(page)] = replace(Card.of(book, runs, page), picture=picture)
    return found
