"""Data as directives, outputs in their colours, checks as lines."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from samples import page

from scripts.core.page_data.headers import File, MarkdownEdition
from scripts.core.page_data.lists import Related
from scripts.core.record import CHECKS_MIME
from scripts.core.untrusted.sanitize import NO_CHECK
from scripts.pages.directives import with_directives
from scripts.pages.outputs import check_line, recolour, with_outputs


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


@pytest.mark.parametrize(
    ("data", "trusted"),
    [
        ({CHECKS_MIME: CHECK, "text/html": LINE.format("fails")}, True),
        ({CHECKS_MIME: CHECK, "text/html": LINE.format("holds")}, False),
        ({CHECKS_MIME: CHECK, "text/html": LINE.format("fails") + LINE.format("holds")}, False),
        ({CHECKS_MIME: {"checks": []}, "text/html": LINE.format("holds")}, False),
        ({"text/html": ["<div class=", "'nl-check'>"]}, False),
        ({"text/html": NO_CHECK + LINE.format("holds")}, False),
    ],
)
def test_only_a_check_looks_like_one(data: dict[str, Any], trusted: bool) -> None:
    cell = {"cell_type": "code", "source": "x", "metadata": {}}
    source = nbformat.from_dict({"cells": [cell]})
    done = {**cell, "outputs": [{"output_type": "display_data", "data": data}]}
    run: Any = SimpleNamespace(notebook={"cells": [{**done, "execution_count": 1}], "metadata": {}})
    (staged,) = with_outputs(source, run, ours=True)["cells"][0]["outputs"]
    assert staged["data"]["text/html"].startswith(NO_CHECK) is not trusted


def test_check_line_escapes_markdown() -> None:
    line = check_line({
        "verdict": "fails", "claim": "a*b $c$ [d](e)", "measured": 0.123456, "reported": None,
        "unit": "s", "expected": "measured < 0.1", "reason": "too_slow",
    })  # fmt: skip
    assert line == (
        r"**fails**: a\*b \$c\$ \[d\](e) (measured 0.1235 s) `measured < 0.1` too\_slow"
    )
