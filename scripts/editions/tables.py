"""What the build knows of a page, as plain Markdown: tallies, checks, the lists of claims, issues
and costs, which the site shows by directives of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from docutils.nodes import make_id

from scripts.book.model import Book, Page, checks_of
from scripts.core import words
from scripts.core.languages.speech import speech
from scripts.core.page_data.directives import NAMES
from scripts.core.page_data.lists import (
    Archive,
    ClaimRow,
    Failures,
    Home,
    IssueRow,
    Ledger,
    Lesson,
    Mutants,
    NotebookCard,
    Start,
    Timings,
)  # fmt: skip
from scripts.core.record import Check, Runs, tally
from scripts.editions.plain.inline import escape, linked
from scripts.editions.plain.references import Target, address, at
from scripts.pages.generated import FILLED
from scripts.rendering.directives.checks import ORDER
from scripts.rendering.directives.mutants import became

Rows = Iterable[Iterable[str]]


def filled(book: Book, runs: Runs, page: Page) -> dict[str, str]:
    """The directives that a page holds and the build fills, by name."""
    asked = [kind for kind in FILLED if f"{{{NAMES[kind]}}}" in page.text]
    return {NAMES[kind]: WRITTEN[kind](book, FILLED[kind](book, runs)) for kind in asked}


def tallied(book: Book, runs: Runs, page: Page) -> str:
    """What became of the claims of a page, and of an issue's notebooks one by one; '' for none."""
    counts = tally(checks_of(book, runs, page))
    if page.kind == "page" or not counts:
        return ""
    say = speech(book.language_of(page))
    each = say(", ").join(f"{say(verdict)} {n}" for verdict, n in counts.items())
    said = say("Claims: {verdicts}.", verdicts=each)
    if page.kind == "notebook":
        return said
    rows = []
    for item, notebook in book.notebooks_of(page):
        own = tally(checks_of(book, runs, notebook))
        link = linked(Target(notebook.title, address(book, notebook)))
        rows.append([escape(item.name), link, *(str(own.get(v, 0)) for v in counts)])
    return f"{said}\n\n{_table([say('Item'), say('Notebook'), *map(say, counts)], rows)}"


def checked(runs: Runs, page: Page) -> str:
    """All checks of a notebook as tables, claims first; '' where there are none."""
    checks = runs[page.docname].checks if page.docname in runs else ()
    kinds = {
        "claim": "Claims of the source", "finding": "Our own findings",
        "arithmetic": "Numbers computed again", "exactness": "Tests of our own code",
    }  # fmt: skip
    parts = []
    for kind, name in kinds.items():
        own = sorted((c for c in checks if c.kind == kind), key=lambda c: ORDER.index(c.verdict))
        if own:
            heads = ["Verdict", "Claim", "Reported", "Measured", "Rule", "Why"]
            parts += [f"**{name}**", _table(heads, map(_check, own))]
    return "\n\n".join(["## All checks", *parts]) if parts else ""


def _check(check: Check) -> list[str]:
    rule = words.rule(check.expected, check.unit, check.reported)
    source = f" ({check.source.rstrip('.')})" if check.source else ""
    measured = words.measured(check.measured, check.unit, check.spread)
    return [
        check.verdict,
        escape(f"{check.claim}{source}"),
        escape(words.number(check.reported, check.unit) if check.reported is not None else ""),
        escape(measured if check.measured is not None else "not measured"),
        escape(rule) if rule or not check.expected else f"`{check.expected}`",
        escape(check.reason),
    ]


def _home(book: Book, data: Home) -> str:
    findings = [_finding(book, card) for card in data.notebooks]
    parts = [escape(data.statement), "## What we found" if findings else "", "\n".join(findings)]
    issues = [data.issue, *data.earlier]
    return "\n\n".join(filter(None, [*parts, "## Issues", _issues(book, issues)]))


def _finding(book: Book, card: NotebookCard) -> str:
    found = card.finding
    verdict = f"**{found.verdict}**: " if found.verdict else ""
    return f"- {verdict}{escape(found.text)} {_link(book, card.card.page, card.card.title)}"


def _issues(book: Book, issues: Iterable[IssueRow]) -> str:
    return "\n".join(
        f"- {_link(book, row.page, f'{row.number}: {row.title}')}, {words.day(row.date)}. "
        f"{escape(row.description)}"
        for row in issues
    )


def _ledger(book: Book, data: Ledger) -> str:
    rows = (
        [row.check.verdict, escape(row.name), _claim(book, row), *_check(row.check)[2:4]]
        for row in data.rows
    )
    return _table(["Verdict", "Item", "Claim", "Reported", "Measured"], rows)


def _failures(book: Book, data: Failures) -> str:
    rows = ([escape(r.name), _claim(book, r), *_check(r.check)[2:]] for r in data.rows)
    return _table(["Item", "Claim", "Reported", "Measured", "Rule", "Why"], rows)


def _start(book: Book, data: Start) -> str:
    return "\n\n".join(
        f"## {level.level.capitalize()}\n\n"
        + "\n".join(f"- {_lesson(book, lesson)}" for lesson in level.lessons)
        for level in data.levels
    )


def _lesson(book: Book, data: Lesson) -> str:
    parts = [f"{_link(book, data.card.page, data.card.title)}. {escape(data.card.description)}"]
    if data.prerequisites:
        parts.append(f"Taken for known: {escape(', '.join(data.prerequisites))}.")
    if data.after:
        links = "; ".join(_link(book, place.page, place.title) for place in data.after)
        parts.append(f"Read first: {links}.")
    return " ".join(parts)


def _archive(book: Book, data: Archive) -> str:
    years = [f"## {year.year}\n\n{_issues(book, year.issues)}" for year in data.years]
    tags = [
        f"- {escape(tag.name)}: {', '.join(_link(book, e.page, e.title) for e in tag.entries)}"
        for tag in data.tags
    ]
    return "\n\n".join([*years, *(["## Tags", "\n".join(tags)] if tags else [])])


def _timings(book: Book, data: Timings) -> str:
    rows = (
        [_link(book, r.page, r.title), f"{r.seconds:.1f}", f"{r.cpu:.1f}", str(r.memory),
         words.day(r.start)]
        for r in data.rows
    )  # fmt: skip
    heads = ["Page", "Seconds", "Seconds of processor", "Memory, MiB", "Run on"]
    return f"{_table(heads, rows)}\n\nAll runs together: {data.watt_hours:.2g} Wh."


def _mutants(book: Book, data: Mutants) -> str:
    rows = ([_link(book, row.page, row.title), became(row)] for row in data.rows)
    return _table(["Notebook", "Bugs caught"], rows)


WRITTEN: Mapping[type, Callable[[Book, Any], str]] = {
    Home: _home,
    Ledger: _ledger,
    Failures: _failures,
    Start: _start,
    Archive: _archive,
    Timings: _timings,
    Mutants: _mutants,
}


def _claim(book: Book, row: ClaimRow) -> str:
    page = next(page for page in book.pages if f"/{page.docname}" == row.page)
    return linked(Target(row.check.claim, at(address(book, page), make_id(row.check.id))))


def _link(book: Book, place: str, title: str) -> str:
    page = next((page for page in book.pages if f"/{page.docname}" == place), None)
    return linked(Target(title, address(book, page) if page is not None else ""))


def _table(heads: Iterable[str], rows: Rows) -> str:
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
