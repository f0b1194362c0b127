"""The front page's data: the newest issue, what its notebooks found, a few earlier issues."""

from __future__ import annotations

from scripts.book.model import Book, Item, Page, checks_of
from scripts.core import words
from scripts.core.page_data.lists import Finding, Home, IssueRow, Mark, NotebookCard
from scripts.core.record import Check, Runs, tally
from scripts.core.verdicts import VERDICTS
from scripts.pages.downloads import downloads
from scripts.pages.headers import companion, credit
from scripts.pages.lists.ledger import FAILURES, at_full_size, claims_of

START = "start"  # the docname of the page for those who learn
EARLIER = 10  # issues named besides the newest, where there is an archive that has all


def home(book: Book, runs: Runs) -> Home:
    """Everything on the home page."""
    newest, *older = book.issues
    there = {page.docname for page in book.pages}
    archive = "archive" in there
    return Home(
        issue=issue_row(book, runs, newest),
        statement=statement(book, runs, newest),
        items=len(newest.items),
        credit=credit(book, newest),
        notebooks=[_card(book, runs, *each) for each in book.notebooks_of(newest)],
        failures=f"/{FAILURES}" if FAILURES in there else "",
        start=f"/{START}" if START in there else "",
        earlier=[issue_row(book, runs, i) for i in (older[:EARLIER] if archive else older)],
        every=len(book.issues) if archive and len(older) > EARLIER else None,
        corrections=len(newest.corrections),
        downloads=downloads(book, newest),
        full=at_full_size(claims_of(book, runs, newest)),
    )


def statement(book: Book, runs: Runs, issue: Page) -> str:
    """What of an issue was rebuilt, how much of it held and how much did not; '' for nothing."""
    count, counts = len(book.notebooks_of(issue)), tally(checks_of(book, runs, issue))
    if not count:
        return ""
    said = f"We rebuilt {words.spelled(count)} method{'s' * (count > 1)} small enough for a laptop."
    held, failed = counts.get("holds", 0), counts.get("fails", 0)
    return said + (f" {words.plural(held, 'claim')} held, {failed} did not." * (held + failed > 0))


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


def _card(book: Book, runs: Runs, item: Item, notebook: Page) -> NotebookCard:
    """A notebook under the name of its item."""
    checks = checks_of(book, runs, notebook)
    return NotebookCard(
        card=companion(book, runs, notebook),
        name=item.name,
        finding=finding(notebook, checks),
        marks=_marks(notebook, checks),
    )


def finding(notebook: Page, checks: list[Check]) -> Finding:
    """What a notebook found, with the run's verdict on the check that its front matter names; a
    notebook that says none is described."""
    text = str(notebook.front.get("finding") or notebook.front["description"])
    about = notebook.front.get("finding_check")
    verdict = next((check.verdict for check in checks if check.id == about), "")
    return Finding(text, verdict, str(about) if verdict else "")


def _marks(notebook: Page, checks: list[Check]) -> list[Mark]:
    """One mark for each claim, in the order of the verdicts."""
    claims = [check for check in checks if check.kind == "claim"]
    claims.sort(key=lambda check: VERDICTS.index(check.verdict))
    page = f"/{notebook.docname}"
    return [Mark(c.verdict, c.claim, c.reported, c.measured, c.unit, page, c.id) for c in claims]
