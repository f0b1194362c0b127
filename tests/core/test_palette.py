"""What must hold a copy of the palette and of the marks holds the same."""

from __future__ import annotations

import re
import sys
from importlib import import_module

import pytest
from conftest import ROOT

from scripts.core.palette import DATA, PAPER, VERDICT_COLOURS
from scripts.core.verdicts import SHAPES, VERDICTS

COLOURS = {colour.name: colour for colour in DATA}


def test_notebooks_draw_in_these_colours() -> None:
    style = import_module("style")
    drawn = {name: getattr(style, name.upper()).lower() for name in COLOURS}
    assert drawn == {name: colour.drawn for name, colour in COLOURS.items()}


def tokens(theme: str) -> dict[str, str]:
    """The colours of the style sheet's variables, in daylight or in the dark."""
    css = (ROOT / "_static" / "tokens.css").read_text(encoding="utf-8")
    blocks = re.findall(r"\{([^{}]*--paper:[^{}]*)\}", css)
    chosen = blocks[:1] if theme == "light" else blocks[1:]
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in chosen]
    assert all(block == found[0] for block in found), "the two dark themes differ"
    return found[0]


@pytest.mark.parametrize(("theme", "side"), [("light", 0), ("dark", 1)])
def test_the_style_sheet_has_these_colours(theme: str, side: int) -> None:
    sheet = tokens(theme)
    assert sheet["paper"] == PAPER[side]
    for name, token in (("ink", "ink"), ("soft", "ink-2"), ("rule", "rule")):
        assert sheet[token] == COLOURS[name][2 + side], token
    for verdict, token in (
        ("holds", "holds"), ("fails", "fails"), ("not testable here", "not-testable"),
    ):  # fmt: skip
        assert sheet[token] == VERDICT_COLOURS[verdict][side], token


def test_the_pdf_has_these_colours() -> None:
    text = (ROOT / "scripts/pdf/typst/base.typ").read_text(encoding="utf-8")
    found = dict(re.findall(r'#let ([\w-]+) = rgb\("(#\w{6})"\)', text))
    for name, variable in (("ink", "ink"), ("soft", "ink-2"), ("rule", "rule")):
        assert found[variable].lower() == COLOURS[name].light, variable


def test_every_colour_has_a_twin_in_the_dark_that_is_seen() -> None:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    assert len({colour.light for colour in DATA}) == len(DATA), "two colours would have one twin"
    for colour in DATA:
        if colour.name in ("gap", "rule"):  # the ground itself, and hairlines
            continue
        for side, paper in zip((colour.light, colour.dark), PAPER, strict=True):
            bright, dim = sorted((light(side), light(paper)), reverse=True)
            assert (bright + 0.05) / (dim + 0.05) >= 3, colour.name  # WCAG 2.2, 1.4.11


def test_each_verdict_has_its_marks() -> None:
    sys.modules.pop("checks", None)
    checks = import_module("checks")
    assert set(VERDICTS) == set(SHAPES) == set(VERDICT_COLOURS) == set(checks.MARKS)
