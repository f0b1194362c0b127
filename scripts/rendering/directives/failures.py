"""``{failures}``: every claim that failed, with what was reported, what was measured, and why."""

from __future__ import annotations

from itertools import groupby

from docutils import nodes

from scripts.core import words
from scripts.core.page_data import lists
from scripts.core.page_data.lists import ClaimRow
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective, front_value
from scripts.rendering.directives.checks import reported, value
from scripts.rendering.directives.parts import box, facts, page_link, para


class Failures(DataDirective[lists.Failures]):
    """A section for each notebook, the newest issue first."""

    def build(self, data: lists.Failures) -> list[nodes.Node]:
        if not data.rows:
            return [para("standfirst", "No claim has failed so far.")]
        count = words.plural(data.tested, "claim")
        about = front_value(self.state.document, "description")
        out: list[nodes.Node] = [
            para("standfirst", f"Of {count} that we could test, {len(data.rows)} failed."),
            para("", *filter(None, [about]), *self.others(data)),
        ]
        for page, rows in groupby(data.rows, key=lambda row: row.page):
            found = list(rows)
            name, id = found[0].name, nodes.make_id(page)
            out.append(parts.section("failed", id, name, *map(self.claim, found)))
        return out

    @staticmethod
    def others(data: lists.Failures) -> list[parts.Part]:
        """Where the claims are that the page doesn't show."""
        said = [f" These are the newest of {data.every:,}."] * (data.every > len(data.rows))
        ledger = [" Those that held are in the ", page_link("ledger", "/ledger"), "."]
        return [*said, *(ledger if data.ledger else [])]

    @staticmethod
    def claim(row: ClaimRow) -> nodes.container:
        """Verdict and claim, both numbers with the rule, the reason, the way to the check."""
        check = row.check
        values = facts("rows", [
            ("Source", [check.source]),
            ("Reported", reported(check)),
            ("Measured", value(check, check.unit)),
            ("Rule", [nodes.literal("", check.expected)]),
        ])  # fmt: skip
        more = page_link("See the check in its notebook", row.page, check.id)
        more["newsletter_label"] = f"See the check in its notebook: {check.claim}"
        why = [para("why", parts.strong("Why. "), check.reason)] if check.reason else []
        return box(
            "failure", para("verdict-line", parts.verdict(check.verdict)),
            para("claim", check.claim), values, *why, para("more", more),
        )  # fmt: skip
