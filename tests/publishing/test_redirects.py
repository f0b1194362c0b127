"""Addresses that moved, and anchors that stay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import scripts

Edit = Callable[[Path, str, str], None]


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
        ("  '12': index", "no address of a page"),
        ("  a/: index\n  a/index.html: index", "the same address as"),
        ("  - old.html", "is not a mapping"),
    ],
)
def test_wrong_redirects_are_refused_with_their_line(tiny: Path, line: str, what: str) -> None:
    before = len((tiny / "_config.yml").read_text().splitlines())
    with_redirects(tiny, f"{line}\n")
    result = scripts("check", "--root", tiny)
    assert result.returncode == 1
    at = before + 1 + ("mapping" not in what) + ("same address" in what)
    column = 1 if "mapping" in what else 3
    assert f"_config.yml:{at}:{column}: redirects: " in result.stderr and what in result.stderr


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
    edit(issue, "(#i001-second)", "(#i001-other)")
    result = scripts("check", "--root", built_copy)
    assert result.returncode == 1
    assert "the anchor 'i001-second' was published and is gone" in result.stderr
    edit(issue, "(i001-other)=\n", "(i001-second)=\n(i001-other)=\n")
    assert scripts("check", "--root", built_copy).returncode == 0
