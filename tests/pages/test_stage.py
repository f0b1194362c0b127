"""Data as directives, outputs in their colours, checks as lines."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from samples import page

from scripts.core.languages.speech import speech
from scripts.core.page_data.headers import File, MarkdownEdition
from scripts.core.page_data.lists import Related
from scripts.core.record import CHECKS_MIME
from scripts.core.untrusted.sanitize import NO_CHECK
from scripts.pages.directives import with_directives
from scripts.pages.outputs import SHOWN_LEAD, check_line, recolour, with_outputs


def test_facts_stand_before_their_line_and_fill_empty_directives() -> None:
    text = "# T\n\n```{home}\n```\n\n## S\n"
    blocks = {0: [MarkdownEdition(File("`", "b"))], 6: [Related([])]}
    text = text.replace("home", "markdown-edition")
    filled = '```{markdown-edition}\n{"edition": {"file": "`", "label": "b", "group": ""}}\n```'
    added = '````{related}\n{"pages": []}\n````'
    staged, origin = with_directives(page(text), blocks)
    assert staged == f"# T\n\n{filled}\n\n\n{added}\n\n## S\n"
    assert origin[:13] == [1, 2, 3, 3, 4, 5, *[6] * 6, 7]


def test_recolour_any_case_and_nothing_else() -> None:
    svg = '<path fill="#3D57D6" stroke="#3d57d6"/><text>#3d57d7</text>'
    assert recolour(svg, {"#3d57d6": "#2440c0"}) == (
        '<path fill="#2440c0" stroke="#2440c0"/><text>#3d57d7</text>'
    )


CHECK = {"checks": [{"verdict": "fails", "claim": "c", "expected": ""}]}
LINE = '<div class="nl-check" data-verdict="{0}"><strong style="x">{0}</strong> c</div>'


def staged(
    *cells: tuple[str, dict[str, Any], list[dict[str, Any]]], lang: str = "en"
) -> list[dict[str, Any]]:
    """Cells (source, metadata, data of their outputs) of a companion notebook, staged."""
    plain = [{"cell_type": "code", "source": s, "metadata": meta} for s, meta, _ in cells]
    done = [
        {**cell, "execution_count": 1,
         "outputs": [{"output_type": "display_data", "data": data} for data in found]}
        for cell, (_, meta, found) in zip(plain, cells, strict=True)
        if SHOWN_LEAD not in meta.get("tags", [])
    ]  # fmt: skip
    run: Any = SimpleNamespace(notebook={"cells": done, "metadata": {}})
    source = nbformat.from_dict({"cells": plain})
    shown = with_outputs(source, run, speech(lang), ours=True, tabled=True)
    found: list[dict[str, Any]] = shown["cells"]
    return found


@pytest.mark.parametrize(
    ("lang", "name"), [("en", "Code, 2 lines"), ("de", "Code, 2 Zeilen"), ("zh", "代码，2 行")]
)
def test_folded_code_says_in_the_language_of_its_page_how_long_it_is(lang: str, name: str) -> None:
    (cell,) = staged(("x\ny", {"tags": ["hide-input"]}, []), lang=lang)
    assert cell["metadata"]["mystnb"]["code_prompt_show"] == name


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ({CHECKS_MIME: CHECK, "text/html": LINE.format("fails")}, "fails"),
        ({CHECKS_MIME: CHECK, "text/html": LINE.format("holds")}, "fails"),
        ({CHECKS_MIME: CHECK, "text/html": LINE.format("fails") + LINE.format("holds")}, "fails"),
        ({CHECKS_MIME: {"checks": []}, "text/html": LINE.format("holds")}, ""),
        ({"text/html": ["<div class=", "'nl-check'>"]}, ""),
        ({"text/html": NO_CHECK + LINE.format("holds")}, ""),
    ],
)
def test_only_a_check_looks_like_one(data: dict[str, Any], shown: str) -> None:
    """What a cell wrote of its check is drawn anew from its data; all else is marked."""
    (cell,) = staged(("x", {}, [data]))
    html = cell["outputs"][0]["data"]["text/html"]
    assert html.startswith(NO_CHECK) is not bool(shown)
    if shown:
        assert re.findall(r'nl-check" data-verdict="(\w+)"', html) == [shown]


def test_the_lead_figure_stands_at_the_top_and_nowhere_else() -> None:
    figure = {"figure": {"name": "fig-x", "caption": "c"}}
    top, plain, lead = staged(
        ("# the lead", {"tags": ["remove-input", SHOWN_LEAD], "mystnb": figure}, []),
        ("y", {}, [{"text/plain": "1"}]),
        ("draw()", {"tags": ["hide-input", "lead"], "mystnb": figure}, [{"text/plain": "2"}]),
    )
    shown = [[output["data"] for output in cell["outputs"]] for cell in (top, plain, lead)]
    assert shown == [[{"text/plain": "2"}], [{"text/plain": "1"}], []]
    assert "figure" in top["metadata"]["mystnb"] and "figure" not in lead["metadata"]["mystnb"]
    assert lead["metadata"]["mystnb"]["code_prompt_show"] == "Code, 1 line"


def test_cells_for_checks_are_folded_and_untestable_claims_stand_in_the_table_only() -> None:
    untested = {"checks": [{"verdict": "not testable here", "claim": "c"}]}
    call = "check(\n    'a',\n)"
    checks, mixed = staged(
        (call, {}, [{CHECKS_MIME: CHECK}, {CHECKS_MIME: untested}]),
        (
            f"x = 1\ny = 2\nz = 3\nw = 4\n{call}",
            {},
            [{CHECKS_MIME: CHECK}, {CHECKS_MIME: untested}],
        ),
    )
    assert checks["outputs"] == [] and checks["metadata"]["tags"] == ["hide-input"]
    assert checks["metadata"]["mystnb"]["code_prompt_show"] == "Code of 2 checks, 3 lines"
    (line,) = mixed["outputs"]
    assert "fails" in line["data"]["text/html"] and mixed["metadata"]["tags"] == []


def test_check_line_escapes_markdown() -> None:
    line = check_line({
        "verdict": "fails", "claim": "a*b $c$ [d](e)", "measured": 0.123456, "reported": None,
        "unit": "s", "expected": "measured < 0.1", "reason": "too_slow",
    })  # fmt: skip
    assert line == (
        r"**fails**: a\*b \$c\$ \[d\](e) (measured 0.1235 s) Rule: less than 0.1 s. too\_slow"
    )
