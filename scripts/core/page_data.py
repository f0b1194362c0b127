"""The data that pages show: a dataclass for each directive, and the words between build and pages.

`pages` fills them, `rendering` and `site` show them. Between the two they are JSON: the body of a
directive in the staged copy of a page, or the file of the site's frame. Pages are named as links
name them (``/issues/002``), files by their path below the site's root.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from scripts.core.record import Check

Verdicts = dict[str, int]  # how many claims have which verdict


@dataclass(frozen=True)
class File:
    """Another edition; ``group``: what one does with it (read, run, follow)."""

    file: str
    label: str
    group: str = ""


@dataclass(frozen=True)
class Credit:
    """What an issue is an edition of: ``name`` as a sentence has it, ``by`` whom."""

    name: str
    address: str
    by: str


@dataclass(frozen=True)
class Place:
    """A page and an anchor in it."""

    page: str
    anchor: str
    title: str


# Issues and notebooks -------------------------------------------------------------------------


@dataclass(frozen=True)
class SectionLength:
    """How much a section of an issue holds."""

    anchor: str
    items: int
    minutes: float


@dataclass(frozen=True)
class IssueHeader:
    """Head of an issue: ``{issue-header}``."""

    number: int
    description: str
    date: str
    updated: str | None
    minutes: float
    items: int
    notebooks: int
    last_run: str | None
    credit: Credit
    sections: list[SectionLength]
    verdicts: Verdicts
    downloads: list[File]


@dataclass(frozen=True)
class MarkdownEdition:
    """The link to a page's Markdown edition: ``{markdown-edition}``."""

    edition: File


@dataclass(frozen=True)
class Companion:
    """The card of an item's companion notebook: ``{companion}``; ``colab`` and ``binder`` are
    addresses, ``ipynb`` and ``py`` files."""

    page: str
    title: str
    description: str
    level: str
    seconds: float | None
    verdicts: Verdicts
    colab: str
    binder: str
    ipynb: str
    py: str


@dataclass(frozen=True)
class NotebookHeader:
    """Head of a companion notebook: ``{notebook-header}``; ``memory`` in MiB."""

    card: Companion
    item: Place
    issue: int
    prerequisites: list[str]
    memory: int | None
    pdf: str


@dataclass(frozen=True)
class Measurement:
    """What the recorded run found for a check."""

    verdict: str
    measured: Any
    spread: Any


@dataclass(frozen=True)
class Checks:
    """All checks of a notebook: ``{checks}``; ``full``: those of its recorded run, by id."""

    checks: list[Check]
    full: dict[str, Measurement] = field(default_factory=dict)


@dataclass(frozen=True)
class Environment:
    """When (ISO 8601), how long (s), where and with what something was run; ``memory`` in MiB."""

    start: str
    seconds: float
    memory: int
    machine: str
    python: str
    packages: dict[str, str]
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Provenance:
    """How a notebook was run: ``{provenance}``; ``same``: the recorded run is of this code."""

    run: Environment
    key: str
    source: str
    record: str
    report: str
    cite: str
    recorded: Environment | None = None
    same: bool = True


# Pages that the build fills -------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    """One claim as a mark that leads to its check."""

    verdict: str
    claim: str
    page: str
    anchor: str


@dataclass(frozen=True)
class SectionAccount:
    """What held up in a section of an issue."""

    place: Place
    verdicts: Verdicts
    marks: list[Mark]


@dataclass(frozen=True)
class NotebookCard:
    """A companion notebook on the front page, with the section of its item."""

    card: Companion
    section: str


@dataclass(frozen=True)
class IssueRow:
    """An issue as a line of a list."""

    page: str
    number: int
    title: str
    description: str
    date: str
    minutes: float
    verdicts: Verdicts


@dataclass(frozen=True)
class Home:
    """The front page: ``{home}``; ``every``: how many issues there are, where not all are named."""

    issue: IssueRow
    items: int
    credit: Credit
    sections: list[SectionAccount]
    notebooks: list[NotebookCard]
    earlier: list[IssueRow]
    every: int | None
    corrections: int
    downloads: list[File]


@dataclass(frozen=True)
class RunCost:
    """What one run cost: seconds (of the clock, of all processors, until the first cell), MiB."""

    page: str
    title: str
    seconds: float
    cpu: float
    kernel_start: float
    memory: int
    start: str


@dataclass(frozen=True)
class Timings:
    """What the runs cost: ``{timings}``; energy by the named assumptions, in watt-hours."""

    rows: list[RunCost]
    seconds: float
    cpu: float
    watt_hours: float
    machines: list[str]
    overhead: float
    watts_per_core: float
    watts_per_gib: float


@dataclass(frozen=True)
class ClaimRow:
    """One claim of the ledger, with its verdict and where it stands."""

    check: Check
    page: str
    title: str
    section: str
    issue: int
    issue_page: str
    year: str


@dataclass(frozen=True)
class Year:
    """The page of a year's claims."""

    year: str
    page: str


@dataclass(frozen=True)
class Ledger:
    """Claims with their verdicts: ``{ledger}``; ``every``: how many there are in all issues."""

    rows: list[ClaimRow]
    verdicts: Verdicts
    issues: int
    every: int = 0
    years: list[Year] = field(default_factory=list)
    files: list[File] = field(default_factory=list)


@dataclass(frozen=True)
class Entry:
    """A page in a list of like ones: an issue, or a notebook of one."""

    page: str
    title: str
    kind: str
    issue: int


@dataclass(frozen=True)
class Tag:
    """A tag: its newest entries, how many there are, and the page that has all of many."""

    name: str
    anchor: str
    count: int
    entries: list[Entry]
    page: str | None


@dataclass(frozen=True)
class YearOfIssues:
    """A year of the archive."""

    year: str
    issues: list[IssueRow]


@dataclass(frozen=True)
class Archive:
    """All issues by year and all tags: ``{archive}``; ``common``: the tags named at its head."""

    years: list[YearOfIssues]
    tags: list[Tag]
    common: list[Tag]


@dataclass(frozen=True)
class TagPage:
    """All entries of one tag: ``{tag-page}``."""

    entries: list[Entry]


@dataclass(frozen=True)
class Related:
    """Pages that are like this one: ``{related}``."""

    pages: list[Entry]


# The names of the directives: the only list there is.
DIRECTIVES: dict[str, type] = {
    "home": Home,
    "issue-header": IssueHeader,
    "companion": Companion,
    "markdown-edition": MarkdownEdition,
    "notebook-header": NotebookHeader,
    "checks": Checks,
    "provenance": Provenance,
    "timings": Timings,
    "ledger": Ledger,
    "archive": Archive,
    "tag-page": TagPage,
    "related": Related,
}
NAMES = {kind: name for name, kind in DIRECTIVES.items()}
