"""The front page's data: the newest issue, its account and its notebooks, a few earlier issues."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scripts.book.model import Book, Page, checks_of
from scripts.core.record import Check, Runs, tally
from scripts.core.verdicts import VERDICTS
from scripts.pages.downloads import downloads
from scripts.pages.headers import companion, issue_header

EARLIER = 10  # issues named besides the newest, where there is an archive that has all


def home(book: Book, runs: Runs) -> dict[str, Any]:
    """Everything on the home page."""
    newest, *older = book.issues
    archive = any(page.docname == "archive" for page in book.pages)
    header = issue_header(book, runs, newest)
    cards = [
        {**companion(book, runs, notebook), "section": item.section}
        for item, notebook in book.notebooks_of(newest)
    ]
    return {
        "issue": {
            "page": f"/{newest.docname}", "number": header["number"], "title": newest.title,
            "description": newest.front["description"], "date": header["date"],
            "minutes": header["minutes"], "items": header["items"],
            "notebooks": header["notebooks"],
        },
        "original": newest.front["original"],
        "sections": _sections(book, runs, newest),
        "notebooks": cards,
        "issues": [_row(book, runs, issue) for issue in (older[:EARLIER] if archive else older)],
        "every": len(book.issues) if archive and len(older) > EARLIER else None,
        "corrections": len(newest.corrections),
        "downloads": downloads(book, newest),
    }  # fmt: skip


def _row(book: Book, runs: Runs, issue: Page) -> dict[str, Any]:
    header = issue_header(book, runs, issue)
    row = {key: header[key] for key in ("number", "date", "minutes", "verdicts")}
    return {"page": f"/{issue.docname}", "title": issue.title, **row}


def _sections(book: Book, runs: Runs, issue: Page) -> list[dict[str, Any]]:
    """A row for each section: its verdicts, and one mark for each claim."""
    by_item: dict[str, list[Check]] = {}
    for check in checks_of(book, runs, issue):
        by_item.setdefault(check.item, []).append(check)
    rows: dict[str, dict[str, Any]] = {}
    checks: dict[str, list[Check]] = {}
    for item in issue.items:
        rows[item.section] = {
            "title": item.section,
            "page": f"/{issue.docname}",
            "anchor": item.section_anchor,
        }
        checks.setdefault(item.section, []).extend(by_item.get(item.anchor, []))
    return [
        {**row, "verdicts": tally(checks[section]), "marks": _marks(book, checks[section])}
        for section, row in rows.items()
    ]


def _marks(book: Book, checks: Iterable[Check]) -> list[dict[str, str]]:
    pages = {page.name: page.docname for page in book.notebooks}
    claims = [check for check in checks if check.kind == "claim"]
    claims.sort(key=lambda check: VERDICTS.index(check.verdict))
    return [
        {"verdict": check.verdict, "claim": check.claim, "page": f"/{pages[check.notebook]}",
         "anchor": check.id}
        for check in claims
    ]  # fmt: skip
