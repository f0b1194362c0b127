"""Recorded runs: made by `record`, shown beside the book run, honest about their age."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from archives import run as run_of
from bs4 import BeautifulSoup
from conftest import ROOT, scripts

from scripts.book.kept.bugs import read_tried, tried_of, write_tried
from scripts.book.kept.runs import KEPT, Recorded, read_recorded, write_recorded
from scripts.book.read import read
from scripts.commands.up_to_date import Extent, inputs
from scripts.core.options import FULL as FULL_PROFILE
from scripts.core.options import Options
from scripts.core.problems import BookError
from scripts.core.record import Run, Tried
from scripts.execution.recorded import with_recorded

Edit = Callable[[Path, str, str], None]
BOOK = "    parameters: {repeats: 20}\n"
FULL = f"{BOOK}  full:\n    parameters: {{repeats: 4000, full_size: true}}\n"


CELL = """
The largest of three is {glue:text}`full_largest:.3f`.

```{code-cell} ipython3
---
tags: [hide-input, full-size]
mystnb:
  image: {alt: "Three means, the largest {glue:text}`full_largest:.3f`."}
---
found = None
if full_size:
    import os
    from pathlib import Path

    from data import tell
    from seeds import each

    def mean(one: int) -> float:
        with open("LOG", "a") as log:
            log.write(f"{one} ")
        if one == 2 and Path("LOG").read_text().count("2") == 1 and FIRST:
            os.kill(os.getpid(), 9)
        return float(np.random.default_rng(one).standard_normal(10).mean())

    FIRST = Path("LOG").with_suffix(".kill").exists()
    found = each("means", [1, 2, 3], mean)
    about = {"name": "dice", "terms": "Nobody; CC0", "files": 2, "bytes": 10**6}
    tell("dice", {"data": {**about, "digest": "ab" * 32}})
    glue("full_largest", max(found))
    plt.plot(found)
    plt.show()
check("averages-full", "Means are small.", source="", kind="finding", values=found,
      rule="abs(measured) < 1", stands="not testable here", why="It takes three seeds.")
```
"""


@pytest.fixture
def full(built_copy: Path, edit: Edit) -> Path:
    """A book whose notebook works at its full size on a sign; `log` tells which seeds it met."""
    page = built_copy / "notebooks/averages.md"
    edit(page, BOOK, FULL)
    edit(page, "seed = 0\n", "seed = 0\nfull_size = False  # three seeds\n")
    edit(
        page,
        "deadline: 60\n",
        "deadline: 60\nfull_size: dice give {glue:text}`full_largest:.3f`.\n",
    )
    page.write_text(page.read_text() + CELL.replace("LOG", str(built_copy / "log")))
    return built_copy


def test_what_a_full_run_drew_and_kept_stands_on_the_page(full: Path, edit: Edit) -> None:
    build = scripts("build", "--root", full)
    assert build.returncode == 1 and "python -m scripts record averages" in build.stderr
    assert scripts("record", "averages", "--root", full).returncode == 0
    data = json.loads((full / "notebooks/records/averages.json").read_text())
    largest = next(c for c in data["checks"] if c["id"] == "averages-full")["spread"][1]
    assert data["seeds"] == {"means": [1, 2, 3]} and data["data"][0]["digest"] == "ab" * 32
    assert data["parameters"] == {"repeats": 4000, "full_size": True}
    assert {"start", "seconds", "memory", "machine", "python", "packages", "checks"} <= set(data)
    assert not list((full / ".cache/state").iterdir())
    before = (full / "_build/records/averages.json").read_bytes()
    result = scripts("build", "--root", full)
    assert result.returncode == 0, result.stderr
    assert "averages.md: ok" not in result.stdout, "the book run is not the full run"
    assert (full / "_build/records/averages.json").read_bytes() == before
    text = shown(full)
    assert f"The largest of three is {largest:.3f}" in text.replace("−", "-")
    assert (
        "Recorded run of " in text
        and "Seeds: 1, 2, 3. Data: dice (Nobody; CC0), 2 files, 1.0 MB" in text
    )
    assert "Full size:" in text and "not measured" in text
    assert "Recorded run, at full size." in text and "repeats = 4000" in text
    issue = BeautifulSoup((full / "_build/html/issues/001.html").read_text(), "html.parser")
    assert f"At full size: dice give {largest:.3f}." in issue.get_text(" ", strip=True)
    page = BeautifulSoup((full / "_build/html/notebooks/averages.html").read_text(), "html.parser")
    assert page.find("img", alt=f"Three means, the largest {largest:.3f}.".replace("-", "−"))
    copy = json.loads((full / "_build/html/downloads/notebooks/averages.ipynb").read_text())
    cell = next(c for c in copy["cells"] if "found = each(" in source(c))
    assert cell["cell_type"] == "code" and "full-size" not in str(cell["metadata"])
    first, late = (c for c in map(source, copy["cells"]) if "_module(" in c)
    assert "import checks" not in late and '_module("seeds"' in late and '_module("data"' in late
    assert '_module("checks"' in first and "seeds" not in first
    assert scripts("run", "--root", full, "--profile", "smoke").returncode == 0
    assert (full / "log").read_text() == "1 2 3 ", "the full size is for `record` alone"
    edit(full / "notebooks/averages.md", "repeats = 400 ", "repeats = 401 ")
    assert scripts("build", "--root", full).returncode == 0
    assert "of an earlier version of this page" in shown(full)


GLUED = {"output_type": "display_data", "data": {KEPT[0]: "3"}, "metadata": {}}


@pytest.mark.parametrize(
    ("profile", "own", "cells", "taken"),
    [
        ("book", [], 2, True), ("smoke", [], 2, True), (FULL_PROFILE, [], 2, False),
        ("book", [GLUED], 2, False), ("book", [], 3, False),
    ],
)  # fmt: skip
def test_a_run_takes_what_a_recorded_one_kept_where_it_has_nothing(
    profile: str, own: list, cells: int, taken: bool
) -> None:
    """A full run that keeps less than the last one must not be given the rest."""
    recorded = msgspec.json.decode(_with(outputs=[[GLUED], []]), type=Recorded)
    tags = {"tags": ["full-size"]}
    cell = {"cell_type": "code", "source": "", "metadata": tags, "outputs": own}
    made = run_of("notebooks/averages")
    run = Run(replace(made.record, profile=profile), {"cells": [{**cell} for _ in range(cells)]})
    found = with_recorded(run, recorded).notebook["cells"]
    assert [each["outputs"] for each in found[:2]] == ([[GLUED], []] if taken else [own, own])


def test_planted_bugs_do_not_depend_on_the_full_size(built: Path, full: Path) -> None:
    (before,), (after,) = (read(root)[0].notebooks for root in (built, full))
    assert before.small_sources == after.small_sources == before.sources != after.sources


def test_a_killed_recording_goes_on(full: Path) -> None:
    (full / "log.kill").touch()
    killed = scripts("record", "averages", "--root", full)
    assert killed.returncode == 1 and (full / "log").read_text() == "1 2 "
    assert not (full / "notebooks/records/averages.json").exists()
    assert scripts("record", "averages", "--root", full).returncode == 0
    assert (full / "log").read_text() == "1 2 2 3 "
    first = json.loads((full / "notebooks/records/averages.json").read_text())["checks"]
    again = scripts("record", "averages", "--again", "--root", full)
    assert again.returncode == 0 and "checks agree" in again.stdout + again.stderr
    assert (full / "log").read_text() == "1 2 2 3 1 2 3 ", "again is from the beginning"
    path = full / "notebooks/records/averages.json"
    kept = json.loads(path.read_text())
    assert kept["checks"] == first
    for check in kept["checks"]:
        if check["id"] == "averages-full":
            check["spread"], check["measured"] = [0.9, 0.95], 0.92
    path.write_text(json.dumps(kept))
    again = scripts("record", "averages", "--again", "--root", full)
    told = again.stdout + again.stderr
    assert again.returncode == 1 and "check 'averages-full': measured" in told
    assert json.loads(path.read_text()) == kept


def source(cell: dict) -> str:
    return "".join(cell["source"])


def shown(root: Path) -> str:
    """The page's text."""
    page = (root / "_build/html/notebooks/averages.html").read_text()
    return BeautifulSoup(page, "html.parser").get_text(" ", strip=True)


def test_what_cannot_be_recorded(built_copy: Path, edit: Edit) -> None:
    result = scripts("record", "averages", "--root", built_copy)
    assert result.returncode == 1 and "no 'full' profile" in result.stderr
    result = scripts("record", "average", "--root", built_copy)
    assert result.returncode == 1 and "Did you mean 'averages'?" in result.stderr
    edit(built_copy / "notebooks/averages.md", BOOK, f"{BOOK}  full: {{}}\n")
    result = scripts("record", "averages", "--again", "--root", built_copy)
    assert result.returncode == 1 and "there is no recorded run" in result.stderr


def _with(**changes: object) -> str:
    check = json.loads((ROOT / "notebooks/records/distancenet.json").read_text())["checks"][0]
    data = {
        "notebook": "averages", "start": "2026-11-22T10:00:00+00:00", "seconds": 1.5, "cpu": 1.5,
        "memory": 200, "machine": "a", "python": "3.11", "packages": {}, "parameters": {},
        "key": "k", "code": [], "checks": [check],
    }  # fmt: skip
    return json.dumps({**data, **changes})


def test_a_record_has_a_limit(tmp_path: Path) -> None:
    recorded = msgspec.json.decode(_with(outputs=[[{"long": "x" * 200_000}]]), type=Recorded)
    with pytest.raises(BookError, match="200,000 are the most"):
        write_recorded(tmp_path, recorded)
    assert not list(tmp_path.iterdir())
    assert write_recorded(tmp_path, msgspec.structs.replace(recorded, outputs=[]))


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


def test_results_of_planted_bugs_are_of_this_code_and_these_bugs(tmp_path: Path) -> None:
    sources = {"a": ["x = 1"], "b": ["y = 2"], "c": []}
    (tmp_path / "tests/mutants").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    bugs = tmp_path / "tests/mutants/a.toml"
    for name in ("a", "b"):
        bugs.with_stem(name).write_text("# none")
    assert read_tried(tmp_path, sources) == ({"a": None, "b": None}, [])
    digest = tried_of(tmp_path, "a", sources["a"])
    tried = Tried(9, 0, 1, "2026-11-29", digest)
    write_tried(tmp_path, {"a": tried})
    write_tried(tmp_path, {"b": Tried(3, 0, 0, "2026-11-29", "of something else")})
    assert read_tried(tmp_path, sources) == ({"a": tried, "b": None}, [])
    assert read_tried(tmp_path, {**sources, "a": ["x = 2"]})[0]["a"] is None

    before = inputs(Options(tmp_path), Extent())
    bugs.write_text("# one")
    assert read_tried(tmp_path, sources)[0]["a"] is None
    assert inputs(Options(tmp_path), Extent()) != before, "or a build would show old numbers"

    _, (gone,) = read_tried(tmp_path, {"a": [], "c": []})
    assert gone.path == "notebooks/mutants.json" and "'b': there is no notebook" in gone.what
    for text in ("{", "[" * 100_000, "[]", '{"a": {"caught": "all"}}', '{"a": {"caught": 3}}'):
        (tmp_path / "notebooks/mutants.json").write_text(text)
        found, (wrong,) = read_tried(tmp_path, sources)
        assert found == {} and wrong.what.startswith("no results of planted bugs: ")


RECORDS = sorted(path.stem for path in (ROOT / "notebooks/records").glob("*.json"))


@pytest.mark.parametrize("name", RECORDS)
def test_our_recorded_runs_say_with_what(name: str) -> None:
    """Of data that the catalogue knows, with three seeds at least where there are any."""
    import data

    path = ROOT / f"notebooks/records/{name}.json"
    assert path.stat().st_size <= 200_000
    (found, wrong) = read_recorded(ROOT, set(RECORDS))
    assert not wrong
    for seeds in found[name].seeds.values():
        assert len(set(seeds)) == len(seeds) >= 3
    for one in found[name].data:
        known = data.SETS[one.name]
        sums = (f"{known.files[file]}  {file}\n" for file in sorted(known.files))
        whole = known.content or hashlib.sha256("".join(sums).encode()).hexdigest()
        either = any("|" in each for each in known.files.values())  # one of two forms
        assert either or one.digest == whole
        assert one.terms == known.terms
