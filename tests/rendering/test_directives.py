"""The nodes of the directives."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils import new_document

from scripts.core.page_data import headers, lists
from scripts.core.page_data.headers import Credit
from scripts.core.page_data.headers import IssueHeader as Header
from scripts.core.page_data.lists import PlantedBugs
from scripts.core.record import Check, Tried
from scripts.rendering.directives import answers, mutants, parts
from scripts.rendering.directives.checks import Checks
from scripts.rendering.directives.headers import IssueHeader


def test_tally_leaves_zeros_out_and_never_shows_a_mark_alone() -> None:
    tally = parts.tally({"holds": 4, "fails": 0, "not testable here": 3})
    assert [item.astext() for item in tally] == ["● holds 4", "○ not testable here 3"]
    short = parts.verdict_line({"fails": 2}, words=False)
    assert short[0].astext() == "◆ fails 2"


def check_of(id: str, kind: str, verdict: str, **more: object) -> Check:
    values: dict[str, object] = {
        "id": id, "kind": kind, "notebook": "x", "item": "i002-x", "profile": "book",
        "claim": f"Claim {id}.", "source": "", "reported": None, "measured": 2.0, "unit": "s",
        "spread": None, "expected": "measured > 1", "verdict": verdict, "stands": verdict,
        "reason": "", "cell": 1, **more,
    }  # fmt: skip
    return Check(**values)  # type: ignore[arg-type]


def test_checks_are_one_table_with_what_fails_first_and_ours_that_holds_folded() -> None:
    found = [
        check_of("a", "exactness", "holds"), check_of("b", "claim", "not testable here"),
        check_of("c", "finding", "fails", reason="noise"), check_of("d", "claim", "holds"),
        check_of("e", "claim", "fails", reason="too few"), check_of("f", "finding", "holds"),
    ]  # fmt: skip
    directive = Checks.__new__(Checks)
    (section,) = directive.build(headers.Checks(found))
    open_table, findings, folded = section.findall(nodes.table)
    ids = [row["ids"][0] for row in open_table.findall(nodes.row) if row["ids"]]
    assert ids == ["e", "d", "b", "c"]
    assert "1 own finding that fails" in open_table.astext()
    assert [row["ids"] for row in findings.findall(nodes.row) if row["ids"]] == [["f"]]
    titles = [title.astext() for title in section.findall(nodes.title)]
    assert titles[1:] == ["1 own finding, which holds", "1 exactness check, which holds"]
    assert [row["ids"] for row in folded.findall(nodes.row) if row["ids"]] == [["a"]]
    folds = [
        node["newsletter_fold"]
        for node in section.findall(nodes.container)
        if node.get("newsletter_fold")
    ]
    assert folds == [("Why", True), ("Why", True)]  # of what fails, the reasons stand open
    assert "Rule: more than 1 s." in open_table.astext()


def test_planted_bugs_are_counted_or_said_not_to_be() -> None:
    tried = Tried(11, 1, 2, "2026-11-29", "")
    rows = [
        PlantedBugs("/notebooks/a", "A", True, tried),
        PlantedBugs("/notebooks/b", "B", True, None),
        PlantedBugs("/notebooks/c", "C", False, None),
    ]
    directive = mutants.Mutants.__new__(mutants.Mutants)
    table, note = directive.build(lists.Mutants(rows, 4))
    assert [[cell.astext() for cell in row] for row in table.findall(nodes.row)][1:] == [
        ["A", "11 of 12; 2 harmless", "29 November 2026"],
        ["B", "not tried since its last change", "–"],
        ["C", "none planted yet", "–"],
    ]
    assert note.astext() == "These are the newest 3 of 4 notebooks."
    assert directive.build(lists.Mutants([], 0)) == []


def test_an_answer_and_its_code_are_one_fold() -> None:
    document = new_document("x")
    fold = nodes.admonition("", nodes.title("", "Answer"), classes=["dropdown"])
    meta = {"tags": ["hide-cell"], "seconds": 1.7}
    code = nodes.container(nb_element="cell_code", hide_mode="all", cell_metadata=meta)
    other = nodes.container(nb_element="cell_code", hide_mode="all", cell_metadata=meta)
    document += [fold, code, nodes.paragraph(), other]
    answers.gather(None, document)
    assert fold[0].astext() == "Answer, 2 s to run"
    assert code.parent is fold and not code["hide_mode"] and other.parent is document


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
    assert "Table 2.\n\nNo data." in words
    assert not list(row.findall(nodes.raw))


def test_an_issue_has_the_day_of_its_original_and_its_own() -> None:
    directive: Any = SimpleNamespace(standfirst=lambda _: [], say=parts.PLAIN)
    header = Header(
        2, "", "2020-01-19", None, None, 12, 36, 7, None, Credit("", "", []), [], {}, []
    )
    (head,) = IssueHeader.build(directive, header)
    assert head.astext().startswith("Published 19 January 2020")
    edition = Header(**{**vars(header), "edition": "2026-11-29"})
    shown = " ".join(IssueHeader.build(directive, edition)[0].astext().split())
    assert shown.startswith("Original 19 January 2020 This edition 29 November 2026 Reading")


def test_outcomes_show_what_notebooks_found(built: Path) -> None:
    page = BeautifulSoup((built / "_build/html/issues/001.html").read_text(), "html.parser")
    head, first, second = page.select(".outcomes-table tr")
    assert [cell.get_text() for cell in head("th")] == ["Item", "Today", "How we know", "Run here"]
    run = first("td")[3]
    assert run.select_one(".verdict-holds") and run.a["href"] == "../notebooks/averages.html"
    assert run.a.get_text().endswith(" s: The mean of ten numbers")
    assert second("td")[3].get_text(strip=True) == "–"
    plain = (built / "_build/html/markdown/001.md").read_text()
    assert "| alive |" in plain and "{outcomes}" not in plain
