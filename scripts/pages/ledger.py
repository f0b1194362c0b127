"""The ledger: every claim of every issue with its verdict, as rows and as pages by year.

The page `ledger` shows the newest issues' claims; a page for each year, which this module writes,
shows that year's, so that neither grows with the archive and a claim's address on the page of its
year stays. Pure: plain data in, plain data and text out.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from scripts.book.model import Book, Item, Page
from scripts.core.record import Check, Runs
from scripts.core.verdicts import count_verdicts
from scripts.pages.directives import generated_page

PAGE = "ledger"  # the docname; a year's page lies below it
ROWS_SHOWN = 500  # of the newest issues on the page itself: whole issues, at least one

Row = dict[str, Any]


def claims(book: Book, runs: Runs) -> list[Row]:
    """A row for each claim: the newest issue first, in it the order of items and checks."""
    return [
        _row(issue, item, notebook, check)
        for issue in book.issues
        for item, notebook in book.notebooks_of(issue)
        if notebook.docname in runs
        for check in runs[notebook.docname].checks
        if check.kind == "claim"
    ]


def _row(issue: Page, item: Item, notebook: Page, check: Check) -> Row:
    kept = ("id", "verdict", "claim", "source", "reported", "measured", "unit", "spread",
            "expected", "reason", "cell", "kind")  # fmt: skip
    return {
        **{key: getattr(check, key) for key in kept},
        "page": f"/{notebook.docname}",
        "title": notebook.title,
        "item": item.anchor,
        "section": item.section,
        "issue": issue.front["issue"],
        "issue_page": f"/{issue.docname}",
        "year": issue.front["date"][:4],
    }


def ledger(book: Book, runs: Runs) -> dict[str, Any]:
    """The page: the newest issues' claims, and a line for each year."""
    rows = claims(book, runs)
    return {
        **_account(newest(rows)),
        "all": len(rows),
        "years": [
            {
                "year": year,
                "page": f"/{PAGE}/{year}",
                "verdicts": count_verdicts(row["verdict"] for row in own),
            }
            for year, own in by_year(rows).items()
        ],
        "files": [
            {"file": "downloads/claims.csv", "label": "CSV"},
            {"file": "downloads/checks.json", "label": "JSON"},
        ],
    }


def _account(rows: list[Row]) -> dict[str, Any]:
    issues = len({row["issue"] for row in rows})
    return {
        "rows": rows,
        "verdicts": count_verdicts(row["verdict"] for row in rows),
        "issues": issues,
    }


def newest(rows: list[Row], limit: int = ROWS_SHOWN) -> list[Row]:
    """The rows of the newest issues: as many whole issues as fit, and always one."""
    shown: list[Row] = []
    for _, issue in groupby(rows, key=lambda row: row["issue"]):
        own = list(issue)
        if shown and len(shown) + len(own) > limit:
            break
        shown += own
    return shown


def by_year(rows: list[Row]) -> dict[str, list[Row]]:
    """Rows by the year of their issue, the newest year first."""
    years: dict[str, list[Row]] = {}
    for row in rows:
        years.setdefault(row["year"], []).append(row)
    return dict(sorted(years.items(), reverse=True))


def pages(book: Book, runs: Runs) -> dict[str, str]:
    """The page of each year by its docname. No page knows of another year, so that a new issue
    changes the page of its own year only."""
    return {
        f"{PAGE}/{year}": generated_page(
            f"Claims of {year}",
            f"Every testable claim of the issues of {year}, with what the source reports and what "
            "we measured.",
            PAGE,
            _account(rows),
        )
        for year, rows in by_year(claims(book, runs)).items()
    }
