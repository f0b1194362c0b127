"""What the build knows, in plain Markdown: whole tables, nothing left out, nothing that breaks."""

from __future__ import annotations

import re
from pathlib import Path

from archives import book, check, run
from markdown_it import MarkdownIt

from scripts.book.read import read
from scripts.editions import tables
from scripts.pages.generated import FILLED

ODD = "a | b <i>c</i> *d* `e`\nf [g](h) $1$ \\"


def rows_of(text: str) -> list[list[str]]:
    """The cells of every table of a Markdown text, row by row, as a reader sees them."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    rows: list[list[str]] = []
    for place, token in enumerate(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("td_open", "th_open"):
            inline = tokens[place + 1].children or []
            rows[-1].append("".join(part.content for part in inline))
    return rows


def test_every_directive_that_the_build_fills_is_written() -> None:
    assert set(tables.WRITTEN) == set(FILLED)


def test_a_claim_of_odd_signs_stays_in_its_row() -> None:
    given, _ = book(1)
    odd = check("n1-a", claim=ODD, source=ODD, reason=ODD, expected="measured | 1", verdict="fails")
    runs = {"notebooks/1": run("notebooks/1", odd, check("n1-b"))}
    (page,) = given.notebooks
    head, first, second = rows_of(tables.checked(runs, page))
    assert len(head) == len(first) == len(second) == 6
    assert first[0] == "fails" and second[0] == "holds", "those that fail come first"
    assert (
        first[1].startswith("a | b <i>c</i> *d* `e` f [g](h) $1$ \\") and first[4] == "measured | 1"
    )
    ledger = next(page for page in given.pages if page.docname == "ledger")
    written = tables.filled(given, runs, ledger)["ledger"]
    assert [row[0] for row in rows_of(written)] == ["Verdict", "fails", "holds"]
    assert "https://x.org/notebooks/1.html#n1-a" in written


def test_tallies_of_a_notebook_and_of_its_issue() -> None:
    given, runs = book(2)
    issue, notebook = given.issues[0], given.notebooks[1]
    assert tables.tallied(given, runs, notebook) == "Claims: holds 1, fails 1."
    said = tables.tallied(given, runs, issue)
    assert said.startswith("Claims: holds 1, fails 1.")
    assert rows_of(said)[1] == ["Item 2", "Pigeons and number 2", "1", "1"]
    assert tables.tallied(given, {}, issue) == "" and tables.checked({}, notebook) == ""


def test_every_page_of_a_built_newsletter_has_a_markdown_edition(built: Path) -> None:
    site = built / "_build" / "html"
    listed = re.findall(r"/markdown/([^)]+)\)", (site / "llms.txt").read_text("utf-8"))
    names = {page.name for page in read(built)[0].pages if not page.lost}
    assert {name.removesuffix(".md") for name in listed} == names and len(listed) == len(names)
    for name in listed:
        text = (site / "markdown" / name).read_text("utf-8")
        assert len(text.split()) > 10, name
        assert not re.search(r"^(:::|```\{|\{[a-z]+\}`)", text, re.M), name
    home = (site / "markdown" / "index.md").read_text("utf-8")
    assert "## Issues" in home and "/issues/001.html)" in home and "/issues/002.html)" in home
    notebook = (site / "markdown" / "averages.md").read_text("utf-8")
    assert notebook.index("Claims: holds 1.") < notebook.index("## The idea")
    assert notebook.rstrip().endswith("|") and "## All checks" in notebook
