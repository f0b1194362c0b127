"""``{ledger}``: a row for each claim, to sort and to filter (`_static/filter.js`)."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from scripts.core import words
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective, downloads
from scripts.rendering.directives.checks import claim, reported, value
from scripts.rendering.directives.parts import joined, page_link, para, span


class Ledger(DataDirective):
    """The table, its total, the years, and the same as data."""

    # What stands in which column: filter.js finds its values by these classes.
    heads = (
        ("Verdict", 14),
        ("Claim and source", 38),
        ("Reported", 10),
        ("Measured", 12),
        ("Notebook", 14),
        ("Issue", 12),
    )

    def build(self, data: dict[str, Any]) -> list[nodes.Node]:
        out = self.describe(data)
        rows = data.get("rows") or []
        if not rows:
            return [*out, para("", "No claim has been tested so far.")]
        total = para("total", *joined(parts.counted(data["verdicts"]), " "), " ")
        said = [words.plural(len(rows), "claim"), words.plural(data["issues"], "issue")]
        total += span("note", ", ".join(said))
        out += [
            parts.table("ledger-table sortable filterable", self.heads, map(self.row, rows)),
            total,
        ]
        years = data.get("years") or []
        if years:
            out.append(self.years(years, data["all"], len(rows)))
        if data.get("files"):
            files = joined(downloads(data["files"]), " or ")
            out.append(para("ledger-files", "The same as ", *files, "."))
        return [parts.box("ledger", *out)]

    @staticmethod
    def row(row: dict[str, Any]) -> nodes.row:
        unit = str(row.get("unit") or "")
        notebook = page_link(row["title"], row["page"], nodes.make_id(row["id"]))
        section = words.without_emoji(str(row.get("section") or ""))
        cells: list[list[nodes.Node]] = [
            [para("", parts.verdict(row["verdict"]))],
            claim(row, "source"),  # the notebook explains; here the table would grow too long
            [para("value", *reported(row, unit))],
            [para("value", *value(row, unit))],
            [para("notebook", notebook), para("aside", f"Cell {row['cell']}")],
            [
                para("issue", page_link(f"Issue {row['issue']}", row["issue_page"], row["item"])),
                para("aside section", section),
            ],
        ]
        line = nodes.row(ids=[nodes.make_id(row["id"])])
        line.extend(nodes.entry("", *cell) for cell in cells)
        return line

    @staticmethod
    def years(years: list[dict[str, Any]], every: int, shown: int) -> nodes.paragraph:
        """Where the claims that the page does not show are."""
        links = [page_link(str(entry["year"]), entry["page"]) for entry in years]
        opening = "By year: "
        if every > shown:
            opening = f"These are the newest of {every:,} claims. All, by year: "
        return para("ledger-years", opening, *joined(links), ".")
