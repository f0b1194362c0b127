"""Hundreds of formulas as papers write them, each on a page and in a PDF."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.rendering.formulas.mathml import mathml
from scripts.rendering.formulas.typst import convert
from scripts.rendering.formulas.unconvertible import Unconvertible

HERE = Path(__file__).parent


def lines(name: str) -> list[str]:
    every = (HERE / name).read_text("utf-8").splitlines()
    return [line for line in every if line and not line.startswith("# ")]


SHOWN = lines("formulas.txt")
# What neither a page nor a PDF can show, with the reason.
NEITHER = {tex: why for why, _, tex in (line.partition("\t") for line in lines("named.txt"))}
WRONG = [r"\ce{H2O}", r"\nosuchcommand{x}", r"\left( x", r"\left( x + 1 \right", r"x^", r"\frac{a}"]
# What pages can show and Typst can't.
PAGES_ONLY = [r"\colorbox{yellow}{x}", r"\rule{1cm}{2pt} x", r"\href{https://example.org}{x}"]


def test_the_suite_is_one_of_hundreds() -> None:
    assert len({*SHOWN, *NEITHER}) == len(SHOWN) + len(NEITHER) >= 640


def test_every_formula_passes_the_guard() -> None:
    assert {tex: f.problem for tex, f in convert(SHOWN).items() if f.problem} == {}


@pytest.mark.parametrize("block", [False, True])
def test_every_formula_becomes_mathml(block: bool) -> None:
    failed = {}
    for tex in SHOWN:
        try:
            mathml(tex, block)
        except Unconvertible as error:
            failed[tex] = str(error)
    assert failed == {}


@pytest.mark.parametrize("tex", NEITHER)
def test_what_neither_can_show_says_why(tex: str) -> None:
    assert convert([tex])[tex].problem == NEITHER[tex]
    with pytest.raises(Unconvertible) as caught:
        mathml(tex)
    assert str(caught.value) == NEITHER[tex]


@pytest.mark.parametrize("tex", WRONG)
def test_what_cannot_be_right_is_named_as_a_problem(tex: str) -> None:
    assert convert([tex])[tex].problem
    with pytest.raises(Unconvertible):
        mathml(tex)


def test_one_bad_formula_spares_the_others() -> None:
    done = convert([*SHOWN[:40], *WRONG])
    assert [tex for tex, f in done.items() if f.problem] == WRONG


@pytest.mark.parametrize("tex", PAGES_ONLY)
def test_what_only_pages_can_show_is_a_problem_of_the_pdf(tex: str) -> None:
    assert mathml(tex)
    assert "no counterpart in Typst" in convert([tex])[tex].problem
