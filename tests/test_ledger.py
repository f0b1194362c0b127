"""Ledger, archive, related pages: their data, their pages, and what of them may not grow."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, scripts

from scripts.book.model import Addresses, Book, Item, Page
from scripts.core.page_data.lists import Related
from scripts.core.record import Check, Record, Run
from scripts.editions import claims
from scripts.pages import archive, generated, ledger, related
from scripts.pages.directives import written
from scripts.rendering.search_index import OF_RUNS, reduced

Edit = Callable[[Path, str, str], None]


def check(id: str, verdict: str = "holds", **values: Any) -> Check:
    given: dict[str, Any] = {
        "kind": "claim", "notebook": "n", "item": "i", "profile": "book", "claim": "A claim.",
        "source": "A paper", "reported": None, "measured": 1.0, "unit": "", "spread": None,
        "expected": "rule", "verdict": verdict, "stands": verdict, "reason": "", "cell": 3,
    }  # fmt: skip
    return Check(**{"id": id, **given, **values})


def run(docname: str, *checks: Check) -> Run:
    record = Record(docname, "book", {}, "", {}, "", 1.0, 0.1, 1.0, 9, "", "", {}, "", "ok")
    return Run(record, {}, checks)


def book(issues: int, claims: int = 2, each_year: int = 10) -> tuple[Book, dict[str, Run]]:
    """A book of issues with one item and one notebook each."""
    pages, runs = [], {}
    for n in range(1, issues + 1):
        item = Item(f"i{n:03d}-x", f"Item {n}", "Tools ⚙️", "", 1, 2)
        front = {
            "issue": n, "title": f"Issue {n} of pigeons", "description": "About pigeons.",
            "date": f"{2020 + (n - 1) // each_year}-01-05", "tags": ["birds", f"tag{n}"],
        }  # fmt: skip
        about = {
            "item": item.anchor, "title": f"Pigeons and number {n}", "tags": ["birds"],
            "description": "Homing.",
        }  # fmt: skip
        pages.append(Page(f"issues/{n}.md", f"issues/{n}", "issue", "# T\n", front, items=(item,)))
        pages.append(Page(f"notebooks/{n}.md", f"notebooks/{n}", "notebook", "", about))
        checks = [check(f"n{n}-{i}", "fails" if i else "holds") for i in range(claims)]
        exact = check(f"n{n}-exact", kind="exactness")
        runs[f"notebooks/{n}"] = run(f"notebooks/{n}", *checks, exact)
    for name in ("ledger", "archive"):
        pages.append(Page(f"{name}.md", name, "page", f"```{{{name}}}\n```\n", {}))
    return Book(
        Path(), {}, tuple(pages), Addresses("https://x.org", "https://g.org/a/b", "m")
    ), runs


def test_rows_are_claims_only_the_newest_issue_first() -> None:
    rows = ledger.claims(*book(2))
    assert [row.check.id for row in rows] == ["n2-0", "n2-1", "n1-0", "n1-1"]
    assert (rows[0].issue, rows[0].page, rows[0].section) == (2, "/notebooks/2", "Tools ⚙️")
    assert ledger.ledger(*book(2)).verdicts == {"holds": 2, "fails": 2}


def test_the_ledger_shows_whole_issues_and_always_one() -> None:
    rows = ledger.claims(*book(5, claims=10))
    assert len(ledger.newest(rows, 25)) == 20
    assert len(ledger.newest(rows, 3)) == 10
    assert ledger.newest([]) == []


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


def test_csv_is_rfc_4180_and_no_formula() -> None:
    hostile = '=HYPERLINK("http://x","a,b")\nc'
    given, _ = book(1)
    checks = [
        check("n1-a", claim=hostile, source="-2+3", measured=-0.5, reported=[-1, 2.5], unit="@x"),
        check("n1-b", claim="plain", measured=True),
    ]
    text = claims.csv_of(
        ledger.claims(given, {"notebooks/1": run("notebooks/1", *checks)}), given.addresses
    )
    assert "\r\n" in text and not re.search(r"(?<!\r)\n(?!c)", text)
    one, two = csv.DictReader(io.StringIO(text, newline=""))
    assert one["claim"] == f"'{hostile}" and one["source"] == "'-2+3" and one["unit"] == "'@x"
    assert one["measured"] == "-0.5", "a number is no formula"
    assert one["reported"] == "'-1; 2.5" and two["measured"] == "true" and two["reported"] == ""
    assert two["address"] == "https://x.org/notebooks/1.html#n1-b"


@pytest.mark.parametrize("sign", claims.FORMULA)
def test_every_sign_of_a_formula_is_disarmed(sign: str) -> None:
    assert claims.cell(f"{sign}1") == f"'{sign}1"


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


def about(name: str, title: str, issue: str = "", **front: Any) -> Page:
    kind = "issue" if not issue else "notebook"
    values = {"title": title, "description": "", "tags": [], "date": "2020-01-05", **front}
    items = (Item(f"{name}-item", "", "", "", 1, 2),) if kind == "issue" else ()
    values |= {"issue": int(name[1:])} if kind == "issue" else {"item": issue}
    return Page(f"{name}.md", name, kind, "", values, items=items)


def names_of(found: Related) -> list[str]:
    return [entry.page for entry in found.pages]


def test_related_pages_are_alike_and_not_linked_anyway() -> None:
    pages = (
        about("i1", "Hashing attention in transformers"),
        about("a", "Attention sorted by hashing", "i1-item"),
        about("i2", "Weather forecasts"),
        about("b", "Attention with reversible transformers", "i2-item"),
    )
    near = related.related(Book(Path(), {}, pages, Addresses("", "", "")))
    assert names_of(near["a"]) == ["/b"], "not its own issue"
    assert names_of(near["i1"]) == ["/b"], "not its own notebook"
    assert names_of(near["b"]) == ["/i1", "/a"]
    assert "i2" not in near, "nothing is like it"


def test_related_pages_do_not_hang_on_prose_and_are_few() -> None:
    given, _ = book(30)
    near = related.related(given)
    assert {len(found.pages) for found in near.values()} == {related.PAGES_SHOWN}
    edited = Book(
        given.root, {},
        tuple(Page(p.path, p.docname, p.kind, "# T\n\nOther words.\n", p.front, items=p.items)
              for p in given.pages),
        given.addresses,
    )  # fmt: skip
    assert related.related(edited) == near
    assert related.related(Book(Path(), {}, (), given.addresses)) == {}


# The tiny newsletter ---------------------------------------------------------------------------


def test_pages_are_there_and_link_to_each_check(built: Path) -> None:
    site = built / "_build" / "html"
    page = (site / "ledger.html").read_text()
    assert '<tr class="row-even" id="averages-spread">' in page
    assert 'href="notebooks/averages.html#averages-spread"' in page
    assert 'id="averages-spread"' in (site / "notebooks/averages.html").read_text()
    assert "averages-sum" not in page, "an exactness check is no claim"
    assert 'href="ledger/2020.html"' in page
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


# Redirects and anchors -------------------------------------------------------------------------


def with_redirects(root: Path, lines: str) -> None:
    path = root / "_config.yml"
    path.write_text(f"{path.read_text()}redirects:\n{lines}")


def test_redirects_lead_to_their_page(built_copy: Path) -> None:
    with_redirects(built_copy, "  old/mean.html: issues/001#i001-averages\n  'blog/': issues/002\n")
    result = scripts("build", "--root", built_copy)
    assert result.returncode == 0, result.stderr
    page = (built_copy / "_build/html/old/mean.html").read_text()
    assert '<meta http-equiv="refresh" content="0; url=../issues/001.html#i001-averages">' in page
    assert '<link rel="canonical" href="https://nobody.github.io/tiny/issues/001.html">' in page
    assert '<a href="../issues/001.html#i001-averages">Averages and what they hide</a>' in page
    assert 'url=../issues/002.html"' in (built_copy / "_build/html/blog/index.html").read_text()


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("  issues/001.html: index", "would hide a page of the site"),
        ("  ledger/2020.html: index", "would hide a page of the site"),
        ("  downloads/x.html: index", "would hide a page of the site"),
        ("  old.html: issues/00", "no page of the book"),
        ("  old.html: issues/001#i001-average", "an anchor that its page doesn't have"),
        ("  ../old.html: index", "no address of a page"),
        ("  /old.html: index", "no address of a page"),
        ("  a.html/b.html: index", "no address of a page"),
        ("  old.pdf: index", "no address of a page"),
        ("  12: index", "no address of a page"),
        ("  a/: index\n  a/index.html: index", "the same address as"),
        ("  - old.html", "is no mapping"),
    ],
)
def test_wrong_redirects_are_refused_with_their_line(tiny: Path, line: str, what: str) -> None:
    before = len((tiny / "_config.yml").read_text().splitlines())
    with_redirects(tiny, f"{line}\n")
    result = scripts("check", "--root", tiny)
    assert result.returncode == 1
    at = before + 1 + ("mapping" not in what) + ("same address" in what)
    assert f"_config.yml:{at}: redirects: " in result.stderr and what in result.stderr


def test_links_to_headings_last_and_say_where_they_lead(built: Path) -> None:
    page = (built / "_build/html/issues/001.html").read_text()
    assert (
        '<a class="headerlink" href="#i001-averages" '
        'aria-label="Link to The mean of a sample" title="Link to this heading">' in page
    )
    assert 'aria-label="Link to Publications"' in page, "without its emoji"
    assert 'id="the-mean-of-a-sample"' in page, "the heading's own anchor still works"


def test_published_anchors_stay(built_copy: Path, edit: Edit) -> None:
    assert scripts("freeze", "1", "--root", built_copy).returncode == 0
    issue = built_copy / "issues" / "001.md"
    edit(issue, "(i001-second)=\n", "(i001-other)=\n")
    result = scripts("check", "--root", built_copy)
    assert result.returncode == 1
    assert "the anchor 'i001-second' was published and is gone" in result.stderr
    edit(issue, "(i001-other)=\n", "(i001-second)=\n(i001-other)=\n")
    assert scripts("check", "--root", built_copy).returncode == 0


def test_front_matter_of_the_two_pages_keeps_them_off_paper() -> None:
    for name in ("ledger", "archive"):
        assert "screen-only: true" in (ROOT / f"{name}.md").read_text()
