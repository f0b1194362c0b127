"""The register of claims, for others to use: every claim with its verdict and with the verdicts
that it had, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
from docutils.nodes import make_id

from scripts.book.model import Addresses, Book
from scripts.book.recorded import History, Noted
from scripts.core.files import to_json
from scripts.core.page_data.lists import ClaimRow
from scripts.core.problems import Problem
from scripts.core.record import Run, Runs
from scripts.pages.ledger import claims

COLUMNS = (
    "id", "issue", "year", "section", "item", "notebook", "verdict", "claim", "source",
    "reported", "measured", "unit", "spread", "rule", "reason", "cell", "address",
)  # fmt: skip
# A spreadsheet takes a cell that begins with one of these for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Registered:
    """A claim, the address that it keeps, and all its verdicts, the present one last."""

    row: ClaimRow
    address: str
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
            line = page.front_lines.get("updated") or page.front_lines.get("date") or 1
            problems.append(
                Problem(
                    page.path, line, f"{what} '{now.verdict}' for {now.date}",
                    "Give the day of the change in the front matter: 'updated: YYYY-MM-DD'.",
                )
            )  # fmt: skip
        address = book.address(page)
        address = f"{address}#{make_id(row.check.id)}" if address else ""
        found.append(Registered(row, address, verdicts))
    return found, problems


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


def json_of(book: Book, found: list[Registered]) -> str:
    """The register: what it is of, claims, and claims that were withdrawn."""
    there = {claim.row.check.id for claim in found}
    gone = {name: history for name, history in book.noted.items() if name not in there}
    return to_json(
        {
            "title": book.title,
            "address": f"{book.addresses.site}/" if book.addresses.site else "",
            "licence": "https://creativecommons.org/licenses/by/4.0/",
            "claims": [
                {**_row(claim.row, book.addresses), "history": msgspec.to_builtins(claim.verdicts)}
                for claim in found
            ],
            "withdrawn": [
                {"id": name, **msgspec.to_builtins(history)} for name, history in gone.items()
            ],
        }
    )


def csv_of(rows: list[ClaimRow], addresses: Addresses) -> str:
    """The rows as RFC 4180 has it: a head line, CRLF, quotes where needed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        values = _row(row, addresses)
        writer.writerow([cell(values[name]) for name in COLUMNS])
    return out.getvalue()


def _row(row: ClaimRow, addresses: Addresses) -> dict[str, Any]:
    """A claim by the names of the columns."""
    page = addresses.page(row.page.lstrip("/"))
    values = {
        **asdict(row.check),
        **asdict(row),
        "notebook": row.page.rsplit("/", 1)[-1],
        "rule": row.check.expected,
        "address": f"{page}#{make_id(row.check.id)}" if page else "",
    }
    return {name: values[name] for name in COLUMNS}


def cell(value: Any) -> str | int | float:
    """A value as a spreadsheet may have it: numbers as they are, texts that it would take for a
    formula behind an apostrophe, lists separated by semicolons."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, list):
        value = "; ".join(str(cell(entry)) for entry in value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
