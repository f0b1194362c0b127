"""The data of issues and notebooks: heads, cards, checks, provenance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from scripts.core.record import Check

Verdicts = dict[str, int]  # how many claims have which verdict


@dataclass(frozen=True)
class File:
    """Another edition; ``group``: what one does with it (read, run)."""

    file: str
    label: str
    group: str = ""


@dataclass(frozen=True)
class Credit:
    """What an issue is an edition of: ``name`` as a sentence has it, ``by`` which people."""

    name: str
    address: str
    by: list[str]


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
class InLanguage:
    """A page in another language."""

    page: str
    title: str
    lang: str


@dataclass(frozen=True)
class Translated:
    """Of what an issue is a translation, and what that has become since: items that changed, with
    their places in the translation, items that it lacks, with those in the original, and whether
    the text around them changed, too."""

    original: InLanguage
    changed: list[Place]
    missing: list[Place]
    around: bool


@dataclass(frozen=True)
class IssueHeader:
    """Head of an issue: ``{issue-header}``; ``date`` is its original's day, if it has one,
    ``edition`` that of this edition, where it says one; ``others``: the issue in other languages
    and ``translated``: what it is itself a translation of."""

    number: int
    description: str
    date: str
    edition: str | None
    updated: str | None
    minutes: float
    items: int
    notebooks: int
    last_run: str | None
    credit: Credit | None
    sections: list[SectionLength]
    verdicts: Verdicts
    downloads: list[File]
    others: list[InLanguage] = field(default_factory=list)
    translated: Translated | None = None


@dataclass(frozen=True)
class Outdated:
    """Stands in an item of a translation whose original changed since: ``{outdated}``."""

    original: Place


@dataclass(frozen=True)
class MarkdownEdition:
    """The link to a page's Markdown edition: ``{markdown-edition}``."""

    edition: File


@dataclass(frozen=True)
class Companion:
    """The card of an item's companion notebook: ``{companion}``; ``colab`` and ``binder`` are
    addresses or '', ``ipynb`` and ``py`` files; ``full_size``: what its recorded run found."""

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
    full_size: str = ""


@dataclass(frozen=True)
class NotebookHeader:
    """Head of a companion notebook: ``{notebook-header}``; ``source``: the work that it runs;
    ``memory`` in MiB."""

    card: Companion
    item: Place
    source: Work | None
    memory: int | None


@dataclass(frozen=True)
class Work:
    """A cited work, as ``Clark et al., 2020``."""

    name: str
    title: str
    address: str


@dataclass(frozen=True)
class NotebookAccount:
    """What became of a notebook's claims, below its answer: ``{notebook-account}``;
    ``prerequisites``: what its text takes for known; ``after``: the notebooks that
    teach some of it."""

    verdicts: Verdicts
    checks: int
    prerequisites: list[str]
    after: list[Place] = field(default_factory=list)


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
