"""Every problem says where: line and column, in characters from 1, of what it is about."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from fuzzing import TOKENS
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from samples import book

from scripts.book.check import check
from scripts.book.model import Book, page_of
from scripts.book.outline import outline
from scripts.book.read import parsed
from scripts.core.problems import Place, Problem

QUICK = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))

# A text, and the one piece of it that a problem of the newsletter is about, between ‹ and ›.
MARKED = {
    "link": "Words, ‹[a](nowhere.md)› more.",
    "link in bold": "Words **and ‹[a](nowhere.md)›**.",
    "link after wide letters": "Ωüß 🎨 ‹[a](nowhere.md)›.",
    "link of another line": "Words\nand more\n  words ‹[a](nowhere.md)›.",
    "link of many lines": "Words\n‹[a\nb\nc](nowhere.md)›.",
    "link by reference": "Words ‹[a][b]›.\n\n[b]: nowhere.md",
    "link by reference below": "[b]: nowhere.md\nWords ‹[a][b]›.",
    "link below a code span of lines": "`a\nb` and ‹[a](nowhere.md)›.",
    "link in a heading": "## Words ‹[a](nowhere.md)› ##",
    "link in a heading below": "Words ‹[a](nowhere.md)›\n---",
    "link in a list": "1. one\n   - - ‹[a](nowhere.md)›",
    "link of one letter in a list": "- a\n- ‹[a](nowhere.md)›",
    "link in a quote": "> one\n> > two ‹[a](nowhere.md)›",
    "link in a lazy quote": "> one\ntwo ‹[a](nowhere.md)›",
    "link in a table": "| a | b |\n| - | - |\n| x | x ‹[a](nowhere.md)› |",
    "link in the second of two like cells": (
        "| a | b |\n| - | - |\n| [a](#b) | ‹[a](nowhere.md)› |\n\n(b)=\n# B"
    ),
    "link below bars": "| a |\n| - |\n| x \\| y ‹[a](nowhere.md)› |",
    "link in a note": ":::{note}\n- one ‹[a](nowhere.md)›\n:::",
    "link in a note in a list": "- one\n\n  :::{note}\n  two ‹[a](nowhere.md)›\n  :::",
    "link in a footnote": "Words[^1].\n\n[^1]: A note ‹[a](nowhere.md)›.",
    "address": "Words ‹<ftp://example.org/a>›.",
    "role": "Words {eq}`sum` ‹{ref}`x <nowhere>`›.\n\n$$\na\n$$ (sum)",
    "citation": "Words {cite}`known,‹nowhere›,known`.",
    "citation with blanks": "Words {cite:t}``known, ‹nowhere› , known``.",
    "citation on the next line": "Words {cite}`known,\n‹nowhere›`.",
    "picture": "Words ‹![a](nowhere.png)›.",
    "picture without words": "Words ‹![](https://example.org/a.png)›.",
    "figure": "```{figure} ‹nowhere.png›\n:alt: a\n```",
    "figure in a list": "- ```{figure} ‹nowhere.png›\n  :alt: a\n  ```",
    "file of a table": "```{csv-table} T\n:‹file›: nowhere.csv\n```",
    "inclusion": "```{literalinclude} ‹nowhere.py›\n```",
    "anchor": "‹(An_Anchor)=›\n# A",
    "anchor again": "(a)=\n# A\n\n- one\n\n  ‹(a)=›\n  two",
    "anchor of a figure": "(a)=\n# A\n\n```{figure} https://x.org/a.png\n:alt: x\n:‹name›: a\n```",
    "anchor of a formula": "$$\nx\n$$ ‹(A_b)›",
    "number": "Words\nand {eq}`s` ‹{glue:text}`nowhere:.1f`›.\n\n$$\na\n$$ (s)",
}  # fmt: skip


def newsletter(text: str, path: str = "a.md") -> Book:
    """A page of a newsletter, whose links, anchors and works are looked at."""
    page = page_of(path, path[:-3], "page", text, {})
    whole = book(page, page_of("issues/001.md", "issues/001", "issue", "", {"issue": 1}))
    whole.bibliography["known"], whole.entries["known"] = {}, ("r.bib", Place(1))
    return whole


@pytest.mark.parametrize("name", MARKED)
def test_a_problem_points_at_what_it_is_about(name: str) -> None:
    text = MARKED[name]
    begin = text.index("‹")
    text = text.replace("‹", "").replace("›", "")
    line = text.count("\n", 0, begin) + 1
    column = begin - text.rfind("\n", 0, begin)
    found = [problem for problem in check(newsletter(text)) if problem.path == "a.md"]
    assert [(p.line, p.column) for p in found] == [(line, column)], found


HEAD = """\
---
title: T
bibliography: [known, ‹nowhere›]
profiles: {full: {parameters: {b: 1, ‹x›: 2}}}
item: i001-a
---
# A
"""


def test_a_problem_of_the_head_points_at_its_entry() -> None:
    text = HEAD.replace("‹", "").replace("›", "")
    page, problems = parsed(("notebooks/a.md", text))
    assert page is not None
    places = [page.place("bibliography.1"), page.place("profiles.full.parameters.x")]
    assert places == [(3, 23), (4, 38)]
    assert page.place("nowhere") == Place(1) and page.place("profiles.none") == (4, 1)
    assert {(p.line, p.column) for p in problems if "missing" not in p.what} <= {(5, 1), (3, 1)}


def test_places_are_printed_as_editors_open_them() -> None:
    assert str(Problem("a.md", 3, "w", "r", 7)) == "a.md:3:7: w\n    r"
    assert str(Problem("a.md", 3, "w")) == "a.md:3: w" and str(Problem("a.md", 0, "w")) == "a.md: w"
    given = [Problem("a", 2, "a", "", 9), Problem("a", 2, "b", "", 3), Problem("a", 1, "c")]
    assert [problem.what for problem in sorted(given)] == ["c", "b", "a"]


# Any text -----------------------------------------------------------------------------------------

PIECES = [
    *("[a](b.md)", "![](x.png)", "{ref}`x`", "{cite}`a, b`", "<https://example.org>", "(a)="),
    *("[a][b]", "[b]: x", "| a | b |", "| - | - |", "\\|", "- ", "> ", "1. ", "# ", "    ", "\t"),
    *("\n", "\n\n", " ", ":::{note}\n", ":::\n", "```{figure} x\n:name: a\n```\n", "```\n"),
    *("```{code-cell}\n:tags: [a]\n", "$$\nx\n$$ (s)\n", "`", "*", "Ω🎨", "\u2028", "---\n"),
    *("title: [", "a: &b\n", "tags: {a: 1}\n", '"', "issue: 1\n", "item: x\n"),
    *("date: 2020-02-31\n", "{glue:text}`x:.1f`"),
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES + TOKENS) | st.text(string.printable, max_size=8)).map(
    lambda parts: "".join(parts).encode("utf-8", "replace").decode().replace("\r", "\n")
)


def inside(text: str, places: list[Place]) -> bool:
    """Whether each place is one of the text: of a line, and of it a character or its end."""
    lines = text.split("\n")
    return all(
        0 <= place.line <= len(lines)
        and 0 <= place.column <= len(lines[max(place.line, 1) - 1]) + 1
        and (place.line or not place.column)
        for place in places
    )


@settings(QUICK, max_examples=150)
@given(TEXTS)
@example("- \t[a](b.md)")
@example("| a |\n| - |\n|[a](b)")
def test_any_text_has_its_places_inside(text: str) -> None:
    page, problems = parsed(("a.md", text))
    assert inside(text, [Place(p.line, p.column) for p in problems]), problems
    if page is None:
        return
    found = outline(text)
    spots = [*found.labels.values(), *(link.place for link in found.links)]
    spots += [at for *_, at in (*found.roles, *found.pictures, *found.files, *found.repeated)]
    assert inside(text, spots)
    lines = text.split("\n")
    for _, at, _ in found.links:
        begins = lines[at.line - 1][at.column - 1 :] if at.column else "["
        assert begins[:1] in ("[", "<"), (at, begins)
    whole = [p for p in check(newsletter(text)) if p.path == "a.md"]
    assert inside(text, [Place(p.line, p.column) for p in whole]), whole


@settings(QUICK, max_examples=150)
@given(TEXTS)
def test_any_head_has_its_places_inside(text: str) -> None:
    for kind in ("issue: 1\n", "item: i001-a\n", ""):
        whole = f"---\n{kind}{text}\n---\n# A\n"
        page, problems = parsed((str(Path("notebooks/a.md")), whole))
        assert inside(whole, [Place(p.line, p.column) for p in problems]), problems
        if page is not None:
            assert inside(whole, list(page.places.values()))
