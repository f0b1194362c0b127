"""Every claim of a book with its verdict and with the verdicts that it had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from docutils.nodes import make_id

from scripts.book.kept.verdicts import History, Noted
from scripts.book.model import Book
from scripts.core import words
from scripts.core.addresses import Addresses
from scripts.core.page_data.lists import ClaimRow
from scripts.core.problems import Problem
from scripts.core.record import Run, Runs
from scripts.pages.lists.ledger import claims


@dataclass(frozen=True)
class Registered:
    """A claim and all its verdicts, the present one last; ``address``: the one that it keeps,
    wherever it moves; ``place``: where it stands now ('' both, of a site without an address)."""

    row: ClaimRow
    address: str
    place: str
    verdicts: tuple[Noted, ...]


def register(book: Book, runs: Runs) -> tuple[list[Registered], list[Problem]]:
    """Every claim that was run, in the ledger's order. A verdict that isn't the one noted last is
    the newest of its history, since the day on which its notebook says that it was changed; a
    notebook that says no later day is a problem."""
    found: list[Registered] = []
    problems: list[Problem] = []
    by_docname = {page.docname: page for page in book.notebooks}
    for row in claims(book, runs):
        page = by_docname[row.page.lstrip("/")]
        now = _present(row, runs[page.docname], page.changed)
        if now is None:
            continue
        known = book.noted[row.check.id].verdicts if row.check.id in book.noted else []
        verdicts = (*known, *([now] if not known or known[-1].verdict != now.verdict else []))
        if len(verdicts) > max(1, len(known)) and now.date <= known[-1].date:
            what = f"'{row.check.id}' was '{known[-1].verdict}', noted for {known[-1].date}, and is"
            at = page.place("updated" if "updated" in page.front else "date")
            problems.append(
                Problem.at(
                    page.path, at, f"{what} '{now.verdict}' for {now.date}",
                    "Give the day of the change in the front matter: 'updated: YYYY-MM-DD'.",
                )
            )  # fmt: skip
        name, site = make_id(row.check.id), book.addresses.site
        address = address_of(book.addresses, row.check.id)
        place = f"{book.address(page)}#{name}" if site else ""
        found.append(Registered(row, address, place, verdicts))
    return found, problems


def withdrawn(book: Book, runs: Runs) -> dict[str, History]:
    """The claims that were noted and are no more, by id. Of a notebook that wasn't run now nobody
    knows which it has; a claim that this profile doesn't evaluate is still there."""
    there = {row.check.id for row in claims(book, runs)}
    unknown = {page.name for page in book.notebooks if page.docname not in runs}
    return {
        name: history
        for name, history in book.noted.items()
        if name not in there and history.notebook not in unknown
    }


def file_of(claim: str) -> str:
    """Where the files of a claim lie below the site's root, by its id, without their ending."""
    return f"claims/{make_id(claim)}"


def address_of(addresses: Addresses, claim: str) -> str:
    """The address that a claim keeps, by its id; '' of a site without one."""
    return f"{addresses.site}/{file_of(claim)}.html" if addresses.site else ""


def _present(row: ClaimRow, run: Run, day: str) -> Noted | None:
    """A claim's verdict of this run; None where it isn't evaluated."""
    check = row.check
    if check.verdict not in ("holds", "fails", "not testable here"):
        return None
    return msgspec.convert(
        {**{name: getattr(check, name) for name in ("verdict", "reported", "measured", "unit")},
         "date": day, "key": run.record.key}, Noted,
    )  # fmt: skip


def histories(known: Mapping[str, History], found: list[Registered]) -> dict[str, History]:
    """What `note` keeps: the histories of all claims that are there, and of those that were."""
    return {**known} | {
        claim.row.check.id: History(
            claim.row.page.rsplit("/", 1)[-1], claim.row.check.claim, list(claim.verdicts)
        )
        for claim in found
    }


def numbers(noted: Noted) -> str:
    """What the source reports and what was measured, as far as either is a number."""
    pairs = (("reported", noted.reported), ("measured", noted.measured))
    said = [
        f"{name} {words.number(value, noted.unit)}" for name, value in pairs if value is not None
    ]
    return ", ".join(said).capitalize() + "." if said else ""
