"""Ledger and archive: their data, their pages, and what of them may not grow."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import yaml
from archives import book, check, run
from conftest import ROOT, scripts

from scripts.book.kept.runs import Recorded, RecordedCheck
from scripts.core.record import Tried
from scripts.core.verdicts import UNTESTABLE, VERDICTS
from scripts.editions.register.formats import csv_of
from scripts.pages import generated
from scripts.pages.directives import written
from scripts.pages.lists import archive, home, ledger
from scripts.rendering.directives.home import Home as HomePage
from scripts.rendering.directives.ledger import Ledger as LedgerTable
from scripts.rendering.search_index import OF_RUNS, reduced

Edit = Callable[[Path, str, str], None]


def test_rows_are_claims_only_the_newest_issue_first() -> None:
    rows = ledger.claims(*book(2))
    assert [row.check.id for row in rows] == ["n2-0", "n2-1", "n1-0", "n1-1"]
    assert (rows[0].issue, rows[0].page, rows[0].section) == (2, "/notebooks/2", "Tools ⚙️")
    assert ledger.ledger(*book(2)).verdicts == {"holds": 2, "fails": 2}


def test_claims_tested_at_full_size_alone_are_counted_apart() -> None:
    given, runs = book(2)
    verdicts = [UNTESTABLE] * 4 + ["fails"]
    checks = [check(f"n2-{n}", verdict, measured=None) for n, verdict in enumerate(verdicts)]
    recorded = ["holds", "fails", "holds", UNTESTABLE, "holds"]
    kept = [
        RecordedCheck(c.id, c.kind, c.claim, "", None, 2.5, "", None, "rule", verdict, c.stands, "")
        for c, verdict in zip(checks, recorded, strict=True)
    ]
    full = Recorded("2", "", 1.0, 1.0, 1, "", "", {}, {"repeats": 9}, "", [], kept)
    switched = msgspec.structs.replace(full, parameters={"full_size": True})
    repeated = replace(given, recorded={"2": switched})
    given = replace(given, recorded={"2": full})
    runs = {**runs, "notebooks/2": run("notebooks/2", *checks)}
    made = ledger.ledger(given, runs)
    assert made.verdicts == {"holds": 1, "fails": 2, UNTESTABLE: 4}
    assert made.full == {"holds": 2, "fails": 1}
    front = home.home(given, runs)
    assert front.full == made.full and home.home(*book(2)).full == {}
    lead = HomePage.lead(front).astext()
    assert "4 more need what a laptop lacks. Recorded runs at full size tested 3 of these" in lead
    rows = list(csv.DictReader(io.StringIO(csv_of(made.rows, given.addresses))))
    assert [row["full_size_verdict"] for row in rows] == [*recorded, "", ""]
    by_id = {row.check.id: row.full for row in ledger.claims(repeated, runs)}
    assert by_id["n2-0"] and by_id["n2-4"] is None, "the miniature once more"
    cells = LedgerTable.row(made.rows[0])[3].astext()
    assert "not measured" in cells and "Full size: 2.5, holds" in cells


def test_the_ledger_shows_whole_issues_and_always_one() -> None:
    rows = ledger.claims(*book(5, claims=10))
    assert len(ledger.newest(rows, 25)) == 20
    assert len(ledger.newest(rows, 3)) == 10
    assert ledger.newest([]) == []


def test_planted_bugs_have_a_row_a_notebook_the_newest_issue_first() -> None:
    tried = Tried(9, 0, 1, "2026-11-29", "")
    few = replace(book(3)[0], tried={"1": tried, "2": None})
    found = [(row.page, row.planted, row.tried) for row in ledger.mutants(few).rows]
    assert found == [
        ("/notebooks/3", False, None), ("/notebooks/2", True, None), ("/notebooks/1", True, tried),
    ]  # fmt: skip
    many = ledger.mutants(book(150)[0])
    assert (len(many.rows), many.every) == (ledger.NOTEBOOKS_SHOWN, 150)


def test_neither_page_grows_with_the_archive() -> None:
    small, large = book(40, claims=30), book(80, claims=30)
    sizes = [len(written(ledger.ledger(*each).rows)) for each in (small, large)]
    assert sizes[1] < 1.05 * sizes[0]
    tags = [archive.archive(*each).tags[0] for each in (small, large)]
    assert [tag.count for tag in tags] == [80, 160]
    assert {len(tag.entries) for tag in tags} == {archive.ENTRIES_SHOWN}


def test_a_new_issue_changes_no_other_years_page() -> None:
    old, new = generated.added(*book(20)), generated.added(*book(21))
    same = {name for name in old if old[name] == new[name]}
    assert {"ledger/2020", "ledger/2021"} <= same
    assert set(new) - set(old) == {"ledger/2022"}


def test_anchors_of_tags_depend_on_nothing_but_the_tag() -> None:
    assert archive.anchor("transfer learning") == "tag-transfer-learning"
    assert archive.anchor("pre-training") == "tag-pre-training"
    names = {archive.anchor(tag) for tag in ("C", "c", "C++", "C#", "日本", "中国", "c-", "Ω")}
    assert len(names) == 8
    assert all(re.fullmatch(r"tag(-[a-z0-9]+)+", name) for name in names)


def test_contents_take_added_pages_below_their_own() -> None:
    toc = "root: index\nparts:\n- chapters:\n  - file: ledger\n  - file: method\n"
    made = yaml.safe_load(generated.contents(toc, ["ledger/2020", "ledger/2019"]))
    assert made["parts"][0]["chapters"] == [
        {"file": "ledger", "sections": [{"file": "ledger/2020"}, {"file": "ledger/2019"}]},
        {"file": "method"},
    ]


def test_pages_are_there_and_link_to_each_check(built: Path) -> None:
    site = built / "_build" / "html"
    page = (site / "ledger.html").read_text()
    assert '<tr class="row-even" id="averages-spread">' in page
    assert 'href="notebooks/averages.html#averages-spread"' in page
    assert 'id="averages-spread"' in (site / "notebooks/averages.html").read_text()
    assert "averages-sum" not in page, "an exactness check is no claim"
    assert "By year" not in page, "two issues need no list of years"
    year = (site / "ledger/2020.html").read_text()
    assert 'href="../notebooks/averages.html#averages-spread"' in year
    assert "filter.js" in page and "filter.js" not in (site / "references.html").read_text()
    tags = (site / "archive.html").read_text()
    assert 'id="y2020"' in tags and 'id="tag-statistics"' in tags
    found = (site / "downloads/claims.csv").read_text()
    assert found.startswith("id,issue,year,section") and "averages-spread,1,2020" in found


def test_no_inline_style_or_script_in_them(built: Path) -> None:
    for name in ("ledger", "archive"):
        main = (built / f"_build/html/{name}.html").read_text().split("<main")[1]
        assert not re.search(r"<script(?! src=)|<style|\bstyle=|\bon\w+=", main), name


def test_search_passes_over_the_rows(built: Path) -> None:
    """They stand on their notebooks' pages, which it finds."""
    site = built / "_build" / "html"
    assert b"spread of a mean" in reduced((site / "notebooks/averages.html").read_text())
    years = list((site / "ledger").glob("*.html"))
    assert years and all(reduced(page.read_text()) == b"" for page in years)
    assert re.search(r'<table class="[^"]*\bsortable\b', (site / "ledger.html").read_text())
    assert "table.sortable" in OF_RUNS


def test_removed_page_takes_its_pages_along(built_copy: Path, edit: Edit) -> None:
    edit(built_copy / "_toc.yml", "      - file: ledger\n", "")
    result = scripts("build", "--root", built_copy)
    assert result.returncode == 0, result.stderr
    assert not (built_copy / "_build/html/ledger").exists()
    assert not (built_copy / "_build/html/ledger.html").exists()
    assert (built_copy / "_build/html/archive.html").exists()


def test_front_matter_of_the_two_pages_keeps_them_off_paper() -> None:
    for name in ("ledger", "archive"):
        assert "screen-only: true" in (ROOT / f"{name}.md").read_text()


def test_a_row_that_fails_says_why() -> None:
    """So that the ledger, filtered, is an account of what failed; others stay short."""
    row = ledger.claims(*book(1))[0]
    said = {}
    for verdict in VERDICTS:
        check = replace(row.check, verdict=verdict, reason="the net is small")
        said[verdict] = LedgerTable.row(replace(row, check=check)).astext()
    assert [v for v in said if "The net is small." in said[v]] == ["fails"]
