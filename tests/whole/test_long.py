"""What takes many minutes: other seeds, a second environment."""

from __future__ import annotations

import ast
import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT, scripts

from scripts.book.cells import nodes
from scripts.book.checks.parameters import parameter_names
from scripts.book.model import Page
from scripts.book.read import read
from scripts.core.record import Run
from scripts.editions.lessons.dependencies import OLDEST
from scripts.execution.collect import collect
from scripts.execution.local import execute
from scripts.execution.plan import plan
from scripts.execution.workers import Servers
from scripts.pages.values import values_of

pytestmark = pytest.mark.long

BOOK = read(ROOT)[0]
SEEDED = [page.name for page in BOOK.notebooks if "seed" in parameter_names(page)]
SEEDS = (101, 211, 307, 401, 503)  # none of them was used while a notebook was written


def ran(name: str, tmp_path: Path, **changes: Any) -> Run:
    """The run of a notebook under `book`, some of its parameters changed."""
    (task,) = plan(BOOK, "book", [name])
    other = dataclasses.replace(task, parameters={**task.parameters, **changes})
    with closing(Servers(tmp_path, print)) as servers:
        run = execute(other, servers)
    assert run.record.outcome == "ok", run.record.failure
    return collect(BOOK, {task.page.docname: run})[0][task.page.docname]


@pytest.mark.parametrize("name", SEEDED)
def test_verdicts_under_other_seeds(name: str, tmp_path: Path) -> None:
    """At least 98 % of the verdicts are the committed ones."""
    same = total = 0
    for seed in SEEDS:
        for check in ran(name, tmp_path, seed=seed).checks:
            total += 1
            same += check.verdict == check.stands
            if check.verdict != check.stands:
                print(f"{name}, seed {seed}: {check.id} {check.verdict}, measured {check.measured}")
    assert same >= 0.98 * total, f"{same} of {total}"


@pytest.mark.parametrize("name", SEEDED)
def test_measured_numbers_are_not_typed(name: str, tmp_path: Path) -> None:
    """Under another seed no sentence becomes false for a number in it: those that a run finds, and
    another does not, are asked for by name."""
    (page,) = (page for page in BOOK.notebooks if page.name == name)
    runs = ran(name, tmp_path), ran(name, tmp_path, seed=SEEDS[0])
    one, two = map(numbers_of, runs)
    quoted = set.intersection(*map(quoted_by, runs))
    moved = {key for key in one.keys() & two.keys() if one[key] != two[key]}
    assert moved, "the seed changes nothing"
    typed = []
    for line, text in prose_of(page):
        for number in NUMBER.findall(text):
            digits = len(number.partition(".")[2])
            value = number.replace(",", "")
            if len(value.replace(".", "").strip("0")) < 3:  # equal by chance too often
                continue
            if number in quoted or float(value) in constants_of(page):
                continue
            for key in moved:
                found, then = (
                    {f"{part * scale:.{digits}f}" for part in side[key] for scale in (1, 100)}
                    for side in (one, two)
                )
                if value in found - then:
                    typed.append(f"{page.path}:{line}: {number} is what the run measured: {key}")
    assert not typed, "\n".join(typed)


NUMBER = re.compile(r"(?<![\w.,:/-])\d[\d,]*(?:\.\d+)?(?![\w/:-])")
NO_PROSE = re.compile(
    r"\{glue:text\}`[^`]*`|\{[a-z:]+\}`[^`]*`|\$\$.*?\$\$|\$[^$\n]*\$|`[^`\n]*`|\]\([^)]*\)"
)


def numbers_of(run: Run) -> dict[str, list[float]]:
    """What a run measured and keeps, by name; not what single seeds gave nor how exact the code is,
    which no page tells: of hundreds of these some equal a number of the source by chance."""
    exact = {check.id for check in run.checks if check.kind == "exactness"}
    found = {}
    for key, text in values_of(run).items():
        if key in exact:
            continue
        with suppress(ValueError, SyntaxError):
            value = np.ravel(np.array(ast.literal_eval(text), dtype=float))
            found[key] = [float(number) for number in value]
    return found


def quoted_by(run: Run) -> set[str]:
    """The numbers that claims quote from their sources."""
    return {n for check in run.checks for n in NUMBER.findall(f"{check.claim} {check.source}")}


def constants_of(page: Page) -> set[float]:
    """The numbers that stand in a page's code: its parameters, and what sources report."""
    cells = [cell.source for cell in page.notebook.cells if cell.cell_type == "code"]
    values = [getattr(node, "value", None) for source in cells for node in nodes(source)]
    found = {abs(float(value)) for value in values if type(value) in (int, float)}
    return found | {100 * value for value in found}


def prose_of(page: Page) -> Iterator[tuple[int, str]]:
    """Lines of a page that readers read, captions and alt texts among them, with their numbers."""
    code = set()
    for start, cell in zip(page.cell_lines, page.notebook.cells, strict=True):
        if cell.cell_type == "code":
            code |= set(range(start, start + cell.source.count("\n") + 1))
    for number, line in enumerate(page.text.split("\n"), 1):
        if number not in code:
            yield number, NO_PROSE.sub(" ", line)


PROGRAM = """
import sys, nbclient, nbformat
notebook = nbformat.read(sys.argv[1], 4)
nbclient.NotebookClient(notebook, timeout=600).execute()
"""


@pytest.mark.parametrize("versions", ["of the build", "oldest", "newest"])
def test_learners_copies_in_an_environment_of_their_own(
    versions: str, smoke: Path, tmp_path: Path
) -> None:
    """A second environment that holds only what learners need, in the versions with which the
    copies were made, the oldest that they name, or the newest there are; an empty folder each.
    PyTorch's newest comes from the index of the variable TORCH_INDEX, if it is set: elsewhere it
    may be gigabytes."""
    lines = (smoke / "notebooks" / "requirements.txt").read_text().splitlines()
    # JupyterLab is there to open notebooks, not to run them; the index is for Binder.
    pinned = [line for line in lines if not line.startswith(("--", "#", "jupyterlab"))]
    names = [line.partition("==")[0] for line in pinned]
    assert names != pinned and set(OLDEST) <= set(names)
    index = os.environ.get("TORCH_INDEX")
    (torch,) = [line for line in pinned if line.startswith("torch==")]
    needed = {
        "of the build": pinned,
        "oldest": [f"{name}=={OLDEST[name]}.*" if name in OLDEST else name for name in names],
        "newest": [
            *(name for name in names if name != "torch" or index),
            *([] if index else [torch]),
        ],
    }[versions]
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "-q", *needed, "nbclient"]
    more = ["--extra-index-url", index] if versions == "newest" and index else []
    subprocess.run([*install, *more], check=True)
    variables = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    failed = []
    for page in BOOK.pages:
        if page.notebook is None:
            continue
        folder = tmp_path / page.name
        folder.mkdir()
        shutil.copy(smoke / "notebooks" / f"{page.name}.ipynb", folder)
        result = subprocess.run(
            [str(python), "-c", PROGRAM, f"{page.name}.ipynb"], cwd=folder,
            env={**variables, "HOME": str(folder)}, capture_output=True, text=True,
        )  # fmt: skip
        if result.returncode:
            failed.append(f"{page.name}: {result.stderr[-2000:]}")
    assert not failed, "\n\n".join(failed)


def test_book_profile_of_the_real_newsletter() -> None:
    """Every verdict is the committed one, in time and memory, without warnings."""
    result = scripts("build")
    assert result.returncode == 0, result.stdout + result.stderr
    for page in BOOK.notebooks:
        record = json.loads((ROOT / "_build" / "records" / f"{page.name}.json").read_text())
        assert record["memory"] <= 1229, f"{page.name} took {record['memory']} MiB"
        path = ROOT / "_build" / "notebooks" / f"{page.name}.executed.ipynb"
        assert '"name": "stderr"' not in path.read_text(encoding="utf-8"), page.name


@pytest.mark.skipif(
    not os.environ.get("NEWSLETTER_DATA"), reason="the data sets: NEWSLETTER_DATA names no folder"
)
@pytest.mark.parametrize("name", sorted(BOOK.recorded))
def test_recorded_runs_come_out_again(name: str) -> None:
    """From the beginning, each number is within the spread that is recorded."""
    result = scripts("record", name, "--again")
    assert result.returncode == 0, result.stdout + result.stderr
