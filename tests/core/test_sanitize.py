"""Nothing that a cell puts out runs, reaches out of its box, or stays open."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.book.model import Addresses, Book, Page
from scripts.core.sanitize import NOTE, cleaned
from scripts.verify import verify

HARMLESS = {
    "<script>alert(1)</script>": NOTE,
    '<iframe src="https://x.org"></iframe>': NOTE,
    "<p>text</p><script>alert(1)</script>": "<p>text</p>",
    '<div onclick="x()"><b>open': "<div><b>open</b></div>",
    "</div></main><p>x": "<p>x</p>",
    '<img src="x" alt="" onerror="alert(1)">': '<img src="x" alt="">',
    '<a href="javascript:alert(1)">x</a>': "<a>x</a>",
    '<a href=" data:text/html,x">x</a>': "<a>x</a>",
    '<a href="b.html#c">x</a>': '<a href="b.html#c">x</a>',
    '<svg><a xlink:href="javascript:1">t</a></svg>': "<svg><a>t</a></svg>",
    "<style>*{display:none}</style><i>x</i>": "<i>x</i>",
    '<b style="position:fixed">x</b>': "<b>x</b>",
    '<base href="https://x.org"><meta http-equiv="refresh" content="0;url=x">x': "x",
    "<!-- <b> -->x": "x",
    "1 < 2 &amp; 3": "1 &lt; 2 &amp; 3",
    "": "",
}  # fmt: skip


@pytest.mark.parametrize("html", HARMLESS)
def test_cleaned(html: str) -> None:
    assert cleaned(html) == HARMLESS[html]


def test_drawings_and_tables_stay() -> None:
    svg = '<svg viewBox="0 0 9 9" width="9"><path d="M0 0h9" stroke-width="2"></path></svg>'
    assert cleaned(svg) == svg
    table = '<table class="dataframe"><tbody><tr><td colspan="2">1</td></tr></tbody></table>'
    assert cleaned(table) == table


BLOCKED = {
    "<script>x()</script>": "a script inside the page",
    "<style>p{}</style>": "a style inside the page",
    '<p style="color:red">x</p>': "a style inside the page",
    '<p onclick="x()">x</p>': "the handler onclick",
    '<a href="JavaScript:x()">x</a>': "a program as the link",
    '<iframe src="a.html"></iframe>': "<iframe>",
}


@pytest.mark.parametrize("html", BLOCKED)
def test_verify_reports_what_the_policy_blocks(tmp_path: Path, html: str) -> None:
    (tmp_path / "a.html").write_text(f"<html><body>\n{html}</body></html>")
    ours = Page("a.md", "a", "issue", "", {"issue": 1})
    book = Book(tmp_path, {}, (ours,), Addresses("", "", "main"))
    (problem,) = verify(book, tmp_path, [])
    assert BLOCKED[html] in problem.what and problem.line == 2


@pytest.mark.parametrize("inside", ["<script/>", '<g onload="x()"/>', "<foreignObject/>"])
def test_verify_opens_drawings(tmp_path: Path, inside: str) -> None:
    (tmp_path / "_images").mkdir()
    (tmp_path / "a.html").write_text("<p>x</p>")
    drawing = tmp_path / "_images" / "a.svg"
    ours = Page("a.md", "a", "issue", "", {"issue": 1})
    book = Book(tmp_path, {}, (ours,), Addresses("", "", "main"))
    drawing.write_text("<svg><path d='M0 0'/><text>on = 1</text></svg>")
    assert verify(book, tmp_path, []) == []
    drawing.write_text(f"<svg>{inside}</svg>")
    (problem,) = verify(book, tmp_path, [])
    assert "a program in a drawing" in problem.what
