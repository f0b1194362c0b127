"""Every claim with its verdict, as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from typing import Any

from scripts.book.model import Addresses
from scripts.core.page_data.lists import ClaimRow

COLUMNS = (
    "id", "issue", "year", "section", "item", "notebook", "verdict", "claim", "source",
    "reported", "measured", "unit", "spread", "rule", "reason", "cell", "address",
)  # fmt: skip
# A spreadsheet takes a cell that begins with one of these for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_of(rows: list[ClaimRow], addresses: Addresses) -> str:
    """The rows as RFC 4180 has it: a head line, CRLF, quotes where needed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        page = addresses.page(row.page.lstrip("/"))
        values = {
            **asdict(row.check),
            **asdict(row),
            "notebook": row.page.rsplit("/", 1)[-1],
            "rule": row.check.expected,
            "address": f"{page}#{row.check.id}" if page else "",
        }
        writer.writerow([cell(values[name]) for name in COLUMNS])
    return out.getvalue()


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
