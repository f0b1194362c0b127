"""The rules of checks as trees: read in Python, evaluated in a browser as Python does."""

from __future__ import annotations

import itertools
import random
import re
from typing import Any

import checks
import pytest
from conftest import ROOT

from scripts.core import rules
from scripts.core.record import STATISTICS
from scripts.core.rules import rule_of

# Rules of the kinds that the book has and may have; where they stand alone, all values are theirs.
RULES = [
    "measured > 1",
    "measured <= -0.8 or not reported",
    "70 <= measured <= 85",
    "measured[0] < 1e-4 < measured[1]",
    "max(measured[:2]) < 1e-9 and measured[2] > 0.1",
    "measured[::-1] == sorted(measured) and measured[-1] != measured[0]",
    "all(a > b > c and c < 0.5 * a for a, b, c in measured)",
    "any(1 / a > 0 for a in measured)",  # true before it divides by nought
    "[a for a in measured if a > 1 if a < 3] == [2]",
    "sum(a * b for a, b in zip(measured, reported)) > 10",
    "[a + b for a in measured for b in reported] == [2, 3, 3, 4]",
    "all(a < b for a, b in zip(*[measured, reported]))",
    "measured == [100, 15, 15] or measured == (100, 15, 15)",
    "(measured, 1) == (1, measured) and [measured] != (measured,)",
    "measured == '(3, 10, 5)' or 'a' in measured",
    "measured[1] in reported and measured[0] not in [1, 2]",
    "round(measured, -1) == reported",
    "round(measured) == round(reported, 0)",
    "round(measured, 2) == round(reported, 2)",
    "abs(measured - reported) < 0.1 * max(spread)",
    "measured // 2 == reported % 3",
    "-measured // 0.1 >= measured % -0.3",
    "measured ** 2 + spread[0] / 2 > reported",
    "(measured if measured > reported else reported) >= 3",
    "len(measured) == 3 and min(measured) >= 0",
    "min(measured, reported, key) > 1",  # no such name
    "measured < reported",
    "measured + [1] == reported",
    "+measured > -reported and (measured != reported) is True",  # `is` isn't for pages
    "measured and reported",
    "sum(measured, 1) > 2",
    "measured * 2 == 2 * measured == measured + measured",
]
NUMBERS = (
    0,
    1,
    2,
    3,
    -1,
    2.5,
    0.5,
    3.5,
    1e-12,
    -0.0,
    25,
    15,
    2.675,
    1234567,
    28.6,
    30,
    True,
    1e300,
)


def values(draw: random.Random) -> Any:
    """A number, a text, None, or lists of them."""
    shape = draw.choice(("number", "number", "list", "list", "list of lists", "other"))
    if shape == "number":
        return draw.choice([*NUMBERS, draw.uniform(-100, 100), round(draw.uniform(0, 9), 3)])
    if shape == "list":
        return [draw.choice([*NUMBERS, draw.uniform(0, 9)]) for _ in range(draw.randint(0, 4))]
    if shape == "list of lists":
        return [[draw.uniform(0, 3) for _ in range(3)] for _ in range(draw.randint(1, 3))]
    return draw.choice((None, "", "a", "(3, 10, 5)", ["a", 1], [True, None], "é𝛼b", "é￿b"))


def in_python(rule: str, names: dict[str, Any]) -> bool | None:
    """What `checks` finds; None where it raises."""
    try:
        return None if rules.fault_of(rule) else checks._judge("x", rule, names)
    except ValueError:
        return None


def of_the_book() -> list[str]:
    """The rules that stand in the sources of the notebooks, and both branches of a choice."""
    found = set[str]()
    for path in sorted((ROOT / "notebooks").glob("*.md")) + sorted((ROOT / "issues").glob("*.md")):
        for text in re.findall(r"\brule=(.+?)(?:,\n|,? *\)\n|, [a-z]+=)", path.read_text("utf-8")):
            found |= {rule for rule in re.findall(r'"([^"]+)"', text) if "{" not in rule}
    return sorted(found)


def test_the_grammar_is_that_of_the_notebooks() -> None:
    assert set(rules.FUNCTIONS) == set(checks.FUNCTIONS)
    assert set(STATISTICS) == set(checks.STATISTICS)


def test_every_rule_of_the_book_can_be_judged_again() -> None:
    found = of_the_book()
    assert len(found) > 50
    assert [rule for rule in found if rule_of(rule) is None] == []


@pytest.mark.parametrize(
    ("rule", "thresholds"),
    [
        ("measured[0] < 1e-4 < measured[1]", [1e-4]),
        ("-0.5 <= measured <= 2", [-0.5, 2]),
        ("round(measured, -1) == reported", []),
        ("(3 if measured > 2 else 1) < 5", [3, 2, 1, 5]),
        ("all(a > 0.5 * b\n for a, b in measured[1:])", [0.5]),
        ("'é' in measured or measured > 7", [7]),
    ],
)
def test_thresholds_stand_in_the_text_where_they_were(rule: str, thresholds: list[float]) -> None:
    found = rule_of(rule)
    assert found is not None
    assert found.thresholds == thresholds
    shown = [str(value) for value in thresholds]
    pieces = itertools.zip_longest(found.text, shown, fillvalue="")
    text = "".join(itertools.chain.from_iterable(pieces))
    assert text == rule.replace("\n", " ").replace("1e-4", "0.0001")


@pytest.mark.parametrize(
    "rule",
    ["", "measured >", "measured is True", "max(measured, key=len) > 1", "measured > 1e999",
     f"measured < {2**60}", "{1: 2}", "measured.real > 1", "f'{measured}' == '1'",
     "measured > 1j", "(lambda: measured)()", "open('x')", "any(all for all in measured)"],
)  # fmt: skip
def test_what_a_page_cannot_judge_is_left_alone(rule: str) -> None:
    assert rule_of(rule) is None


@pytest.mark.browser
def test_a_browser_judges_as_python_does(browser: Any) -> None:
    """All rules of the book and more, with thousands of values, those that raise included."""
    draw = random.Random(2020)
    cases, expected = [], []
    for rule in [*RULES, *of_the_book()]:
        found = rule_of(rule)
        for _ in range(60 if found else 0):
            names = {name: values(draw) for name in rules.NAMES}
            cases.append([found.tree, names, found.thresholds])
            expected.append(in_python(rule, names))
    assert min(map(expected.count, (True, False, None))) > 200
    page = browser.new_page()
    page.add_script_tag(path=ROOT / "_static" / "rules.js")
    got = page.evaluate("(all) => all.map((one) => Rules.holds(...one))", cases)
    page.close()
    differ = [
        (case, python, browsers)
        for case, python, browsers in zip(cases, expected, got, strict=True)
        if python is not browsers
    ]
    assert not differ, (len(differ), differ[:3])


@pytest.mark.browser
def test_a_browser_calculates_as_python_does(browser: Any) -> None:
    draw = random.Random(7)
    numbers = [0.5, 1.5, 2.5, -0.5, 2.675, 0.125, -0.375, 15, 25, 1e22, 5e-324, 1234.5678]
    numbers += [draw.uniform(-1, 1) * 10 ** draw.randint(-9, 9) for _ in range(300)]
    given = [[value, digits] for value in numbers for digits in (None, -2, -1, 0, 1, 3, 12)]
    several = [[draw.gauss(0, 10) for _ in range(n)] for n in (1, 2, 3, 4, 5, 10)]
    page = browser.new_page()
    page.add_script_tag(path=ROOT / "_static" / "rules.js")
    call = '(all) => all.map(([x, n]) => Rules.evaluate(["call", "round", x, n], {}, []))'
    assert page.evaluate(call, given) == [round(*pair) for pair in given]
    pairs = [[a, b] for a in (7, -7, 7.5, -0.3, 1e9, 0) for b in (2, -2, 0.1, -0.1, 3)]
    for sign in ("+", "-", "*", "/", "//", "%"):
        call = f'(all) => all.map(([a, b]) => Rules.evaluate(["{sign}", a, b], {{}}, []))'
        assert page.evaluate(call, pairs) == [eval(f"a {sign} b") for a, b in pairs], sign
    for name, statistic in checks.STATISTICS.items():
        got = page.evaluate(f"(all) => all.map(Rules.statistics.{name})", several)
        assert got == pytest.approx([statistic(one) for one in several], rel=1e-15)
    page.close()
