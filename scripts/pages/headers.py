"""What an issue and a notebook show around their own text: headers, cards, checks, provenance."""

from __future__ import annotations

import json
import re
from typing import Any

from scripts.book.checks.learning import taught_by
from scripts.book.checks.translations import behind, original_of, translations_of
from scripts.book.model import Book, Page, checks_of, runs_of
from scripts.book.outline import figure_of, lead_of, opening_of
from scripts.core.page_data.headers import (
    Checks,
    Companion,
    Credit,
    Environment,
    File,
    InLanguage,
    IssueHeader,
    MarkdownEdition,
    NotebookAccount,
    NotebookHeader,
    Outdated,
    Place,
    Provenance,
    SectionLength,
    Translated,
    Work,
)
from scripts.core.record import Run, Runs, record_file, tally
from scripts.pages.directives import Blocks
from scripts.pages.downloads import downloads
from scripts.pages.full_size import account as account_of
from scripts.pages.full_size import line_of, measured
from scripts.pages.outputs import SHOWN_LEAD

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
    for item, own in behind(book, issue).changed:
        original = Place(f"/{issue.translates}", item.anchor, item.title)
        result.setdefault(own.line + 1, []).insert(0, Outdated(original))
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
        others=[in_language(book, page) for page in translations_of(book, issue)],
        translated=translated(book, issue),
    )


def in_language(book: Book, page: Page) -> InLanguage:
    """A page as links in other languages name it."""
    return InLanguage(f"/{page.docname}", page.title, book.language_of(page))


def translated(book: Book, page: Page) -> Translated | None:
    """Of what an issue is the translation, and what it lacks of that; None of an original."""
    original, lacks = original_of(book, page), behind(book, page)
    if original is None:
        return None
    here, there = f"/{page.docname}", f"/{original.docname}"
    return Translated(
        in_language(book, original),
        [Place(here, own.anchor, own.title) for _, own in lacks.changed],
        [Place(there, item.anchor, item.title) for item in lacks.missing],
        lacks.around,
    )


def credit(book: Book, issue: Page) -> Credit | None:
    """What an issue is an edition of, if of anything. The publication's name stands in
    `_config.yml` (``edition_of``), all else in the issue's front matter."""
    original = issue.front.get("original")
    if original is None:
        return None
    name = str(book.config.get("edition_of") or original["title"])
    people = [original["author"], *filter(None, [original.get("publisher")])]
    return Credit(name, original["url"], people)


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
        full_size=str(page.front.get("full_size") or ""),
    )


def _notebook_blocks(book: Book, runs: Runs, page: Page) -> Blocks:
    run = runs.get(page.docname)
    opening, end = opening_of(page.text), page.text.count("\n") + 2
    result: dict[int, list[Any]] = {_heading(page) + 1: [notebook_header(book, runs, page)]}
    if run is None:
        return result
    result[opening] = [*_lead(page), account(book, page, run)]
    for line in _end_of_lead(page):
        result.setdefault(line, []).append(f"{{numref}}`{_name_of_lead(page)}` is drawn here.")
    result[end] = [provenance(book, page, run)]
    recorded, at = book.recorded.get(page.name), line_of(page)
    if recorded is not None and at:
        said = f"```{{container}} recorded-run\n{account_of(recorded)}\n```"
        result.setdefault(at, []).append(said)
    if run.checks:
        result[end].insert(0, Checks(list(run.checks), measured(book, page)))
    return result


def _lead(page: Page) -> list[str]:
    """The lead figure's place at the top of the page: a cell that `outputs` fills."""
    lead = lead_of(page.notebook) if page.notebook is not None else None
    if lead is None:
        return []
    options = {"tags": ["remove-input", SHOWN_LEAD], "mystnb": lead.metadata.get("mystnb") or {}}
    return [f"```{{code-cell}} ipython3\n---\n{json.dumps(options)}\n---\n# the lead\n```"]


def _name_of_lead(page: Page) -> str:
    return str(figure_of(lead_of(page.notebook)).get("name") or "") if page.notebook else ""


def _end_of_lead(page: Page) -> list[int]:
    """1-based line below the cell of the lead figure, if there is one that can be named."""
    if page.notebook is None or not _name_of_lead(page):
        return []
    lead, lines = lead_of(page.notebook), page.text.split("\n")
    pairs = zip(page.cell_lines, page.notebook.cells, strict=True)
    start = next(line for line, cell in pairs if cell is lead)
    ends = (n for n, line in enumerate(lines, 1) if n >= start and line.startswith("```"))
    return [number + 1 for number in ends][:1]


def account(book: Book, page: Page, run: Run) -> NotebookAccount:
    """What became of a notebook's claims, and what it takes for known."""
    needed = page.front.get("prerequisites") or []
    return NotebookAccount(tally(run.checks), len(run.checks), needed, teachers(book, page))


def teachers(book: Book, page: Page) -> list[Place]:
    """The notebooks that teach some of what a notebook takes for known."""
    return [Place(f"/{other.docname}", "", other.title) for other in taught_by(book, page)]


def notebook_header(book: Book, runs: Runs, page: Page) -> NotebookHeader:
    """The head of a companion notebook."""
    issue, run = book.issue_of(page), runs.get(page.docname)
    assert issue is not None
    item = next(item for item in issue.items if item.anchor == page.front["item"])
    return NotebookHeader(
        card=companion(book, runs, page),
        item=Place(f"/{issue.docname}", item.anchor, item.title),
        source=_work(book, page),
        memory=run.record.memory if run else None,
    )


def _work(book: Book, page: Page) -> Work | None:
    """The work that a notebook runs: the first of its bibliography."""
    key = next(iter(page.front.get("bibliography") or []), "")
    work = book.bibliography.get(key)
    if not work or not work.get("url"):
        return None
    name = ", ".join(filter(None, (work["author"], work.get("year"))))
    return Work(name, work.get("title", ""), work["url"])


def provenance(book: Book, page: Page, run: Run) -> Provenance:
    """When, where and with what a notebook was run; how to cite it; where to report an error."""
    record, full = run.record, book.recorded.get(page.name)
    authors = ", ".join(author["name"] for author in page.front["authors"])
    year = page.front.get("updated", page.front["date"])[:4]
    address, repository = book.addresses.page(page.docname), book.addresses.repository
    shown = {n: record.packages[n] for n in PACKAGES_SHOWN if n in record.packages}
    return Provenance(
        run=Environment(
            record.start, record.seconds, record.memory, record.machine, record.python, shown,
            record.parameters,
        ),
        key=record.key,
        source=book.addresses.source(page.path),
        record=f"downloads/records/{record_file(page.docname, record.profile)}",
        report=f"{repository}/issues/new?title={page.name}%3A%20" if repository else "",
        cite=f"{authors} ({year}). {page.title}. {book.title}. {address}".rstrip(),
        recorded=None if full is None else Environment(
            full.start, full.seconds, full.memory, full.machine, full.python, full.packages,
            full.parameters,
        ),
        same=full is None or full.code == record.parts["code"],
    )  # fmt: skip
