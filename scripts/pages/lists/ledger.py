"""The ledger: every claim of every issue with its verdict, as rows and as pages by year; what
failed; and how well checks notice bugs.

The page `ledger` shows the newest issues' claims; a page for each year, which this module writes,
shows that year's, so that neither grows with the archive and a claim's address on the page of its
year stays. Pure: plain data in, plain data and text out.
"""

from __future__ import annotations

from itertools import groupby

from scripts.book.model import Book, Page
from scripts.core.page_data.headers import File, Verdicts
from scripts.core.page_data.lists import ClaimRow, Failures, Ledger, Mutants, PlantedBugs, Year
from scripts.core.record import Runs
from scripts.core.verdicts import TESTED, UNTESTABLE, count_verdicts
from scripts.pages.directives import generated_page
from scripts.pages.full_size import measured

PAGE = "ledger"  # the docname; a year's page lies below it
FAILURES = "failures"  # the docname of what failed, with the reasons
FAILURES_SHOWN = 100  # of the newest issues: whole issues, at least one
NOTEBOOKS_SHOWN = 100  # in the table of planted bugs: those of the newest issues
ISSUES = 3  # from so many issues on, the years are a way to find something
ROWS_SHOWN = 500  # of the newest issues on the page itself: whole issues, at least one
FILES = [File("downloads/claims.csv", "CSV"), File("downloads/checks.json", "JSON")]


def claims(book: Book, runs: Runs) -> list[ClaimRow]:
    """A row for each claim: the newest issue first, in it the order of items and checks."""
    return [row for issue in book.issues for row in claims_of(book, runs, issue)]


def claims_of(book: Book, runs: Runs, issue: Page) -> list[ClaimRow]:
    """A row for each claim of an issue, in the order of items and checks."""
    return [
        ClaimRow(
            check=check,
            page=f"/{notebook.docname}",
            title=notebook.title,
            name=item.name,
            section=item.section,
            issue=issue.front["issue"],
            issue_page=f"/{issue.docname}",
            year=issue.front["date"][:4],
            full=full.get(check.id),
        )
        for item, notebook in book.notebooks_of(issue)
        if notebook.docname in runs
        for full in [measured(book, notebook)]
        for check in runs[notebook.docname].checks
        if check.kind == "claim"
    ]


def ledger(book: Book, runs: Runs) -> Ledger:
    """The page: the newest issues' claims, and the pages of all years."""
    rows = claims(book, runs)
    many = len(book.issues) >= ISSUES
    years = [Year(year, f"/{PAGE}/{year}") for year in by_year(rows) if many]
    return _of_rows(newest(rows), every=len(rows), years=years, files=FILES)


def _of_rows(
    rows: list[ClaimRow], every: int = 0, years: list[Year] | None = None,
    files: list[File] | None = None,
) -> Ledger:  # fmt: skip
    verdicts = count_verdicts(row.check.verdict for row in rows)
    issues = len({row.issue for row in rows})
    return Ledger(rows, verdicts, issues, every, years or [], files or [], at_full_size(rows))


def at_full_size(rows: list[ClaimRow]) -> Verdicts:
    """What recorded runs found for the claims that the book's own runs can't test."""
    found = [row.full.verdict for row in rows if row.full and row.check.verdict == UNTESTABLE]
    return count_verdicts(verdict for verdict in found if verdict in TESTED)


def newest(rows: list[ClaimRow], limit: int = ROWS_SHOWN) -> list[ClaimRow]:
    """The rows of the newest issues: as many whole issues as fit, and always one."""
    shown: list[ClaimRow] = []
    for _, issue in groupby(rows, key=lambda row: row.issue):
        own = list(issue)
        if shown and len(shown) + len(own) > limit:
            break
        shown += own
    return shown


def by_year(rows: list[ClaimRow]) -> dict[str, list[ClaimRow]]:
    """Rows by the year of their issue, the newest year first."""
    years: dict[str, list[ClaimRow]] = {}
    for row in rows:
        years.setdefault(row.year, []).append(row)
    return dict(sorted(years.items(), reverse=True))


def pages(book: Book, runs: Runs) -> dict[str, str]:
    """The page of each year by its docname. No page knows of another year, so that a new issue
    changes the page of its own year only."""
    return {
        f"{PAGE}/{year}": generated_page(
            f"Claims of {year}",
            f"Every claim that the companion notebooks of {year} take up, with what the source "
            "reports and what we measured.",
            _of_rows(rows),
        )
        for year, rows in by_year(claims(book, runs)).items()
    }


def failures(book: Book, runs: Runs) -> Failures:
    """The claims that failed: those of the newest issues, with how many of theirs were tested."""
    rows = claims(book, runs)
    failed = [row for row in rows if row.check.verdict == "fails"]
    shown = newest(failed, FAILURES_SHOWN)
    oldest = min((row.issue for row in shown), default=0)
    tested = [row for row in rows if row.issue >= oldest and row.check.verdict in TESTED]
    there = any(page.docname == PAGE for page in book.pages)
    return Failures(shown, len(tested), len(failed), there)


def mutants(book: Book) -> Mutants:
    """A row for each notebook, the newest issue first: what became of the bugs planted in it."""
    found = [notebook for issue in book.issues for _, notebook in book.notebooks_of(issue)]
    rows = [
        PlantedBugs(
            f"/{page.docname}", page.title, page.name in book.tried, book.tried.get(page.name)
        )
        for page in found[:NOTEBOOKS_SHOWN]
    ]
    return Mutants(rows, len(found))
