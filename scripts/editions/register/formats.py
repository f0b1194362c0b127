"""The register of claims, for others to use: as JSON, with all verdicts, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import msgspec
from docutils.nodes import make_id

from scripts.book.kept.verdicts import History
from scripts.book.model import Book
from scripts.core.addresses import Addresses
from scripts.core.files import to_json
from scripts.core.page_data.headers import Measurement
from scripts.core.page_data.lists import ClaimRow
from scripts.editions.register.claims import Registered, address_of
from scripts.pages.linked_data import LICENCE

COLUMNS = (
    "id", "issue", "year", "section", "item", "notebook", "verdict", "claim", "source",
    "reported", "measured", "unit", "spread", "rule", "reason", "cell", "address", "place",
    "full_size_verdict", "full_size_measured", "full_size_spread",
)  # fmt: skip
# A spreadsheet takes a cell that begins with one of these for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def json_of(book: Book, found: list[Registered], gone: Mapping[str, History]) -> str:
    """The register: what it is of, claims, and claims that were withdrawn."""
    return to_json(
        {
            "title": book.title,
            "address": f"{book.addresses.site}/" if book.addresses.site else "",
            "licence": LICENCE,
            "claims": [claim_of(book, claim) for claim in found],
            "withdrawn": [withdrawn_of(book, name, history) for name, history in gone.items()],
        }
    )


def claim_of(book: Book, claim: Registered) -> dict[str, Any]:
    """A claim by the names of the columns, and its verdicts."""
    return {**_row(claim.row, book.addresses), "history": msgspec.to_builtins(claim.verdicts)}


def withdrawn_of(book: Book, name: str, history: History) -> dict[str, Any]:
    """A claim that is no more, and the verdicts that it had."""
    told = msgspec.to_builtins(history)
    return {
        "id": name, "notebook": told["notebook"], "verdict": "withdrawn", "claim": told["claim"],
        "address": address_of(book.addresses, name), "history": told["verdicts"],
    }  # fmt: skip


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
    full = asdict(row.full or Measurement("", None, None))
    values = {
        **asdict(row.check),
        **asdict(row),
        "notebook": row.page.rsplit("/", 1)[-1],
        "rule": row.check.expected,
        "address": address_of(addresses, row.check.id),
        "place": f"{page}#{make_id(row.check.id)}" if page else "",
        **{f"full_size_{name}": value for name, value in full.items()},
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
