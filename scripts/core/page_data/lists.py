"""The data of the pages that the build fills: front page, ledger, failures, archive, timings, and
of the table of planted bugs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from scripts.core.page_data.headers import (
    Companion,
    Credit,
    File,
    Measurement,
    Place,
    Verdicts,
)
from scripts.core.record import Check, Tried


@dataclass(frozen=True)
class Mark:
    """One claim as a mark that leads to its check; both numbers are of ``unit``."""

    verdict: str
    claim: str
    reported: Any
    measured: Any
    unit: str
    page: str
    anchor: str


@dataclass(frozen=True)
class Finding:
    """What came out, as a sentence; with the verdict on the check that it is about, if any."""

    text: str
    verdict: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class NotebookCard:
    """A companion notebook on the front page: ``name`` says of what it is, before its title."""

    card: Companion
    name: str
    finding: Finding
    marks: list[Mark]


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
    """The front page: ``{home}``; ``statement``: what was rebuilt, how much of it held;
    ``failures``, ``start``: the pages of what failed and for those who learn, or ''; ``every``:
    how many issues there are, where not all are named; ``full``: what recorded runs found for
    claims that the book's own runs can't test."""

    issue: IssueRow
    statement: str
    items: int
    credit: Credit | None
    notebooks: list[NotebookCard]
    failures: str
    start: str
    earlier: list[IssueRow]
    every: int | None
    corrections: int
    downloads: list[File]
    full: Verdicts = field(default_factory=dict)


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
    """One claim of the ledger, with its verdict and where it stands; ``name``: its item's;
    ``full``: what the recorded run found for it, if there is one."""

    check: Check
    page: str
    title: str
    name: str
    section: str
    issue: int
    issue_page: str
    year: str
    full: Measurement | None = None


@dataclass(frozen=True)
class Year:
    """The page of a year's claims."""

    year: str
    page: str


@dataclass(frozen=True)
class Ledger:
    """Claims with their verdicts: ``{ledger}``; ``every``: how many there are in all issues;
    ``full``: what recorded runs found for those that the book's own runs can't test."""

    rows: list[ClaimRow]
    verdicts: Verdicts
    issues: int
    every: int = 0
    years: list[Year] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    full: Verdicts = field(default_factory=dict)


@dataclass(frozen=True)
class Failures:
    """What failed: ``{failures}``; ``tested``: of how many claims, of the issues that are shown;
    ``every``: how many failed in all issues; ``ledger``: whether there is the page of all."""

    rows: list[ClaimRow]
    tested: int
    every: int
    ledger: bool


@dataclass(frozen=True)
class PlantedBugs:
    """The bugs planted in one notebook; without ``tried`` they were not tried as they and the
    notebook are now, or there are none."""

    page: str
    title: str
    planted: bool
    tried: Tried | None


@dataclass(frozen=True)
class Mutants:
    """How many planted bugs the checks of notebooks notice: ``{mutants}``; ``every``: how many
    notebooks there are, where not all are named."""

    rows: list[PlantedBugs]
    every: int


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
class Lesson:
    """A companion notebook for those who learn: what it takes for known, and which notebooks
    teach some of that."""

    card: Companion
    prerequisites: list[str]
    after: list[Place]


@dataclass(frozen=True)
class LevelOfLessons:
    """The notebooks of a level, those to read first at the head."""

    level: str
    lessons: list[Lesson]


@dataclass(frozen=True)
class Start:
    """All companion notebooks in the order in which one can learn from them: ``{start}``."""

    levels: list[LevelOfLessons]


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
