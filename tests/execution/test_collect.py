"""What the outputs of a run show of what is wrong, and what only looks like a check."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from conftest import scripts
from samples import book

from scripts.book.model import page_of
from scripts.core import steps
from scripts.core.record import Check, Run
from scripts.execution.collect import collect, misuse
from scripts.pages.outputs import step_files

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


STEP = {"value": "1", "alt": "", "svg": "<svg/>"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"steps": [STEP]}, "it has 1 figures"),
        ({"chosen": 2}, "chose none of them"),
        ({"chosen": "1"}, "Expected `int`"),
        ({"steps": [STEP, {**STEP, "svg": 1}]}, "Expected `str`"),
        ({"steps": [STEP, {**STEP, "svg": "<svg>"}]}, "it is not well-formed XML"),
        ({"steps": [STEP, {**STEP, "svg": secrets.token_hex(200_000)}]}, "more than 150,000"),
        ({"over": None}, "Expected `str`"),
    ],
)
def test_steps_that_cannot_be_shown(changes: dict[str, Any], words: str) -> None:
    bundle = {"over": "rounds", "chosen": 0, "steps": [STEP, {**STEP, "value": "2"}], **changes}
    metadata = {"mystnb": {"image": {"alt": "x"}}}
    code = {"cell_type": "code", "source": "draw()", "metadata": metadata}
    source = nbformat.from_dict({"cells": [code], "metadata": {}})
    page = page_of("a.md", "a", "notebook", "", {}, notebook=source, cell_lines=(7,))
    output = {
        "output_type": "display_data",
        "data": {steps.MIME: bundle, "image/svg+xml": "<svg/>"},
    }
    done = {**code, "outputs": [output]}
    record: Any = SimpleNamespace(profile="book", outcome="ok", notebook="a")
    run = Run(record, {"cells": [done]})
    _, problems = collect(book(page), {"a": run})
    assert [problem.line for problem in problems] == [7] * bool(words)
    assert all(words in problem.what for problem in problems)
    assert bool(step_files(run)) is not bool(words)


@pytest.mark.parametrize("bundle", ["{'checks': [{'id': 'x'}]}", "{}", "None"])
def test_output_that_passes_for_a_check(bundle: str, tiny: Path, edit: Edit) -> None:
    edit(tiny / "notebooks/averages.md", "style.use()", SHOW.format(bundle))
    result = scripts("run", "--root", tiny, "--only", "averages")
    assert result.returncode == 1, result.stdout
    text = (tiny / "notebooks/averages.md").read_text()
    line = text.split("import matplotlib.pyplot")[0].count("\n") + 1
    assert f"error: notebooks/averages.md:{line}: the cell shows an output" in result.stderr
    assert "that is no check" in result.stderr


def test_an_id_that_is_made_while_it_runs_stands_once(tiny: Path, edit: Edit) -> None:
    twice = "from checks import exact\nfor _ in range(2):\n    exact(f'i001-{1:03}', 'It is one.', "
    code = f"{twice}measured=1, rule='measured == 1')"
    edit(tiny / "notebooks/averages.md", "style.use()", code)
    result = scripts("run", "--root", tiny, "--only", "averages")
    assert result.returncode == 1, result.stdout
    said = "check 'i001-001': notebooks/averages.md has a check of this id"
    assert result.stderr.count(said) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"stands": "passed"}, "`stands` is one of"),
        ({"stands": "not run"}, "`stands` is one of"),
        ({"stands": "fails", "verdict": "fails"}, "say in `why`"),
        ({"stands": "fails", "verdict": "fails", "reason": "so"}, ""),
        (
            {"verdict": "not testable here", "stands": "not testable here", "measured": None},
            "say in `why`",
        ),
        ({"verdict": "not testable here", "measured": None, "expected": "", "reason": "so"}, ""),
        ({"verdict": "not run", "measured": None, "expected": ""}, ""),
        ({"id": "002-x"}, "ids look like"),
        ({"id": "Speed"}, "ids look like"),
        ({"claim": " "}, "claim is empty"),
        ({"claim": "a" * 81}, "a claim has at most 80 characters, not 81"),
        ({"claim": "a" * 81, "kind": "finding"}, ""),
        ({"expected": ""}, "the rule is empty"),
        ({"expected": "measured >"}, "the rule is no expression"),
        ({"expected": "measured > limit"}, "the rule may only use"),
        ({"expected": "measured.real > 1"}, "the rule may only use"),
        ({"expected": "__import__('os') is None"}, "the rule may only use"),
        ({"kind": "exactness", "verdict": "not testable here", "reason": "so"}, "an exactness"),
        ({"kind": "exactness", "stands": "fails", "reason": "so"}, "an exactness"),
    ],
)
def test_how_a_check_is_declared(changes: dict[str, Any], words: str) -> None:
    fields: dict[str, Any] = {
        "id": "i002-demo", "kind": "claim", "claim": "Yes.", "source": "", "reported": None,
        "measured": 2, "unit": "", "spread": None, "expected": "measured > 1",
        "verdict": "holds", "stands": "holds", "reason": "", "notebook": "demo", "item": "",
        "profile": "book", "cell": 1,
    }  # fmt: skip
    check = Check(**{**fields, **changes})
    found = misuse(check)
    assert len(found) == bool(words) and all(words in what for what in found)
    left = list(misuse(check, published=True))
    assert left == ([] if "80 characters" in words else list(found))
