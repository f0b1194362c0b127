"""What pages say of recorded runs: a line above the first cell of the full size, and what each
check measured there."""

from __future__ import annotations

from scripts.book.kept.runs import Recorded
from scripts.book.model import Book, Page
from scripts.book.outline import is_full_size
from scripts.core import words
from scripts.core.page_data.headers import Measurement
from scripts.core.verdicts import UNTESTABLE


def line_of(page: Page) -> int:
    """1-based line of the first cell of the full size; 0 if there is none."""
    if page.notebook is None or not page.cell_lines:
        return 0
    pairs = zip(page.cell_lines, page.notebook.cells, strict=True)
    code = next((n for n, c in pairs if c.cell_type == "code" and is_full_size(c)), 0)
    fences = (n for n, line in enumerate(page.text.split("\n")[:code], 1) if "{code-cell}" in line)
    return max(fences, default=0)


def account(recorded: Recorded) -> str:
    """A recorded run in a paragraph of Markdown: when, how long, where, with which seeds, data."""
    took, clock = words.duration(recorded.cpu), words.duration(recorded.seconds)
    day = words.day(recorded.start[:10])
    said = [
        f"**Recorded run** of {day}: {took} of processor time, {clock} by the clock, "
        f"{recorded.machine}."
    ]
    said += [f"Seeds: {seeds(recorded)}."] if recorded.seeds else []
    said += [f"Data: {'; '.join(data(recorded))}."] if recorded.data else []
    return " ".join(said)


def seeds(recorded: Recorded) -> str:
    """The seeds of each long piece of work, in words."""
    kinds: dict[str, list[str]] = {}
    for name, values in recorded.seeds.items():
        kinds.setdefault(", ".join(map(str, values)), []).append(name)
    if len(kinds) == 1:
        return next(iter(kinds))
    return "; ".join(f"{said} ({', '.join(names)})" for said, names in kinds.items())


def data(recorded: Recorded) -> list[str]:
    """Each data set that a run was given, in words."""
    return [
        f"{one.name} ({one.terms}), {one.files:,} file{'s' * (one.files != 1)}, "
        f"{one.bytes / 1e6:,.1f} MB, SHA-256 {one.digest[:16]}"
        for one in recorded.data
    ]


def measured(book: Book, page: Page) -> dict[str, Measurement]:
    """What a notebook's recorded run found for each check, by its id; {} without one. One that only
    switched something on repeats the miniature besides, whose numbers aren't of full size."""
    recorded = book.recorded.get(page.name)
    if recorded is None:
        return {}
    repeats = all(value is True for value in recorded.parameters.values())
    return {
        check.id: Measurement(check.verdict, check.measured, check.spread)
        for check in recorded.checks
        if not repeats or check.stands == UNTESTABLE
    }
