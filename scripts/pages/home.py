"""The front page's data: the newest issue, its account and its notebooks, a few earlier issues."""

from __future__ import annotations

from collections.abc import Iterable

from scripts.book.model import Book, Page, checks_of
from scripts.core.page_data.headers import Place
from scripts.core.page_data.lists import Home, IssueRow, Mark, NotebookCard, SectionAccount
from scripts.core.record import Check, Runs, tally
from scripts.core.verdicts import VERDICTS
from scripts.pages.downloads import downloads
from scripts.pages.headers import companion, credit

EARLIER = 10  # issues named besides the newest, where there is an archive that has all


def home(book: Book, runs: Runs) -> Home:
    """Everything on the home page."""
    newest, *older = book.issues
    archive = any(page.docname == "archive" for page in book.pages)
    return Home(
        issue=issue_row(book, runs, newest),
        items=len(newest.items),
        credit=credit(book, newest),
        sections=_sections(book, runs, newest),
        notebooks=[
            NotebookCard(companion(book, runs, notebook), item.section)
            for item, notebook in book.notebooks_of(newest)
        ],
        earlier=[issue_row(book, runs, i) for i in (older[:EARLIER] if archive else older)],
        every=len(book.issues) if archive and len(older) > EARLIER else None,
        corrections=len(newest.corrections),
        downloads=downloads(book, newest),
    )


def issue_row(book: Book, runs: Runs, issue: Page) -> IssueRow:
    """An issue as a line of a list."""
    return IssueRow(
        page=f"/{issue.docname}",
        number=issue.front["issue"],
        title=issue.title,
        description=issue.front["description"],
        date=issue.front["date"],
        minutes=book.statistics(issue)["minutes"],
        verdicts=tally(checks_of(book, runs, issue)),
    )


def _sections(book: Book, runs: Runs, issue: Page) -> list[SectionAccount]:
    """A row for each section: its verdicts, and one mark for each claim."""
    by_item: dict[str, list[Check]] = {}
    for check in checks_of(book, runs, issue):
        by_item.setdefault(check.item, []).append(check)
    places: dict[str, Place] = {}
    checks: dict[str, list[Check]] = {}
    for item in issue.items:
        places[item.section] = Place(f"/{issue.docname}", item.section_anchor, item.section)
        checks.setdefault(item.section, []).extend(by_item.get(item.anchor, []))
    return [
        SectionAccount(place, tally(checks[section]), _marks(book, checks[section]))
        for section, place in places.items()
    ]


def _marks(book: Book, checks: Iterable[Check]) -> list[Mark]:
    pages = {page.name: page.docname for page in book.notebooks}
    claims = [check for check in checks if check.kind == "claim"]
    claims.sort(key=lambda check: VERDICTS.index(check.verdict))
    return [Mark(c.verdict, c.claim, f"/{pages[c.notebook]}", c.id) for c in claims]
