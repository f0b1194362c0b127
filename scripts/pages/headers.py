"""What an issue and a notebook show around their own text: headers, cards, checks, provenance."""

from __future__ import annotations

import re
from typing import Any

from scripts.book.model import Book, Page, checks_of, runs_of
from scripts.book.recorded import Recorded
from scripts.core.record import Record, Run, Runs, record_file, tally
from scripts.pages.directives import Blocks
from scripts.pages.downloads import downloads, in_whole, pdf_name

# What a reader wants to know of the environment; the record holds every version.
PACKAGES_SHOWN = ("torch", "numpy", "scipy", "scikit-learn", "pandas", "matplotlib")


def blocks(book: Book, runs: Runs, page: Page) -> Blocks:
    """Directives for ``page``: {line before which they stand: [(name, data)]}; under 0, those
    that fill an empty directive of the page's own."""
    if page.kind == "issue":
        return _issue_blocks(book, runs, page)
    if page.kind == "notebook":
        return _notebook_blocks(book, runs, page)
    return {}


def _issue_blocks(book: Book, runs: Runs, issue: Page) -> Blocks:
    result: Blocks = {}
    heading = _heading(issue)
    result[heading + 1] = [("issue-header", issue_header(book, runs, issue))]
    for item, notebook in book.notebooks_of(issue):
        result.setdefault(item.end, []).append(("companion", companion(book, runs, notebook)))
    edition = {"file": f"markdown/{issue.name}.md", "label": "plain Markdown edition"}
    result[0] = [("markdown-edition", edition)]
    return result


def _heading(page: Page) -> int:
    """1-based line of the page's h1 (the front matter's length if there is none)."""
    lines = page.text.split("\n")
    found = (number for number, line in enumerate(lines, 1) if re.match(r"# \S", line))
    return next(found, 0)


def issue_header(book: Book, runs: Runs, issue: Page) -> dict[str, Any]:
    counts = book.statistics(issue)
    dates = [run.record.start[:10] for run in runs_of(book, runs, issue) if run.record.start]
    return {
        "number": issue.front["issue"],
        "description": issue.front["description"],
        "date": issue.front["date"],
        "updated": issue.front.get("updated"),
        "minutes": counts["minutes"],
        "words": counts["words"],
        "items": len(issue.items),
        "sections": [part for part in counts["sections"] if part["items"]],
        "notebooks": len(book.notebooks_of(issue)),
        "last_run": max(dates, default=None),
        "original": issue.front["original"],
        "verdicts": tally(checks_of(book, runs, issue)),
        "downloads": downloads(book, issue),
    }


def companion(book: Book, runs: Runs, page: Page) -> dict[str, Any]:
    """A companion notebook's card."""
    run = runs.get(page.docname)
    return {
        "page": f"/{page.docname}",
        "name": page.name,
        "title": page.title,
        "description": page.front["description"],
        "level": page.front["level"],
        "seconds": run.record.seconds if run else None,
        "verdicts": tally(run.checks) if run else {},
        **ways(book, page),
    }


def ways(book: Book, page: Page) -> dict[str, str]:
    """Every way to run a page: addresses, and files below the site's root."""
    return {
        "colab": book.addresses.colab(page.name),
        "binder": book.addresses.binder(page.name),
        "ipynb": f"downloads/notebooks/{page.name}.ipynb",
        "py": f"downloads/notebooks/{page.name}.py",
    }


def _notebook_blocks(book: Book, runs: Runs, page: Page) -> Blocks:
    issue, run = book.issue_of(page), runs.get(page.docname)
    assert issue is not None
    item = next(item for item in issue.items if item.anchor == page.front["item"])
    header = {
        **companion(book, runs, page),
        "item": {
            "page": f"/{issue.docname}", "anchor": item.anchor, "title": item.title,
            "issue": issue.front["issue"],
        },
        "prerequisites": page.front.get("prerequisites") or [],
        "memory": run.record.memory if run else None,
        "pdf": f"downloads/{pdf_name(book) if issue in in_whole(book) else issue.name}.pdf",
    }  # fmt: skip
    lines = page.text.split("\n")
    result: Blocks = {_heading(page) + 1: [("notebook-header", header)]}
    if run is None:
        return result
    if run.checks:
        second = _second_heading(lines)
        checks = [{**check.to_json(), "page": f"/{page.docname}"} for check in run.checks]
        data: dict[str, Any] = {"checks": checks}
        if page.name in book.recorded:
            data["full"] = {c["id"]: c for c in book.recorded[page.name].checks}
        result.setdefault(second, []).append(("checks", data))
    result.setdefault(len(lines) + 1, []).append(("provenance", provenance(book, page, run)))
    return result


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


def provenance(book: Book, page: Page, run: Run) -> dict[str, Any]:
    """When, where and with what a notebook was run; how to cite it; where to report an error."""
    record = run.record
    authors = ", ".join(author["name"] for author in page.front["authors"])
    year = page.front.get("updated", page.front["date"])[:4]
    address = book.addresses.page(page.docname)
    return {
        "start": record.start,
        "seconds": record.seconds,
        "memory": record.memory,
        "machine": record.machine,
        "python": record.python,
        "packages": {
            name: record.packages[name] for name in PACKAGES_SHOWN if name in record.packages
        },
        "parameters": record.parameters,
        "key": record.key,
        "source": book.addresses.source(page.path),
        "record": f"downloads/records/{record_file(page.docname, record.profile)}",
        "report": f"{book.addresses.repository}/issues/new?title={page.name}%3A%20",
        "cite": f"{authors} ({year}). {page.title}. {book.title}. {address}",
        "recorded": _recorded(book.recorded.get(page.name), record),
    }


def _recorded(full: Recorded | None, book: Record) -> dict[str, Any] | None:
    """A recorded run as the page shows it, and whether the code is still the one that ran."""
    if full is None:
        return None
    shown = ("start", "seconds", "memory", "machine", "python", "packages", "parameters")
    return {**{key: getattr(full, key) for key in shown}, "same": full.code == book.parts["code"]}
