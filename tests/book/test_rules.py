"""What a newsletter's sources say that can't be: days, tags, checks, works."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from samples import book

from scripts.book.check import check
from scripts.book.checks import claims, dates, tags, works
from scripts.book.model import Book, Page, page_of
from scripts.book.read import parsed
from scripts.core.problems import Place, Problem

TODAY = datetime.date(2020, 6, 1)


def issue(number: int, **front: Any) -> Page:
    path = f"issues/{number:03}.md"
    places = {key: Place(line) for line, key in enumerate(front, 3)}
    return page_of(path, path[:-3], "issue", "", {"issue": number, **front}, places=places)


def said(found: list[Problem]) -> list[str]:
    return [f"{problem.path}:{problem.line} {problem.what}" for problem in found]


@pytest.mark.parametrize(
    ("front", "what"),
    [
        ({"date": "2020-01-02", "edition": "2020-01-02", "updated": "2020-01-02"}, ""),
        ({"date": "2020-01-02", "edition": "2020-01-01"}, "4 'edition' (2020-01-01) is before"),
        ({"date": "2020-01-02", "updated": "2020-01-01"}, "4 'updated' (2020-01-01) is before"),
        ({"edition": "2020-01-02", "updated": "2020-01-01"}, "4 'updated' (2020-01-01) is before"),
        ({"edition": "2020-01-02", "original": {"date": "2020-01-03"}}, "3 'edition' (2020-01-02)"),
        ({"date": "2021-06-01"}, ""),
        ({"date": "2022-01-02"}, "3 'date' (2022-01-02) is more than a year ahead"),
        ({"date": "0220-01-02"}, "3 'date' (0220-01-02) is before the year 1900"),
        ({}, ""),
    ],
)
def test_days_follow_upon_each_other(front: dict[str, Any], what: str) -> None:
    found = said(list(dates.wrong(book(issue(1, **front)), TODAY)))
    assert len(found) == bool(what) and all(f"issues/001.md:{what}" in one for one in found)


@pytest.mark.parametrize(
    ("used", "slips"),
    [
        (["vision", "vision", "vison"], {"vison": "vision"}),
        (["vision", "vision", "vsiion", "visionn"], {"vsiion": "vision", "visionn": "vision"}),
        (["vision", "vison"], {}),  # which of the two?
        (["PyTorch", "pytorch"], {"pytorch": "PyTorch"}),
        (["pytorch", "PyTorch", "PyTorch"], {"pytorch": "PyTorch"}),
        (["pre-training", "pre training", "pre_training"],
         {"pre training": "pre-training", "pre_training": "pre-training"}),
        (["A/B test", "A/B tests"], {"A/B tests": "A/B test"}),
        (["bias", "bia", "loss", "los"], {"bia": "bias"}),
        (["tagging", "tagging", "bagging"], {}),
        (["GPT-2", "GPT-2", "GPT-3"], {}),
        (["art", "art", "arg"], {}),
        (["supervised learning"] * 2 + ["unsupervised learning"], {}),
        (["ranking", "planning", "pruning", "training", "evaluation", "regulation"], {}),
    ],
)  # fmt: skip
def test_tags_that_are_nearly_one_in_use(used: list[str], slips: dict[str, str]) -> None:
    pages = [issue(number, tags=[tag]) for number, tag in enumerate(used, 1)]
    found = list(tags.wrong(book(*pages)))
    assert {p.what.split("'")[1]: p.right for p in found} == {
        slip: f"Write '{tag}'." for slip, tag in slips.items()
    }


HEAD = """\
---
kernelspec: {display_name: Python 3, language: python, name: python3}
item: i001-a
---

# A

```{code-cell} ipython3
:tags: [hide-input]

from checks import check, exact, learned as good
WORD = "claim"
```

```{code-cell} ipython3
"""


def notebook(code: str, name: str = "a") -> Page:
    found, _ = parsed((f"notebooks/{name}.md", f"{HEAD}{code}\n```\n"))
    assert found is not None and found.notebook is not None
    return found


LONG = "x" * 81


@pytest.mark.parametrize(
    ("code", "place", "what"),
    [
        (f'\nx = 1; check("i001-a", "{LONG}", rule="measured > 1")', (17, 8), "not 81"),
        (f'"Ωß"; check("i001-a", claim="{LONG}")', (16, 7), "not 81"),
        (f'check("i001-a", "{LONG}", kind="finding")', None, ""),
        (f'check("i001-a", "{LONG}", kind=WORD)', None, ""),
        (f'exact("i001-a", "{LONG}")', None, ""),
        (f'check("i001-a", f"{{WORD}}{LONG}")', None, ""),
        (f'check("i001-a", "{LONG}", **more)', None, ""),
        ('check("Bad Id", "x")', (16, 1), "ids look like"),
        ('good("Bad Id", "x")', (16, 1), "ids look like"),
        ('check("i001-a", "x", kind="clam")', (16, 1), "'clam' is no kind of check"),
        ('check("i001-a", "x", stands="hold")', (16, 1), "`stands` is one of"),
        ('check("i001-a", "x", stands="fails")', (16, 1), "say in `why`"),
        ('check("i001-a", "x", stands="fails", why=WORD)', None, ""),
        ('check("i001-a", "x", rule="measured >")', (16, 1), "the rule is no expression"),
        ('check("i001-a", "x", rule=f"measured > {x}")', None, ""),
        ('check("i001-a", " ", rule="measured > 1")', (16, 1), "the claim is empty"),
        ('if True:\n    for x in y:\n        check("i001-a", "")', (18, 9), "the claim is empty"),
        ('%%capture\ncheck("i001-a", "")', (16, 0), "the claim is empty"),
    ],
)
def test_what_the_source_tells_of_its_checks(
    code: str, place: tuple[int, int] | None, what: str
) -> None:
    found = list(claims.wrong(book(notebook(code)), ()))
    assert [(p.line, p.column) for p in found] == ([place] if place else [])
    assert all(what in problem.what for problem in found)
    if "not 81" in what:
        assert not list(claims.wrong(book(notebook(code)), ["notebooks/a"])), "it is published"


def test_two_notebooks_have_no_check_of_one_id_and_one_may_have_two_branches() -> None:
    code = 'if True:\n    check("i001-a", "x")\nelse:\n    check("i001-a", "y")'
    assert not list(claims.wrong(book(notebook(code)), ()))
    found = list(claims.wrong(book(notebook(code), notebook('check("i001-a", "x")', "b")), ()))
    assert said(found) == [
        "notebooks/b.md:16 check 'i001-a': notebooks/a.md has a check of this id"
    ]


def of_works(**entries: dict[str, str]) -> Book:
    places = {key: ("r.bib", Place(line, 1)) for line, key in enumerate(entries, 1)}
    return replace(book(), bibliography=dict(entries), entries=places)


@pytest.mark.parametrize(
    ("entries", "what", "right"),
    [
        ({"a": {"doi": "10.1000/Ab"}, "b": {"doi": "10.1000/aB"}}, "DOI of 'a', line 1", "Keep"),
        ({"a": {"eprint": "2001.1"}, "b": {"eprint": "2001.1v2"}}, "eprint of 'a'", "Keep"),
        ({"a": {"doi": "https://doi.org/10.1000/a"}}, "is no DOI", "Write doi = {10.1000/a}"),
        ({"a": {"doi": "none"}}, "is no DOI", "looks like"),
        ({"a": {"doi": "10.1000/a"}, "b": {"doi": "10.1000/b"}, "c": {}, "d": {}}, "", ""),
    ],
)
def test_works_that_are_one(entries: dict[str, dict[str, str]], what: str, right: str) -> None:
    found = list(works.wrong(of_works(**entries)))
    assert len(found) == bool(what)
    assert all(what in p.what and right in p.right and p.column == 1 for p in found)


def test_a_translation_is_of_an_issue_of_the_book() -> None:
    page = issue(1, translates="issues/02", lang="fr")
    other = issue(2)
    found = [p for p in check(book(page, other)) if "translates" in p.what]
    assert said(found) == ["issues/001.md:3 translates: 'issues/02' is no issue of the book"]
    assert found[0].right == "Did you mean 'issues/002'?"
