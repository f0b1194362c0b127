"""What was found in each page of a book, and where each page lives."""

from __future__ import annotations

from dataclasses import dataclass, field

from scripts.book.model import Book, Page
from scripts.core.record import Check, Runs


@dataclass(frozen=True)
class Shelf:
    """A book with its runs (by docname)."""

    book: Book
    runs: Runs = field(default_factory=dict)

    def checks(self, page: Page) -> list[Check]:
        """The checks of a notebook; of an issue, those of its notebooks too."""
        pages = [page, *(notebook for _, notebook in self.book.notebooks_of(page))]
        runs = [self.runs[p.docname] for p in pages if p.docname in self.runs]
        return [check for run in runs for check in run.checks]

    @property
    def home(self) -> str:
        """The docname of the home page, which the table of contents names first."""
        return self.book.pages[0].docname

    def address(self, page: Page) -> str:
        """The one public address of a page; '' where the book has none or the page wants none."""
        site = self.book.addresses.site
        if not site or page.lost:
            return ""
        return f"{site}/" if page.docname == self.home else self.book.addresses.page(page.docname)

    def card(self, page: Page) -> str:
        """Path below the site's root of the picture that stands for a page elsewhere."""
        return f"cards/{self.home if page.kind == 'page' else page.docname}.png"

    def description(self, page: Page) -> str:
        """A page's description, or its title with what the book is."""
        about = str(self.book.pages[0].front.get("description") or "")
        own = str(page.front.get("description") or "")
        return own or f"{page.title}. {about}".strip(" .") + "."
