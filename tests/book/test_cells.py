"""The code of cells: what it imports, and the checks that it commits to, inside of magics too."""

from __future__ import annotations

import pytest

from scripts.book.cells import committed, imported, only_checks
from scripts.book.notebooks import cell_problems


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a.b, c\nfrom d import e", {"a", "c", "d"}),
        ("!ls -l\nimport a", {"a"}),
        ("x = !ls\nimport a", {"a"}),
        ("import a\nlen?", {"a"}),
        ("%time import a\n%matplotlib inline", {"a"}),
        ("%%capture out\nimport a", {"a"}),
        ("%%time\n%%capture\nimport a", {"a"}),
        ("%%bash\nimport a", set()),
        ("from . import a\nawait f()\nif True:\n    import b", {"b"}),
        ("import a\nthis is no Python", set()),
        ("\x00", set()),
    ],
)
def test_imports(source: str, names: set[str]) -> None:
    assert imported(source) == names


@pytest.mark.parametrize(
    ("source", "id", "fits", "misses"),
    [
        ("check('a-b', 'Claim.')", "a-b", ["a-b"], ["a-bc", "a.b"]),
        ("checks.exact(claim='Claim.', id='a')", "a", ["a"], ["b"]),
        ("%%capture\ncheck('a')", "a", ["a"], []),
        ("if False:\n    check(f'a-{name}-b')", "a-…-b", ["a-x-b", "a-x-y-b"], ["a--b", "a-x"]),
        ("from checks import exact as same\nsame('a')", "a", ["a"], []),
        ("def f(name):\n    check(name)", "…", ["any"], [""]),
    ],
)
def test_checks_that_a_cell_commits_to(
    source: str, id: str, fits: list[str], misses: list[str]
) -> None:
    (found,) = committed(["from checks import check", source])
    assert (found.id, found.cell) == (id, 2)
    assert all(found.pattern.fullmatch(text) for text in fits)
    assert not any(found.pattern.fullmatch(text) for text in misses)


def test_each_check_has_the_number_of_its_cell() -> None:
    found = committed(
        [
            "from checks import *\nfrom checks import check, exact",
            "check('a')\nexact('b')",
            "%%bash\ncheck('c')",
            "check('d')",
        ]
    )
    assert [(each.id, each.cell) for each in found] == [("a", 2), ("b", 2), ("d", 4)]


def test_other_functions_of_that_name_declare_nothing() -> None:
    assert list(committed(["from checks import exact", "check('a')\nmodel.check('b')"])) == []


FIGURE = "mystnb: {figure: {caption: c, name: fig-x}}"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([f"tags: [lead]\n{FIGURE}"], []),
        (["tags: [lead]"], [(1, "the cell tagged 'lead' has no figure")]),
        (
            ["tags: [lead]\nmystnb: {figure: {caption: c}}"],
            [(1, "the cell tagged 'lead' has no figure")],
        ),
        (
            [f"tags: [lead]\n{FIGURE}", f"tags: [x, lead]\n{FIGURE}"],
            [(9, "a second cell is tagged 'lead'")],
        ),
        (["tags: [x]"], []),
    ],
)
def test_the_lead_figure_is_one_and_has_a_name(
    options: list[str], expected: list[tuple[int, str]]
) -> None:
    text = "\n".join(f"```{{code-cell}}\n---\n{each}\n---\n1\n```\n" for each in options)
    found = [(p.line, p.what) for p in cell_problems(text, "p.md", ours=True)]
    assert found == expected


@pytest.mark.parametrize(
    ("source", "alone"),
    [
        ("check('a',\n  measured=1)", True),
        ("x = 1\nfor a in b:\n    check(a,\n      x)", True),
        ("glue('n', 1)\nexact('a')", True),
        ("x = f()\ny = g(x)\nz = h(y)\ncheck('a', z)", False),  # rather a computation
        ("class A: pass\ncheck('a',\n 1,\n 2)", False),
        ("plt.show()\ncheck('a',\n 1)", False),
        ("x = 1", False),
        ("%time check('a')", False),
    ],
)
def test_which_cells_are_there_for_their_checks(source: str, alone: bool) -> None:
    assert only_checks(source) is alone
