"""The pure parts between a run and a finished site: stage, sync, assemble, swap, verify, report."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from scripts.book.model import Addresses, Book, Page
from scripts.core.files import sync
from scripts.core.page_data.headers import File, MarkdownEdition
from scripts.core.page_data.lists import Related
from scripts.core.problems import Problem
from scripts.core.words import file_size
from scripts.execution import report
from scripts.pages.directives import with_directives
from scripts.pages.outputs import check_line, recolour
from scripts.publishing.assemble import assemble
from scripts.publishing.swap import exchange, recover, swap
from scripts.publishing.verify import verify
from scripts.rendering.sphinx_warnings import source_line


def page(text: str = "", **values: object) -> Page:
    return Page("a.md", "a", "page", text, {}, **values)  # type: ignore[arg-type]


def book(*pages: Page, kind: str = "issue") -> Book:
    return Book(Path(), {}, pages, Addresses("https://x.org", "https://github.com/a/b", "main"))


def test_facts_stand_before_their_line_and_fill_empty_directives() -> None:
    text = "# T\n\n```{home}\n```\n\n## S\n"
    blocks = {0: [MarkdownEdition(File("`", "b"))], 6: [Related([])]}
    text = text.replace("home", "markdown-edition")
    filled = '```{markdown-edition}\n{"edition": {"file": "`", "label": "b", "group": ""}}\n```'
    added = '````{related}\n{"pages": []}\n````'
    assert with_directives(page(text), blocks) == f"# T\n\n{filled}\n\n\n{added}\n\n## S\n"


def test_recolour_any_case_and_nothing_else() -> None:
    svg = '<path fill="#3D57D6" stroke="#3d57d6"/><text>#3d57d7</text>'
    assert recolour(svg, {"#3d57d6": "#2440c0"}) == (
        '<path fill="#2440c0" stroke="#2440c0"/><text>#3d57d7</text>'
    )


def test_check_line_escapes_markdown() -> None:
    line = check_line({
        "verdict": "fails", "claim": "a*b $c$ [d](e)", "measured": 0.123456, "reported": None,
        "unit": "s", "expected": "measured < 0.1", "reason": "too_slow",
    })  # fmt: skip
    assert line == (
        r"**fails**: a\*b \$c\$ \[d\](e) (measured 0.1235 s) `measured < 0.1` too\_slow"
    )


def test_sync_touches_only_what_differs(tmp_path: Path) -> None:
    sync({"a": b"1", "b/c": b"2"}, tmp_path)
    time = (tmp_path / "a").stat().st_mtime_ns
    assert sync({"a": b"1", "b": b"3"}, tmp_path) == ["b"]
    assert (tmp_path / "a").stat().st_mtime_ns == time
    assert sync({}, tmp_path) == [] and list(tmp_path.iterdir()) == []


def test_sizes() -> None:
    assert [file_size(n) for n in (812, 41_400, 3_140_000)] == ["812 B", "41 KB", "3.1 MB"]


def test_assemble_fills_sizes(tmp_path: Path) -> None:
    html, pdf = tmp_path / "html", tmp_path / "x.pdf"
    html.mkdir()
    link = '<span class="filesize" data-file="downloads/x.pdf"></span>'
    (html / "index.html").write_text(f"<p>{link}</p>")
    pdf.write_bytes(b"%" * 41_400)
    site, new = tmp_path / "site", tmp_path / "new"
    assemble(html, {"downloads/x.pdf": pdf}, site, site)
    assert ">41 KB</span>" in (site / "index.html").read_text()
    assert (html / "index.html").read_text() == f"<p>{link}</p>", "the render's own is untouched"
    # What is as it was is the same file; what changed is not written into the site in use.
    (html / "other.html").write_text("<p>new</p>")
    pdf.write_bytes(b"%" * 51_400)
    assemble(html, {"downloads/x.pdf": pdf, "a/y.pdf": pdf}, new, site)
    assert ">51 KB</span>" in (new / "index.html").read_text()
    assert ">41 KB</span>" in (site / "index.html").read_text()
    assert (site / "downloads/x.pdf").stat().st_size == 41_400
    again = tmp_path / "again"
    assemble(html, {"downloads/x.pdf": pdf}, again, new)
    for path in ("index.html", "other.html", "downloads/x.pdf"):
        assert (again / path).samefile(new / path)
    assert not (again / "a").exists()


@pytest.mark.parametrize("atomic", [True, False])
def test_swap_and_recover(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, atomic: bool) -> None:
    if not atomic:
        monkeypatch.setattr("scripts.publishing.swap.exchange", lambda *_names: False)
    site, new, old = tmp_path / "html", tmp_path / ".html.new", tmp_path / ".html.old"
    for text in ("one", "two"):
        new.mkdir()
        (new / "index.html").write_text(text)
        swap(new, site)
        assert (site / "index.html").read_text() == text
        assert not new.exists() and not old.exists()
    site.rename(old)  # killed between the two renames
    recover(site)
    assert (site / "index.html").read_text() == "two"


def test_exchange_is_one_step(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    (one / "a").touch()
    if not exchange(one, two):
        pytest.skip("this system has no renameat2(2)")
    assert (two / "a").exists() and not (one / "a").exists()


FAULTS = {
    '<a href="b.html">x</a>': "leads to no file",
    '<a href="a.html#no">x</a>': "leads to an anchor that isn't there",
    '<a href="../../etc">x</a>': "leads to no file",
    '<img src="a.html">': "has no alt text",
    '<p id="x"></p><p id="x"></p>': "the id 'x' stands twice",
    "<div><span></div></span>": "closes nothing",
    "<p>see {ref}`there`</p>": "MyST that was not rendered",
}


@pytest.mark.parametrize("html", FAULTS)
def test_verify_finds(tmp_path: Path, html: str) -> None:
    (tmp_path / "a.html").write_text(f"<html><body>{html}</body></html>")
    found = verify(book(page()), tmp_path, [])
    assert any(FAULTS[html] in problem.what for problem in found), found


def test_verify_passes_a_good_page_and_misses_a_lost_one(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<p id="x"><a href="#x">y</a><br><img src="i" alt=""></p>')
    (tmp_path / "i").write_text("picture")
    assert verify(book(page()), tmp_path, []) == []
    lost = Page("b.md", "b", "page", "", {})
    found = verify(book(page(), lost), tmp_path, ["downloads/x.pdf"])
    assert [p.what for p in found] == [
        "the page was not rendered",
        "this edition is missing or empty",
    ]


def test_verify_other_hosts_in_our_own_book(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<script src="https://cdn.org/x.js"></script>')
    ours = Page("a.md", "a", "issue", "", {"issue": 1})
    assert "from another host" in verify(book(ours), tmp_path, [])[0].what
    assert verify(book(page()), tmp_path, []) == []


def test_report_for_machines() -> None:
    problems = [Problem("a.md", 3, "wrong\x07 <thing>", "right\nso")]
    tree = ET.fromstring(report.junit(problems, {}))
    assert tree.get("failures") == "1"
    assert "<thing>" in (tree.find("testcase/failure").get("message") or "")  # type: ignore[union-attr]
    assert report.github_lines(problems) == [
        "::error file=a.md,line=3::wrong\x07 <thing> right%0Aso"
    ]
    assert "`a.md:3` wrong" in report.markdown(problems, {})


def test_lines_of_staged_notebooks() -> None:
    """MyST-NB counts 10,000 a cell; cells inserted by the build don't exist in the source."""
    from scripts.book.read import read_notebook

    text = "---\nkernelspec: {name: python3}\n---\n# T\n\n```{code-cell}\nx = 1\n```\n\nLast.\n"
    notebook, lines = read_notebook(text)
    assert lines == (4, 7, 10)
    with_cells = page(text, notebook=notebook, cell_lines=lines)
    assert source_line(with_cells, 20_001) == 7
    assert source_line(with_cells, 5) == 5
