"""What the outputs of a run show of what is wrong, and what only looks like a check."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from conftest import scripts
from samples import book

from scripts.book.model import page_of
from scripts.core.record import Run
from scripts.execution.collect import collect

Edit = Callable[[Path, str, str], None]
SHOW = (
    "from IPython.display import display\n"
    "display({{'application/vnd.nlp-newsletter.checks+json': {0}, 'text/plain': ''}}, raw=True)"
)


@pytest.mark.parametrize(
    ("mime", "content", "words"),
    [
        ("image/png", base64.b64encode(b"\x89PNG\r\n\x1a\n").decode(), "is cut short"),
        ("image/jpeg", "A", "is not base64"),
        ("image/gif", base64.b64encode(b"a page").decode(), "is cut short"),
        ("image/svg+xml", ["<svg>", "<g>"], "is not well-formed XML"),
        ("image/svg+xml", "<svg>\ud800</svg>", ""),
        ("image/svg+xml", "<svg onload='x()'/>", ""),
        ("image/svg+xml", "<?xml version='1.0' encoding='UTF-16'?><svg/>", ""),
    ],
)
def test_pictures_that_cannot_be_shown(mime: str, content: Any, words: str) -> None:
    metadata = {"mystnb": {"image": {"alt": "x"}}}
    code = {"cell_type": "code", "source": "draw()", "metadata": metadata}
    source = nbformat.from_dict({"cells": [code], "metadata": {}})
    page = page_of("a.md", "a", "notebook", "", {}, notebook=source, cell_lines=(7,))
    done = {**code, "outputs": [{"output_type": "display_data", "data": {mime: content}}]}
    record: Any = SimpleNamespace(profile="book", outcome="ok", notebook="a")
    _, problems = collect(book(page), {"a": Run(record, {"cells": [done]})})
    assert [problem.line for problem in problems] == [7] * bool(words)
    assert all(f"can't be shown: it {words}" in problem.what for problem in problems)


@pytest.mark.parametrize("bundle", ["{'checks': [{'id': 'x'}]}", "{}", "None"])
def test_output_that_passes_for_a_check(bundle: str, tiny: Path, edit: Edit) -> None:
    edit(tiny / "notebooks/averages.md", "style.use()", SHOW.format(bundle))
    result = scripts("run", "--root", tiny, "--only", "averages")
    assert result.returncode == 1, result.stdout
    text = (tiny / "notebooks/averages.md").read_text()
    line = text.split("import matplotlib.pyplot")[0].count("\n") + 1
    assert f"error: notebooks/averages.md:{line}: the cell shows an output" in result.stderr
    assert "that is no check" in result.stderr
