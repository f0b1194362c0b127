"""``{ledger}``: a row for each claim, to sort and to filter (`_static/filter.js`)."""

from __future__ import annotations

from docutils import nodes

from scripts.core import words
from scripts.core.page_data import lists
from scripts.core.page_data.lists import ClaimRow
from scripts.core.record import Check
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective, file_links
from scripts.rendering.directives.checks import claim, measured, reported
from scripts.rendering.directives.parts import joined, page_link, para, span


class Ledger(DataDirective[lists.Ledger]):
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

    def build(self, data: lists.Ledger) -> list[nodes.Node]:
        out = self.standfirst()
        if not data.rows:
            return [*out, para("", "No claim has been tested so far.")]
        total = para("total", *parts.account(data.verdicts), " ")
        said = [words.plural(len(data.rows), "claim"), words.plural(data.issues, "issue")]
        total += span("note", ", ".join(said))
        rows = map(self.row, data.rows)
        out += [parts.table("ledger-table sortable filterable", self.heads, rows), total]
        if data.full:
            note = "Not testable here, and tested in recorded runs at full size:"
            out.append(para("total", span("note", note), " ", *parts.account(data.full)))
        if data.years:
            out.append(self.years(data))
        if data.files:
            files = joined(file_links(data.files), " or ")
            out.append(para("ledger-files", "The same as ", *files, "."))
        return [parts.box("ledger", *out)]

    @staticmethod
    def row(row: ClaimRow) -> nodes.row:
        """Verdict, claim, what was reported and measured, notebook, issue."""
        check = row.check
        id = nodes.make_id(check.id)
        cells: list[list[nodes.Node]] = [
            [para("", parts.verdict(check.verdict))],
            [*claim(check.claim, check.source), *why(check)],
            [para("value", *reported(check))],
            measured(check, row.full),
            [
                para("notebook", page_link(row.title, row.page, id)),
                para("aside", f"Cell {check.cell}"),
            ],
            [
                para("issue", page_link(f"Issue {row.issue}", row.issue_page, check.item)),
                para("aside section", words.without_emoji(row.section)),
            ],
        ]
        line = nodes.row(ids=[id])
        line.extend(nodes.entry("", *cell) for cell in cells)
        return line

    @staticmethod
    def years(data: lists.Ledger) -> nodes.paragraph:
        """Where the claims that the page does not show are."""
        links = [page_link(year.year, year.page) for year in data.years]
        opening = "By year: "
        if data.every > len(data.rows):
            opening = f"These are the newest of {data.every:,} claims. All, by year: "
        return para("ledger-years", opening, *joined(links), ".")


def why(check: Check) -> list[nodes.Node]:
    """The reason of a claim that fails. What isn't testable here is explained in its notebook: with
    those reasons the table would be twice as long."""
    if check.verdict != "fails" or not check.reason:
        return []
    return [para("aside reason", check.reason[0].upper() + check.reason[1:].rstrip(".") + ".")]
