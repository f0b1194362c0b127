"""The head of a page: its lines, and what its schema forbids."""

from __future__ import annotations

import pytest

from scripts.book import front_matter
from scripts.book.read import parsed

HEAD = """\
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
title: T
description: D
issue: 1
date: "2020-01-05"
authors: [{name: N}]
tags: [x]
original: {title: O, author: A, url: https://example.org, date: "2020-01-01"}
"""

# a line of the head, or "" for a line more; what stands in its place; a part of the one problem
WRONG = {
    "date in other digits": ('date: "2020-01-05"', "date: '２０２０-０１-０５'", "is no date"),
    "date with a line break": ('date: "2020-01-05"', 'date: "2020-01-05\\n"', "is no date"),
    "no day": ('date: "2020-01-05"', 'date: "2020-02-31"', "'2020-02-31' is no date"),
    "no day, bare": ('date: "2020-01-05"', "date: 2020-02-31", "'2020-02-31' is no date"),
    "bare date": ('date: "2020-01-05"', "date: 2020-01-05", "'date': a date without quotes"),
    "date as a number": ('date: "2020-01-05"', "date: 20200105", "20200105 is not text"),
    "bare date inside": (
        'original: {title: O, author: A, url: https://example.org, date: "2020-01-01"}',
        "original: {title: O, author: A, url: https://example.org, date: 2020-01-01}",
        "'original.date': a date without quotes",
    ),
    "title as a number": ("title: T", "title: 3", "'title': 3 is not text"),
    "title of two lines": ("title: T", 'title: "a\\nb"', "is no text of one line"),
    "title of two lines, oddly": ("title: T", 'title: "a\\Lb"', "is no text of one line"),
    "title of blanks": ("title: T", "title: ' '", "is no text of one line"),
    "long title": ("title: T", f"title: {'x' * 100_000}", "100,000 characters"),
    "issue as a fraction": ("issue: 1", "issue: 1.0", "1.0 is not a whole number"),
    "issue as a truth": ("issue: 1", "issue: true", "true is not a whole number"),
    "issue of nothing": ("issue: 1", "issue:", "nothing is not a whole number"),
    "large issue": ("issue: 1", "issue: 9999999", "greater than the maximum"),
    "deadline that is no number": ("", "deadline: .nan", "'.nan' is no number"),
    "deadline as a truth": ("", "deadline: true", "true is not a number"),
    "deadline for ever": ("", "deadline: 1.0e+300", "greater than the maximum"),
    "memory in fractions": ("", "memory: 1.5", "1.5 is not a whole number"),
    "memory without end": ("", "memory: .inf", "'.inf' is no number"),
    "gpu as a number": ("", "gpu: 1", "1 is not true or false"),
    "language with a line break": ("", 'lang: "en\\n"', "is no language"),
    "tags as text": ("tags: [x]", "tags: x", "'x' is not a list"),
    "tag as a number": ("tags: [x]", "tags: [3]", "'tags.0': 3 is not text"),
    "author as text": ("authors: [{name: N}]", "authors: [N]", "'N' is not a mapping"),
    "no author": ("authors: [{name: N}]", "authors: []", "[] should be non-empty"),
    "kernel as text": (
        "kernelspec: {display_name: Python 3, language: python, name: python3}",
        "kernelspec: python3", "'kernelspec': 'python3' is not a mapping",
    ),
    "parameters as a list": ("", "profiles: {smoke: {parameters: [a]}}", "is not a mapping"),
    "unknown key": ("", "nonsense: x", "unknown key 'nonsense'"),
    "broken": ("", "x: a: b", "not valid YAML"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_once_with_its_line(name: str) -> None:
    old, new, what = WRONG[name]
    head = HEAD.replace(old, new) if old else f"{HEAD}{new}\n"
    line = HEAD.split(old)[0].count("\n") + 2 if old else 11
    page, problems = parsed(("issues/001.md", f"---\n{head}---\n# T\n"))
    assert [problem.line for problem in problems] == [line]
    assert what in problems[0].what and page is not None


def test_a_head_without_faults() -> None:
    page, problems = parsed(("issues/001.md", f"---\n{HEAD}---\n# T\n"))
    assert page is not None and page.kind == "issue" and not problems


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("kernelspec: python3", 2), ("title: T\nmystnb: hello", 3), ("kernelspec: {name: [a]}", 2),
        ("- a", 1), ("text", 1), ("title: T\na: .nan", 3), ("a: &a [*a]", 2),
    ],
)  # fmt: skip
def test_heads_of_other_pages(head: str, line: int) -> None:
    _, problems = parsed(("page.md", f"---\n{head}\n---\n# T\n"))
    assert [problem.line for problem in problems] == [line]


def test_front_matter_lines() -> None:
    text = "---\ntitle: T\nprofiles:\n  smoke:\n    parameters: {a: 1}\ndate: 2020-01-19\n---\nbody"
    front, problems = front_matter.front_matter(text, "x.md")
    assert not problems
    assert front.data["date"] == "2020-01-19"
    assert front.yaml.places["profiles.smoke.parameters.a"] == (5, 18)
    assert front.end == 7


def test_front_matter_key_twice() -> None:
    _, problems = front_matter.front_matter("---\na: 1\nb: 2\na: 3\n---\n", "x.md")
    assert [(p.line, p.what) for p in problems] == [
        (4, "front matter: 'a' stands twice, in line 2 and here")
    ]
