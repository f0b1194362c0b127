"""The nodes of the directives."""

from __future__ import annotations

from docutils import nodes

from scripts.core.record import Check
from scripts.rendering.directives import parts
from scripts.rendering.directives.checks import Checks


def test_tally_leaves_zeros_out_and_never_shows_a_mark_alone() -> None:
    tally = parts.tally({"holds": 4, "fails": 0, "not testable here": 3})
    assert [item.astext() for item in tally] == ["● holds 4", "○ not testable here 3"]
    short = parts.verdict_line({"fails": 2}, words=False)
    assert short[0].astext() == "◆ fails 2"


def test_row_of_a_check_is_escaped_text_with_an_anchor() -> None:
    check = Check(
        id="i002-x-speed", kind="claim", notebook="x", item="i002-x", profile="book",
        claim="a <b> & c", source="Table 2", reported=None, measured=None, unit="", spread=None,
        expected="", verdict="not testable here", stands="not testable here", reason="no data",
        cell=1,
    )  # fmt: skip
    row = Checks.row(check)
    assert row["ids"] == ["i002-x-speed"]
    words = row.astext()
    assert "a <b> & c" in words
    assert "not measured" in words
    assert "Table 2. No data." in words
    assert not list(row.findall(nodes.raw))
