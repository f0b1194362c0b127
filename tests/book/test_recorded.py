"""Recorded runs: made by `record`, shown beside the book run, honest about their age."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, scripts

from scripts.book.recorded import read_recorded

Edit = Callable[[Path, str, str], None]
FULL = "    parameters: {repeats: 20}\n  full:\n    parameters: {repeats: 4000}\n"


@pytest.fixture
def recorded(built_copy: Path, edit: Edit) -> Path:
    edit(built_copy / "notebooks/averages.md", "    parameters: {repeats: 20}\n", FULL)
    result = scripts("record", "averages", "--root", built_copy)
    assert result.returncode == 0, result.stderr
    return built_copy


def test_record_is_small_and_shown(recorded: Path, edit: Edit) -> None:
    path = recorded / "notebooks/records/averages.json"
    data = json.loads(path.read_text())
    assert data["parameters"] == {"repeats": 4000}
    assert {"start", "seconds", "memory", "machine", "python", "packages", "checks"} <= set(data)
    assert path.stat().st_size < 20_000
    before = (recorded / "_build/records/averages.json").read_bytes()
    result = scripts("build", "--root", recorded)
    assert result.returncode == 0, result.stderr
    assert "averages.md: ok" not in result.stdout, "the book run is not the full run"
    assert (recorded / "_build/records/averages.json").read_bytes() == before
    text = shown(recorded)
    assert "Full size:" in text and "Recorded run, at full size." in text
    assert "repeats = 4000" in text
    edit(recorded / "notebooks/averages.md", "repeats = 400 ", "repeats = 401 ")
    assert scripts("build", "--root", recorded).returncode == 0
    assert "of an earlier version of this page" in shown(recorded)


def shown(root: Path) -> str:
    """The page's text."""
    page = (root / "_build/html/notebooks/averages.html").read_text()
    return BeautifulSoup(page, "html.parser").get_text(" ", strip=True)


def test_what_cannot_be_recorded(built_copy: Path) -> None:
    result = scripts("record", "averages", "--root", built_copy)
    assert result.returncode == 1 and "no 'full' profile" in result.stderr
    result = scripts("record", "average", "--root", built_copy)
    assert result.returncode == 1 and "Did you mean 'averages'?" in result.stderr


def _with(**changes: object) -> str:
    check = json.loads((ROOT / "notebooks/records/distancenet.json").read_text())["checks"][0]
    data = {
        "notebook": "averages", "start": "2026-11-22T10:00:00+00:00", "seconds": 1.5, "cpu": 1.5,
        "memory": 200, "machine": "a", "python": "3.11", "packages": {}, "parameters": {},
        "key": "k", "code": [], "checks": [check],
    }  # fmt: skip
    return json.dumps({**data, **changes})


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "truncated"),
        ("[" * 100_000, "no recorded run: "),
        ('{"notebook": "averages"}', "missing required field `start`"),
        (_with(seconds="long"), "Expected `float`, got `str` - at `$.seconds`"),
        (_with(seconds=float("nan")), "invalid character"),
        (_with(start="yesterday"), "Invalid isoformat"),
        (_with(packages=[]), "at `$.packages`"),
        (_with(checks=[{}]), "missing required field `id` - at `$.checks[0]`"),
        (_with(extra=1), "unknown field `extra`"),
        (_with(notebook="other"), "no notebook of this name"),
    ],
)  # fmt: skip
def test_wrong_files_are_refused(text: str, what: str, tmp_path: Path) -> None:
    folder = tmp_path / "notebooks/records"
    folder.mkdir(parents=True)
    (folder / "averages.json").write_text(text)
    found, (problem,) = read_recorded(tmp_path, {"averages"})
    assert not found and what in problem.what and problem.path == "notebooks/records/averages.json"
    assert not problem.line and problem.right
    (folder / "averages.json").write_text(_with())
    assert read_recorded(tmp_path, {"averages"})[1] == []
