"""What a finished site may not hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import book, page

from scripts.book.model import Page
from scripts.publishing.verify import verify

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


def test_verify_names_the_source_and_where_it_says_so(tmp_path: Path) -> None:
    html = '<a href="b.html#far">x</a>\n<p id="two"></p><p id="two"></p>\n<b><i></b></i>'
    (tmp_path / "a.html").write_text(html)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "2020.html").write_text('<a href="../b.html">x</a>')
    text = "# T\n\nwords [x](b.md#far)\n\n(two)=\n## Two\n"
    found = verify(book(page(text)), tmp_path, [])
    assert {(p.path, p.line, p.what.rpartition(" (")[2]) for p in found} == {
        ("a.md", 3, "a.html:1)"), ("a.md", 5, "a.html:2)"), ("a.md", 0, "a.html:3)"),
        ("a.md", 3, "a/2020.html:1)"),
    }  # fmt: skip
