"""The front page: what held, what failed, findings with the run's numbers; and what failed, why."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archives import book, check, run
from bs4 import BeautifulSoup
from conftest import ROOT, scripts

from scripts.book.checks import values as sources
from scripts.book.read import read
from scripts.core.page_data.lists import Finding, NotebookCard
from scripts.pages.lists import archive, ledger
from scripts.pages.lists.home import finding, statement
from scripts.pages.values import bound
from scripts.rendering.directives.home import three

Edit = Callable[[Path, str, str], None]
NOTEBOOK = "notebooks/averages.md"


def test_the_statement_counts_claims_and_nothing_else() -> None:
    given, runs = book(1, claims=3)
    said = "We rebuilt one method small enough for a laptop. 1 claim held, 2 did not."
    assert statement(given, runs, given.issues[0]) == said
    waiting = {"notebooks/1": run("notebooks/1", check("a", "not run"))}
    assert statement(given, waiting, given.issues[0]).endswith("laptop.")
    alone = replace(given, pages=given.issues and (given.issues[0],))
    assert statement(alone, {}, alone.issues[0]) == ""


def test_a_finding_has_the_verdict_of_its_check() -> None:
    given, runs = book(1)
    page = given.notebooks[0]
    checks = list(runs["notebooks/1"].checks)
    assert finding(page, checks) == Finding("Homing."), "a notebook that says none is described"
    front = {**page.front, "finding": "They come home.", "finding_check": "n1-1"}
    told = replace(page, front=front)
    assert finding(told, checks) == Finding("They come home.", "fails", "n1-1")
    assert finding(told, []) == Finding("They come home."), "a run left out says nothing"


def test_failures_come_first() -> None:
    card: Any = None
    cards = [
        NotebookCard(card, f"{n} {verdict}", Finding("", verdict), [])
        for n, verdict in enumerate(["holds", "", "fails", "not run", "holds", "fails", "holds"])
    ]
    assert [each.name for each in three(cards)] == ["2 fails", "5 fails", "0 holds"]


def test_what_failed_is_that_of_the_newest_issues() -> None:
    given, runs = book(5, claims=61)
    found = ledger.failures(given, runs)
    assert [row.issue for row in found.rows] == [5] * 60, "whole issues, at least one"
    assert (found.tested, found.every, found.ledger) == (61, 300, True)
    assert ledger.failures(given, {}).rows == []


@pytest.mark.parametrize(("issues", "many"), [(2, False), (3, True)])
def test_few_issues_have_neither_lists_of_years_nor_tags_of_one(issues: int, many: bool) -> None:
    given = book(issues)
    assert bool(ledger.ledger(*given).years) is many
    page = archive.archive(*given)
    assert [tag.name for tag in page.tags] == ["birds", *(["tag1", "tag2", "tag3"] * many)]
    assert bool(page.common) is many


FINDING = "finding: Means stray by {glue:text}`spread:.2f`, not {glue:text}`averages-spread:.1f`."
CHECK = "finding_check: averages-spread"


def test_front_matter_says_what_the_run_measured(tiny: Path, edit: Edit) -> None:
    edit(tiny / NOTEBOOK, "level:", f"{FINDING}\n{CHECK}\nlevel:")
    given, problems = read(tiny)
    page = given.notebooks[0]
    assert not problems and not list(sources.wrong(given))
    kept = {
        "output_type": "display_data",
        "metadata": {"scrapbook": {"name": "spread"}},
        "data": {"application/papermill.record/text/plain": "0.3141"},
    }
    done = run(page.docname, check("averages-spread", measured=-0.26))
    done.notebook["cells"] = [{"cell_type": "code", "source": "", "outputs": [kept]}]
    told, wrong = bound(given, {page.docname: done})
    assert wrong == []
    assert told.notebooks[0].front["finding"] == "Means stray by 0.31, not −0.3."
    assert told.notebooks[0].front["title"] == page.front["title"]
    for measured, faults in ((None, 0), ([1, 2], 1)):  # not under this profile; no one number
        done = replace(done, checks=(check("averages-spread", measured=measured),))
        told, wrong = bound(given, {page.docname: done})
        assert told.notebooks[0].front["finding"] == "Means stray by 0.31, not …."
        assert len(wrong) == faults
    done.notebook["cells"] *= 2
    problem, *_ = bound(given, {page.docname: done})[1]
    assert "2 values under the name 'spread': 0.3141, 0.3141" in problem.what


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("level:", "finding_check: averages-sprea", "declares the check 'averages-sprea'"),
        ("level:", "finding: It is {glue:text}`spred`.", "no cell of"),
        ("The newsletter", "{glue:text}`averages-spread`", "no cell of"),
    ],
    ids=["check", "value", "a check's number in prose"],
)
def test_what_a_finding_asks_for_must_be_there(
    tiny: Path, edit: Edit, old: str, new: str, words: str
) -> None:
    edit(tiny / NOTEBOOK, old, f"{new}\n{old}")
    given, _ = read(tiny)
    (problem,) = sources.wrong(given)
    assert words in problem.what
    assert (tiny / NOTEBOOK).read_text().split("\n")[problem.line - 1] == new


@pytest.fixture(scope="module")
def told(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny newsletter with one issue, a finding about a claim that fails, the page of what
    failed, and addresses that nobody knows yet."""
    root = Path(shutil.copytree(built, tmp_path_factory.mktemp("told") / "tiny"))
    for name, old, new in (
        (NOTEBOOK, "level:", f"{FINDING}\n{CHECK}\nlevel:"),
        (NOTEBOOK, "reported=0.316,", "reported=0.9, stands='fails', why='It is a third.',"),
        ("_config.yml", "nobody.github.io", "your-name.github.io"),
        ("_config.yml", "github.com/nobody", "github.com/your-name"),
        ("_toc.yml", "      - file: issues/002\n", ""),
        ("_toc.yml", "- file: ledger", "- file: failures\n      - file: ledger"),
    ):
        text = (root / name).read_text()
        assert old in text, (name, old)
        (root / name).write_text(text.replace(old, new, 1))
    head = "---\ntitle: What failed\ndescription: And why.\n---\n\n# What failed\n"
    (root / "failures.md").write_text(f"{head}\n```{{failures}}\n```\n")
    result = scripts("build", "--root", root)
    assert result.returncode == 0, result.stdout + result.stderr
    return root / "_build"


def page_of(told: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((told / "html" / name).read_text("utf-8"), "html.parser")


def words_of(node: Any) -> str:
    return " ".join(node.get_text().split())


def test_home_says_what_held_what_failed_and_where_to_run_it(told: Path) -> None:
    home = page_of(told, "index.html")
    lead = home.select_one(".lead")
    said = "We rebuilt one method small enough for a laptop. 0 claims held, 1 did not."
    assert words_of(lead.h2) == said
    links = [a["href"] for a in lead.select(".run-bar a")]
    assert links[0] == "failures.html", "the failures are linked first"
    assert links[1:] == ["issues/001.html", "start.html", "downloads/notebooks.zip"]
    finding = home.select_one(".finding")
    assert re.match(r"fails Means stray by 0\.3\d, not 0\.3\.", words_of(finding))
    assert finding.a["href"] == "notebooks/averages.html#averages-spread"
    (mark,) = home.select(".marks a")
    assert words_of(mark).startswith("fails: The spread of a mean is"), "a mark says its claim"
    assert re.search(r"Reported 0\.9, measured 0\.3\d+\.$", words_of(mark))
    light, dark = home.select(".card-figure img")
    assert light["loading"] == "lazy" and light["width"] and "one hump" in light["alt"]
    assert {"only-light"} <= set(light["class"]) and {"only-dark"} <= set(dark["class"])


def test_what_failed_stands_with_its_reason(told: Path) -> None:
    page = page_of(told, "failures.html")
    assert words_of(page.select_one(".standfirst")) == "Of 1 claim that we could test, 1 failed."
    (failure,) = page.select(".failure")
    for said in ("fails", "Student 1908", "0.9", "abs(measured - reported) < 0.1", "It is a third"):
        assert said in words_of(failure), said
    assert failure.select(".more a")[0]["href"] == "notebooks/averages.html#averages-spread"


def test_addresses_that_are_placeholders_stand_nowhere(told: Path) -> None:
    """Neither in pages nor in any other edition, nor does a button lead nowhere."""
    texts = {
        path: path.read_text("utf-8")
        for path in told.rglob("*")
        if path.suffix in (".html", ".md", ".ipynb", ".py", ".csv", ".txt", ".json", ".xml")
    }
    assert len(texts) > 20
    for path, text in texts.items():
        assert "your-name" not in text, path
        assert "colab.research" not in text and "mybinder.org" not in text, path
    from pypdf import PdfReader

    for path in told.rglob("*.pdf"):
        assert "your-name" not in "".join(p.extract_text() for p in PdfReader(path).pages), path
    page = page_of(told, "notebooks/averages.html")
    (filled,) = page.select(".run-bar .filled")
    assert filled["href"].endswith("averages.ipynb")
    assert "Cite as" in words_of(page) and "A tiny newsletter." in words_of(page)


MARK = '<a href="#{0}"><span class="tip">Claim {0}.</span></a>'
STRIP = """<ul><li class="account-row"><p class="name">Pigeons</p><div class="strip">
<p class="marks">{}</p></div></li></ul><a href="#">after</a>"""


def test_a_strip_is_one_stop_and_arrows_move_in_it(browser: Any) -> None:
    page = browser.new_page()
    page.set_content(STRIP.format(" ".join(map(MARK.format, range(3)))))
    for name in ("tokens", "site", "parts"):
        page.add_style_tag(path=ROOT / "_static" / f"{name}.css")
    assert page.locator(".marks a[tabindex]").count() == 0, "without the script: links"
    page.add_script_tag(path=ROOT / "_static" / "strips.js")
    said = "document.activeElement.textContent"
    page.keyboard.press("Tab")
    assert page.evaluate(said) == "Claim 0."
    for key, claim in (("ArrowRight", 1), ("End", 2), ("ArrowRight", 2), ("ArrowLeft", 1)):
        page.keyboard.press(key)
        assert page.evaluate(said) == f"Claim {claim}.", key
    tip = page.locator(".marks a:focus .tip")
    assert tip.bounding_box()["width"] > 50, "the focused mark says its claim"
    page.keyboard.press("Escape")
    assert tip.bounding_box()["width"] <= 1
    page.keyboard.press("Tab")
    assert page.evaluate(said) == "after", "one stop of the Tab key"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(said) == "Claim 1.", "it is where the reader left it"
    page.locator(".marks a").first.hover()
    assert page.locator(".tip").first.bounding_box()["width"] > 50
    page.close()
