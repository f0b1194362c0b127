"""BibTeX files: a date has a precision, and what is wrong has its line."""

from __future__ import annotations

import pytest

from scripts.book.bibliography import date_of, parsed

DATES = {
    "year = {2020}": "2020-01-01",
    "year = {2019--2020}": "2019-01-01",
    "year = {2020-05}": "2020-05-01",
    "year = 2020, month = may, day = {3rd}": "2020-05-03",
    "year = 2020, month = {July/August}": "2020-07-01",
    "year = 2020, month = feb, day = {1--3}": "2020-02-01",
    "date = {2020}": "2020-01-01",
    "date = {2020-02-29}": "2020-02-29",
    "date = {2019-12/2020-01}": "2019-12-01",
    "title = {No date}": "",
}
NO_DATES = {
    "year = {in press}": "",
    "year = {99}": "",
    "year = {20201}": "",
    "year = 2020, month = {13}": "2020-01-01",
    "year = 2020, month = {Spring}": "2020-01-01",
    "year = 2020, month = feb, day = {30}": "2020-02-01",
    "date = {2020-02-31}": "2020-02-01",
    "date = {tomorrow}": "",
}


@pytest.mark.parametrize("fields", [*DATES, *NO_DATES])
def test_a_date_has_a_precision(fields: str) -> None:
    works, _, problems, doubts = parsed("r.bib", f"\n@misc{{a, {fields}}}")
    assert works["a"].get("date", "") == {**DATES, **NO_DATES}[fields]
    assert problems == []
    assert [(each.line, "no such date" in each.what) for each in doubts] == [
        (2, True) for _ in NO_DATES.keys() & {fields}
    ]


# The text of a file, the line and the message; what only a newsletter is refused for is marked.
WRONG = {
    "an end that is missing": ("\n@misc{a,\n title={x}", 2, "not valid BibTeX: premature end"),
    "braces": ('@misc{a,\n title="a } b"}', 2, "not valid BibTeX: unbalanced braces"),
    "depth": ("@misc{a, title=" + "{" * 10_000, 1, "too many nested braces"),
    "an abbreviation": ("@misc{a,\n month=sept}", 2, "undefined string: sept"),
    "a work twice": ("@misc{a,}\n@misc{A,}", 2, "'A' stands already in line 1"),
    "a field twice": ("\n@misc{a, year=2020, year=2021}", 2, "'a' has two fields 'year'"),
    "a circle": ("@misc{a, crossref={b}}\n@book{b, crossref={a}}", 1, "by 'crossref' to itself"),
    "a name": ("@misc{a, author={a, b, c, d, e}}", 1, "'a' can't be read: Too many commas"),
    "a backslash": ("@misc{a, title={\\}}", 1, "'a' can't be read: "),
    "a character": ("\n\0", 2, "the character U+0000 cannot stand in BibTeX"),
    "size": ("x" * 5_000_001, 0, "5,000,001 characters of BibTeX"),
    "another backslash (ours)": ("@misc{a, note={\\}}", 1, "note cannot be printed"),
    "a kind (ours)": ("@foo{a, title={x}}", 1, "works of the kind @foo cannot be printed"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_what_is_wrong_has_its_line(fault: str) -> None:
    text, line, message = WRONG[fault]
    _, _, problems, doubts = parsed("r.bib", text)
    first = (doubts if fault.endswith("(ours)") else problems)[0]
    assert (first.path, first.line) == ("r.bib", line)
    assert message in first.what


def test_all_that_is_wrong_is_said_at_once() -> None:
    _, _, problems, _ = parsed("r.bib", "@misc{a b, title={x}}\n@misc{c,\n year=x}\n@misc{c,}")
    assert [each.line for each in problems] == [1, 3, 4]


def test_a_deadline_ends_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.book.bibliography.SECONDS", 0.1)
    _, _, problems, _ = parsed("r.bib", "@misc{a, title=" + '"x"#' * 50_000 + '"x"}')
    assert "takes more than" in problems[0].what


def test_a_year_is_no_part_of_a_longer_number() -> None:
    assert date_of({"date": "120201"}) == ("", "no such date: date = {120201}")
