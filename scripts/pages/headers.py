"""What an issue and a notebook show around their own text: headers, cards, checks, provenance."""

from __future__ import annotations

import re
from typing import Any

from scripts.book.model import Book, Page, checks_of, runs_of
from scripts.core.page_data.headers import (
    Checks,
    Companion,
    Credit,
    Environment,
    File,
    IssueHeader,
    MarkdownEdition,
    Measurement,
    NotebookHeader,
    Place,
    Provenance,
    SectionLength,
)
from scripts.core.record import Run, Runs, record_file, tally
from scripts.pages.directives import Blocks
from scripts.pages.downloads import downloads, in_whole, pdf_name

# What a reader wants to know of the environment; the record holds every version.
PACKAGES_SHOWN = ("torch", "numpy", "scipy", "scikit-learn", "pandas", "matplotlib")


def blocks(book: Book, runs: Runs, page: Page) -> Blocks:
    """The data of an issue or a notebook, at their lines."""
    if page.kind == "issue":
        return _issue_blocks(book, runs, page)
    if page.kind == "notebook":
        return _notebook_blocks(book, runs, page)
    return {}


def _issue_blocks(book: Book, runs: Runs, issue: Page) -> Blocks:
    result: dict[int, list[Any]] = {_heading(issue) + 1: [issue_header(book, runs, issue)]}
    for item, notebook in book.notebooks_of(issue):
        result.setdefault(item.end, []).append(companion(book, runs, notebook))
    edition = File(f"markdown/{issue.name}.md", "plain Markdown edition")
    return {0: [MarkdownEdition(edition)], **result}


def _heading(page: Page) -> int:
    """1-based line of the page's h1 (0 if there is none)."""
    lines = page.text.split("\n")
    found = (number for number, line in enumerate(lines, 1) if re.match(r"# \S", line))
    return next(found, 0)


def issue_header(book: Book, runs: Runs, issue: Page) -> IssueHeader:
    """The head of an issue."""
    counts = book.statistics(issue)
    dates = [run.record.start[:10] for run in runs_of(book, runs, issue) if run.record.start]
    return IssueHeader(
        number=issue.front["issue"],
        description=issue.front["description"],
        date=issue.front["date"],
        edition=issue.front.get("edition"),
        updated=issue.front.get("updated"),
        minutes=counts["minutes"],
        items=len(issue.items),
        notebooks=len(book.notebooks_of(issue)),
        last_run=max(dates, default=None),
        credit=credit(book, issue),
        sections=[
            SectionLength(part["anchor"], part["items"], part["minutes"])
            for part in counts["sections"]
            if part["items"]
        ],
        verdicts=tally(checks_of(book, runs, issue)),
        downloads=downloads(book, issue),
    )


def credit(book: Book, issue: Page) -> Credit:
    """What an issue is an edition of. The publication's name stands in `_config.yml`
    (``edition_of``), all else in the issue's front matter."""
    original = issue.front["original"]
    name = str(book.config.get("edition_of") or original["title"])
    people = [original["author"], *filter(None, [original.get("publisher")])]
    return Credit(name, original["url"], " and ".join(people))


def companion(book: Book, runs: Runs, page: Page) -> Companion:
    """A companion notebook's card."""
    run = runs.get(page.docname)
    return Companion(
        page=f"/{page.docname}",
        title=page.title,
        description=page.front["description"],
        level=page.front["level"],
        seconds=run.record.seconds if run else None,
        verdicts=tally(run.checks) if run else {},
        colab=book.addresses.colab(page.name),
        binder=book.addresses.binder(page.name),
        ipynb=f"downloads/notebooks/{page.name}.ipynb",
        py=f"downloads/notebooks/{page.name}.py",
    )


def _notebook_blocks(book: Book, runs: Runs, page: Page) -> Blocks:
    run = runs.get(page.docname)
    lines = page.text.split("\n")
    result: dict[int, list[Any]] = {_heading(page) + 1: [notebook_header(book, runs, page)]}
    if run is None:
        return result
    if run.checks:
        recorded = book.recorded.get(page.name)
        full = {
            check["id"]: Measurement(check["verdict"], check["measured"], check["spread"])
            for check in (recorded.checks if recorded else [])
        }
        result.setdefault(_second_heading(lines), []).append(Checks(list(run.checks), full))
    result.setdefault(len(lines) + 1, []).append(provenance(book, page, run))
    return result


def notebook_header(book: Book, runs: Runs, page: Page) -> NotebookHeader:
    """The head of a companion notebook."""
    issue, run = book.issue_of(page), runs.get(page.docname)
    assert issue is not None
    item = next(item for item in issue.items if item.anchor == page.front["item"])
    return NotebookHeader(
        card=companion(book, runs, page),
        item=Place(f"/{issue.docname}", item.anchor, item.title),
        issue=issue.front["issue"],
        prerequisites=page.front.get("prerequisites") or [],
        memory=run.record.memory if run else None,
        pdf=f"downloads/{pdf_name(book) if issue in in_whole(book) else issue.name}.pdf",
    )


def _second_heading(lines: list[str]) -> int:
    """1-based line before which the opening ends: the first h2, or the label above it."""
    fenced = False
    for number, line in enumerate(lines, 1):
        if line.startswith(("```", ":::")):
            fenced = not fenced
        if not fenced and re.match(r"## \S", line):
            above = number - 1
            return above if above and re.match(r"\([\w-]+\)=\s*$", lines[above - 1]) else number
    return len(lines)


def provenance(book: Book, page: Page, run: Run) -> Provenance:
    """When, where and with what a notebook was run; how to cite it; where to report an error."""
    record, full = run.record, book.recorded.get(page.name)
    authors = ", ".join(author["name"] for author in page.front["authors"])
    year = page.front.get("updated", page.front["date"])[:4]
    address = book.addresses.page(page.docname)
    shown = {n: record.packages[n] for n in PACKAGES_SHOWN if n in record.packages}
    return Provenance(
        run=Environment(
            record.start, record.seconds, record.memory, record.machine, record.python, shown,
            record.parameters,
        ),
        key=record.key,
        source=book.addresses.source(page.path),
        record=f"downloads/records/{record_file(page.docname, record.profile)}",
        report=f"{book.addresses.repository}/issues/new?title={page.name}%3A%20",
        cite=f"{authors} ({year}). {page.title}. {book.title}. {address}",
        recorded=None if full is None else Environment(
            full.start, full.seconds, full.memory, full.machine, full.python, full.packages,
            full.parameters,
        ),
        same=full is None or full.code == record.parts["code"],
    )  # fmt: skip
