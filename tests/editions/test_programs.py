"""Programs: what only a notebook can do, and what it shows by itself."""

from __future__ import annotations

import pytest

from scripts.editions.lessons.programs import as_comment, printing, program_cell


@pytest.mark.parametrize(
    ("source", "shown", "expected"),
    [
        ("x = 1\nx", False, "x = 1\nprint(x)"),
        ("x;", False, "x;"),
        ("f(1)", False, "f(1)"),
        ("f(\n    1,\n)  # why", True, "print(f(\n    1,\n))  # why"),
        ("'text'", False, "'text'"),
        ('"é"; x["é"] ', False, '"é"; print(x["é"]) '),
        ("x = 1", True, "x = 1"),
        ("for", True, "for"),
        ("", True, ""),
    ],
)
def test_last_expressions_are_printed(source: str, shown: bool, expected: str) -> None:
    assert printing(source, shown) == expected


def test_what_only_a_notebook_can_do_becomes_a_comment() -> None:
    source = "%matplotlib inline\nx = !ls\ny = 5 % 3"
    lines = program_cell(source, set(), False).split("\n")
    assert [line.startswith("pass  # only in a notebook") for line in lines] == [True, True, False]
    assert program_cell("1/0", {"raises-exception"}, False).startswith("# This cell raises")
    assert as_comment("a\n\nb") == "# a\n#\n# b"
