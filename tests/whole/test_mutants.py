"""Planted bugs: that their files are in order, how they are judged, and that all are noticed."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, TINY, make_tiny
from mutants import Result, chosen, counted, tried, try_all
from planted import Planted, planted, read_planted

from scripts.book.kept.bugs import PLANTED, planted_file, planted_files, write_tried
from scripts.book.model import Book
from scripts.book.read import read
from scripts.core.problems import BookError

BOOK = read(ROOT)[0]
NAMES = [Path(path).stem for path in planted_files(ROOT)]
FEWEST = 10  # bugs of a notebook


@pytest.mark.parametrize("name", NAMES)
def test_the_bugs_of_a_notebook_can_be_planted(name: str) -> None:
    (one,) = planted(BOOK, [name])  # or raises what is wrong
    assert len(one.mutants) >= FEWEST


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_every_bug_is_noticed(name: str) -> None:
    files = planted(BOOK, [name])
    results = try_all(BOOK, files)
    assert [f"{r.mutant.name}: {r.what}" for r in results if not r.right] == []
    kept, (found,) = BOOK.tried[name], counted(results).values()
    assert kept and (kept.caught, kept.survived, kept.harmless) == found, "make mutants WRITE=1"


def test_the_method_page_names_every_notebook(site: Path) -> None:
    page = BeautifulSoup((site / "method.html").read_text(), "html.parser")
    links = {link["href"] for link in page.select(".mutants-table tbody a")}
    assert links == {f"{notebook.docname}.html" for notebook in BOOK.notebooks}


# A tiny notebook --------------------------------------------------------------------------------

BUGS = """
[[mutant]]
name = "samples of five"
find = "standard_normal((repeats, 10))"
replace = "standard_normal((repeats, 5))"
red = ["averages-spread"]

[[mutant]]
name = "one sample too few"
find = "means.mean() * repeats"
replace = "means.mean() * (repeats - 1)"
red = ["averages-sum"]
profile = "smoke"

[[mutant]]
name = "a check is gone"
find = 'exact("averages-sum", '
replace = 'dict(id="averages-sum", claim='
red = ["averages-sum"]
profile = "smoke"

[[mutant]]
name = "no NumPy"
find = "import numpy as np"
replace = "import nompy as np"
crash = true
profile = "smoke"

[[mutant]]
name = "another title"
find = "Means of ten numbers, count"
replace = "Count"
harmless = "no check looks at figures"
"""
WRONG = """
[[mutant]]
name = "another seed"
find = "seed = 0"
replace = "seed = 1"
red = ["averages-spread", "averages-sum"]

[[mutant]]
name = "no matplotlib"
find = "import matplotlib"
replace = "import motplotlib"
red = ["averages-sum"]

[[mutant]]
name = "runs on"
find = "import style"
replace = "import style as style"
crash = true

[[mutant]]
name = "samples of two"
find = "(repeats, 10)"
replace = "(repeats, 2)"
harmless = "so they say"
"""


def a_book(folder: Path, text: str) -> Book:
    """The tiny newsletter with these bugs in its notebook."""
    root = make_tiny(folder / "tiny")
    (root / PLANTED).mkdir(parents=True)
    (root / planted_file("averages")).write_text(text)
    return read(root)[0]


def outcomes(results: list[Result]) -> dict[str, tuple[bool, str]]:
    return {result.mutant.name: (result.right, result.what) for result in results}


def test_bugs_are_judged(tmp_path: Path) -> None:
    book = a_book(tmp_path, BUGS)
    files, told = planted(book), list[str]()
    results = try_all(book, files, tell=told.append)
    found = outcomes(results)
    assert found["samples of five"] == (True, "red by averages-spread")
    assert found["one sample too few"] == (True, "red by averages-sum")
    assert found["a check is gone"] == (True, "red by averages-sum")
    assert found["no NumPy"][0] and "nompy" in found["no NumPy"][1]
    assert found["another title"] == (True, "harmless")
    assert len(told) == len(results) + 2, "a line each, and one for each profile without a bug"
    assert counted(results) == {"averages": (4, 0, 1)}

    write_tried(book.root, tried(files, results))
    kept = read(book.root)[0].tried["averages"]
    assert kept and (kept.caught, kept.survived, kept.harmless) == (4, 0, 1)

    with (book.root / planted_file("averages")).open("a") as file:
        file.write(WRONG)
    book, problems = read(book.root)
    assert problems == [] and book.tried == {"averages": None}, "they are others now"
    found = outcomes(try_all(book, [others(planted(book)[0])]))
    assert not any(right for right, _ in found.values())
    assert found["another seed"][1].startswith("SURVIVED: as committed is averages-spread")
    assert "motplotlib" in found["no matplotlib"][1], "a run that stops must be announced"
    assert found["runs on"][1] == "SURVIVED: the run went through"
    assert found["samples of two"][1] == "HARMFUL: red are averages-spread"


def others(one: Planted) -> Planted:
    """The bugs of `WRONG` alone."""
    return chosen([one], [m.name for m in one.mutants[5:]])[0]


def test_nothing_is_said_of_bugs_where_the_notebook_itself_is_red(tmp_path: Path) -> None:
    book = a_book(tmp_path, f"[parameters]\nrepeats = 1\n{BUGS}")
    with pytest.raises(BookError, match="profile 'book': 'averages-spread' is 'fails'"):
        try_all(book, planted(book), tell=lambda _: None)


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "right"),
    [
        ("find =", "finds =", 2, "'find' is missing", "exactly once"),
        ("find =", "finds =", 4, "unknown key 'finds'", "'find'"),
        ("crash = true", "crash = false", 26, "false is no answer", "crash = true"),
        ('red = ["averages-spread"]', "", 2, "exactly one of 'red'", "Name the checks"),
        ('red = ["averages-spread"]', "red = []", 6, "should be non-empty", ""),
        ("averages-spread", "averages-spred", 6, "no check 'averages-spred'", "averages-spread"),
        ("standard_normal((repeats, 10))", "repeats, 11", 4, "doesn't stand", "Copy text"),
        ("standard_normal((repeats, 10))", "repeats", 4, "stands 3 times", "Copy text"),
        ("samples of five", "another title", 30, "a second mutant", "of its own"),
        ("(repeats, 5)", "(repeats, 10)", 5, "changes nothing", "Write what"),
        ('profile = "smoke"', 'profile = "full"', 13, "'full' is not one of smoke", ""),
        ("\n[[mutant", "[parameters]\nrepeat = 3\n[[mutant", 2, "no parameter 'repeat'", "repeats"),
        ("[[mutant]]", "[parameters\n[[mutant]]", 2, "no TOML", ""),
        ("[[mutant]]", "[[mutants]]", 2, "unknown key 'mutants'", "'mutant'"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said(
    old: str, new: str, line: int, what: str, right: str
) -> None:
    tiny = read(TINY)[0]
    text = BUGS.replace(old, new, 1)
    _, problems = read_planted(tiny, "averages", text)
    found = [p for p in problems if what in p.what]
    assert found, problems
    assert found[0].path == "tests/mutants/averages.toml"
    assert found[0].line == line and right in found[0].right, found
