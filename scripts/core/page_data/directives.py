"""The names of the directives, each with its data: the only list there is."""

from __future__ import annotations

from scripts.core.page_data.headers import (
    Checks,
    Companion,
    IssueHeader,
    MarkdownEdition,
    NotebookAccount,
    NotebookHeader,
    Outdated,
    Provenance,
)
from scripts.core.page_data.lists import (
    Archive,
    Failures,
    Home,
    Ledger,
    Mutants,
    Related,
    Start,
    TagPage,
    Timings,
)

DIRECTIVES: dict[str, type] = {
    "home": Home,
    "issue-header": IssueHeader,
    "outdated": Outdated,
    "companion": Companion,
    "markdown-edition": MarkdownEdition,
    "notebook-header": NotebookHeader,
    "notebook-account": NotebookAccount,
    "checks": Checks,
    "provenance": Provenance,
    "timings": Timings,
    "ledger": Ledger,
    "failures": Failures,
    "mutants": Mutants,
    "start": Start,
    "archive": Archive,
    "tag-page": TagPage,
    "related": Related,
}
NAMES = {kind: name for name, kind in DIRECTIVES.items()}

# Kinds of ``{correction}``: an error that matters has a box, the others are one grey line.
CORRECTED = "corrected"
CORRECTIONS = (CORRECTED, "slip", "simplified", "since then", "added")
# What became of an item since its original appeared, as the table in ``{outcomes}`` says it.
OUTCOMES = ("alive", "superseded", "unmaintained", "no trace")

# How much of an item's source was read, as the role ``{read}`` says it.
READ = ("in full", "in part", "abstract", "second-hand", "not found")
