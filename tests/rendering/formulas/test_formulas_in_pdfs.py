"""Formulas as Typst: what the tree becomes, and the guard that proves it."""

from __future__ import annotations

import re

import pytest

from scripts.rendering.formulas import typst
from scripts.rendering.formulas.macros import Macros
from scripts.rendering.formulas.mathml_to_typst import to_typst
from scripts.rendering.formulas.tex import prepare
from scripts.rendering.formulas.tree import tree


def written(tex: str) -> str:
    return to_typst(tree(prepare(tex), block=True))


@pytest.mark.parametrize(("broken", "named"), [("a + b", "lost"), (r"\(a + b b\]", "added")])
def test_a_sign_too_few_or_too_many_is_found(
    monkeypatch: pytest.MonkeyPatch, broken: str, named: str
) -> None:
    monkeypatch.setattr(typst, "to_typst", lambda _: broken)
    assert named in typst.convert(["(a + b]"])["(a + b]"].problem


def test_a_lost_fraction_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typst, "to_typst", lambda _: "frac(a, b) + c")
    assert "fractions" in typst.convert(["a b + c"])["a b + c"].problem


@pytest.mark.parametrize(
    ("tex", "broken", "named"),
    [
        (r"a_i^2 b", "attach(a, b: 2, t: i) b", "scripts"),
        (r"a_i b", "a i b", "scripts"),
        (r"\frac{a}{b} + \frac{c}{d}", "frac(a, c) + frac(b, d)", "fractions"),
        (r"\sqrt{a} b", "sqrt(b) a", "fractions"),
        (r"{\Large a}", "a", "sizes"),
    ],
)
def test_what_stands_elsewhere_is_found(
    monkeypatch: pytest.MonkeyPatch, tex: str, broken: str, named: str
) -> None:
    monkeypatch.setattr(typst, "to_typst", lambda _: broken)
    assert named in typst.convert([tex])[tex].problem


def test_macros_of_the_book_are_expanded() -> None:
    macros: Macros = {"R": r"\mathbb{R}", "norm": [r"\lVert #1 \rVert", 1]}
    done = typst.convert([r"x \in \R", r"\norm{x}_2", r"\norm{\norm{x}}"], macros)
    assert not any(f.problem for f in done.values())
    assert done[r"\norm{\norm{x}}"].typst.count("‖") == 4


def test_macros_that_never_end_are_left() -> None:
    assert prepare(r"\a", {"a": r"\a x"}) == r"\a"


def test_no_tex_is_left() -> None:
    assert not re.search(r"\\[A-Za-z]{2}", written(r"\frac{a}{b} \text{if } \alpha \sum_i"))


def test_bars_in_pairs_are_fences_and_others_are_letters() -> None:
    assert written(r"-\|x\|^2").startswith(r'− class("opening", \‖) x attach(class("closing"')
    assert written("P(a|b) + P(c|d)").count('class("normal", \\|)') == 2
    assert written(r"|0\rangle + |1\rangle").count('class("normal", \\|)') == 2


def test_big_brackets_keep_their_sizes() -> None:
    assert written(r"\bigl( x \Bigr)") == r"lr(size: #1.2em, \() x lr(size: #1.623em, \))"


def test_fences_hold_their_matrix() -> None:
    assert 'mat(delim: #("{", none)' in written(r"f = \begin{cases} 1 & x \\ 0 & y \end{cases}")
    assert written(r"\begin{pmatrix} a \\ b \end{pmatrix}^\top").startswith("attach(mat(delim: #(")
    assert "attach(binom(n, k), t: 2)" in written(r"\binom{n}{k}^2")


def test_small_fractions_are_small() -> None:
    assert written(r"\tfrac12 + \dfrac12") == r"inline(frac(1, 2)) \+ display(frac(1, 2))"


def test_scripts_stand_below_where_there_is_room_or_always_or_never() -> None:
    assert written(r"\sum_i x") == "attach(∑, b: i) x"
    assert written(r"\sum\nolimits_i x") == "attach(scripts(∑), b: i) x"
    assert written(r"\underset{i}{x}") == "attach(limits(x), b: i)"
    assert written(r"\operatorname*{foo}_i x") == 'attach(op("foo", limits: #true), b: i) x'
    assert written(r"\mathop{\mathbb E}_i x") == 'attach(class("large", 𝔼), b: i) x'
