"""Formulas as MathML of pages."""

from __future__ import annotations

import html
import re
import time
from xml.etree import ElementTree

import pytest

from scripts.rendering.formulas import tree
from scripts.rendering.formulas.mathml import mathml
from scripts.rendering.formulas.typst import convert
from scripts.rendering.formulas.unconvertible import Unconvertible


def shape(tex: str, block: bool = False) -> str:
    """The MathML of a formula without its annotation."""
    return re.sub(r"<annotation.*</annotation>", "", mathml(tex, block))


@pytest.mark.parametrize(
    "tex",
    [
        r"h(x) = \arg\max\,[xR; -xR]",
        r"\mathcal{L}(\theta) = -\frac{1}{N}\sum_{i=1}^N \log p_\theta(y_i \mid x_i)",
        r"\operatorname{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V",
        r"\begin{align} a &= b \\ c &= d \end{align}",
        r"f = \begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}",
        r"\lVert x \rVert_2 \le \varepsilon",
        r"a < b \text{ where } a<b",
    ],
)
def test_formulas_are_well_formed_and_keep_their_tex(tex: str) -> None:
    root = ElementTree.fromstring(mathml(tex, True))
    note = root.find(".//annotation")
    assert note is not None
    assert note.text == tex
    assert note.get("encoding") == "application/x-tex"
    rest = "".join(t for n in root.iter() if n.tag != "annotation" for t in [n.text or ""])
    assert "\\" not in rest


@pytest.mark.parametrize("tex", [r"\nosuchcommand x", r"x^", r"\frac{a}"])
def test_what_cannot_be_converted_says_so(tex: str) -> None:
    with pytest.raises(Unconvertible):
        mathml(tex)


def test_names_of_functions_are_one_word_with_space() -> None:
    assert "<mi>log</mi><mspace" in shape(r"\log n")
    assert "<mi>softmax</mi>" in shape(r"\mathrm{softmax}(x)")
    assert "<munder><mi>max</mi>" in shape(r"\max_\pi x", True)
    assert "<msub><mi>max</mi>" in shape(r"\max_\pi x")


def test_letters_and_signs_fit_mathml_core() -> None:
    assert "𝔼" in shape(r"\mathbb{E}")
    assert "ℝ" in shape(r"\mathbb{R}")
    assert "𝐖" in shape(r"\mathbf{W}")
    assert "<mo>∼</mo>" in shape(r"x \sim p")
    assert '<mo form="prefix">−</mo>' in shape("a, -b")
    assert "<mo>−</mo>" in shape("a - b")


def test_an_operator_holds_text_alone() -> None:
    made = shape(r"\mathop{\mathbb E}_x f(x)")
    assert "𝔼" in made and "<mo><" not in made


def test_a_displayed_operator_has_its_script_below() -> None:
    assert "<munder>" in shape(r"\mathop{\mathbb E}_x f(x)", True)
    assert "<msub>" in shape(r"\mathop{\mathbb E}_x f(x)")
    assert "<munder><mi>lim\u2006sup</mi>" in shape(r"\limsup_n a_n", True)
    assert "<msub><mrow><mo>∑</mo></mrow>" in shape(r"\sum\nolimits_i a_i", True)


def test_lines_are_rows_of_a_table() -> None:
    for tex in (r"\begin{gather} a \\ b \end{gather}", r"a &= 1 \\ b &= 2", "a = 1\n\nb = 2"):
        made = shape(tex, True)
        assert made.count("<mtr>") == 2
        assert "linebreak" not in made and "&amp;" not in made


def test_macros_of_the_book_are_expanded_and_the_note_keeps_the_source() -> None:
    made = mathml(r"x \in \R^d", macros={"R": r"\mathbb{R}"})
    assert "ℝ" in made
    assert r"x \in \R^d</annotation>" in made


def test_a_matrix_with_its_fences_is_one_base() -> None:
    made = shape(r"\begin{pmatrix} a \\ b \end{pmatrix}^\top")
    assert re.search(
        r"<msup><mrow><mo [^>]*>\(</mo><mtable>.*</mtable><mo [^>]*>\)</mo></mrow>", made
    )


def test_fences_of_a_size_are_signs() -> None:
    made = shape(r"\bigl\{ x \bigr\} \bigl\lVert y \bigr\rVert")
    assert re.findall(r">([{}‖])<", made) == ["{", "}", "‖", "‖"]


TOO_MUCH = {
    "terms": "x+" * 20_000 + "x",
    "braces": "{" * 5_000 + "x" + "}" * 5_000,
    "fractions": r"\frac{1}{" * 500 + "x" + "}" * 500,
    "fractions without braces": r"\frac" * 1_900 + " 1 2",
    "fences": r"\left(" * 300 + "x" + r"\right)" * 300,
    "environments": r"\begin{matrix}" * 200 + "x" + r"\end{matrix}" * 200,
    "macros of macros": "".join(
        rf"\newcommand{{\{name}}}{{" + f"\\{chr(ord(name) + 1)} " * 20 + "}" for name in "abcdefg"
    )
    + r"\a",
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_too_much_is_refused_at_once(name: str) -> None:
    tex, began = TOO_MUCH[name], time.monotonic()
    with pytest.raises(Unconvertible, match=r"more than|too many") as found:
        mathml(tex)
    assert convert([tex])[tex].problem == str(found.value)
    assert time.monotonic() - began < 2


def test_much_is_not_too_much() -> None:
    assert "</math>" in mathml("x_{1}+" * 1_500 + "1", block=True)
    assert "</math>" in mathml(r"1+\frac{1}{" * 35 + "x" + "}" * 35)


def test_every_row_of_a_matrix_is_shown() -> None:
    """The converter drops rows that end in an empty cell."""
    made = shape(r"\begin{bmatrix} & 1 \\ 2 & \end{bmatrix}")
    assert made.count("<mtr>") == 2 and made.count("<mtd") == 4
    assert made.count("<mtr>") == shape(r"\begin{array}{cc} 1 & \\ \end{array}").count("<mtr>") + 1


def test_columns_of_an_array_are_read_and_never_shown() -> None:
    for columns in ("@{}l@{\\quad}r@{}", "*{2}{c}", "p{2cm}|c", "c:c", "||c|c||", ">{x}cc", "Xc"):
        tex = rf"\begin{{array}}{{{columns}}} 1 & 2 \end{{array}}"
        try:
            assert re.sub("<[^>]*>", "", shape(tex)) == "12", tex
        except Unconvertible as error:
            assert columns in (">{x}cc", "Xc") and "column" in str(error)


def test_rules_of_an_array_are_classes_for_the_style_sheet() -> None:
    made = shape(r"\begin{array}{|c|c} \hline a & b \\ c & d \\ \hline \end{array}")
    assert made.count('"rule-top rule-left"') == 2 and made.count("rule-bottom") == 2
    assert "rule-right" not in made


def test_an_accent_is_one_and_a_script_is_none() -> None:
    assert 'accent="true"' in shape(r"\hat{x}")
    assert 'accent="true"' not in shape(r"\overset{a}{b} \stackrel{def}{=}")


def test_lines_over_and_under_are_drawn_by_the_style_sheet() -> None:
    made = shape(r"\overline{x + y} + \underline{z}")
    assert 'class="overline"' in made and 'class="underline"' in made and "―" not in made


def test_numbers_of_equations_are_shown() -> None:
    assert "(1)" in shape(r"E = mc^2 \tag{1}", True) and ">A<" in shape(r"E \tag*{A}", True)


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\text{if $x > 0$ and } y", "if\u00a0x>0\u00a0and\u00a0y"),
        (r"\text{50\% of \{x\}}", "50%\u00a0of\u00a0{x}"),
        (r"\newcommand{\f}[2][x]{f_{#2}(#1)} \f{1} + \f[y]{2}", "f1(x)+f2(y)"),
        (r"\DeclareMathOperator*{\argmax}{arg\,max} \argmax f", "arg\u2009maxf"),
        (r"\let\eps\varepsilon \providecommand{\X}{Y} \eps \X", "εY"),
        (r"\begin{bmatrix*}[r] 1 & 2 \end{bmatrix*}", "[12]"),
        (r"\begin{dcases} 1 & 2 \end{dcases} \begin{rcases} 3 \end{rcases}", "{123}"),
        (r"\textcolor[rgb]{1,0,0}{x}", "x"),
    ],
)
def test_what_the_converter_takes_for_letters_is_read(tex: str, shown: str) -> None:
    assert html.unescape(re.sub("<[^>]*>", "", shape(tex))) == shown


@pytest.mark.parametrize(
    ("tex", "why"),
    [
        (r"\begin{mystery} a \end{mystery}", "unknown environment mystery"),
        (r"\begin{pmatrix} a", "without its"),
        (r"a \end{pmatrix}", "without its"),
        (r"\text{a \foo b}", "within words"),
        (r"\rlap{x} y", "can't be shown"),
        (r"\textcolor{nocolour}{x}", "unknown colour"),
        ("a \ue100", "private use"),
    ],
)
def test_what_would_be_wrong_in_silence_is_named(tex: str, why: str) -> None:
    with pytest.raises(Unconvertible, match=why):
        mathml(tex)


@pytest.mark.parametrize(
    ("made", "why"), [("x + y + z", "'z' is taken for"), ("x + q", "'y' is lost"), ("x", "'y'")]
)
def test_letters_that_the_converter_loses_or_leaks_are_found(
    monkeypatch: pytest.MonkeyPatch, made: str, why: str
) -> None:
    converter = tree.latex2mathml.converter.Converter
    real = converter.convert_to_element
    monkeypatch.setattr(converter, "convert_to_element", lambda self, _: real(self, made))
    with pytest.raises(Unconvertible, match=why):
        tree.tree("x + y", block=False)
