"""What takes many minutes: other seeds, a second environment."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from conftest import ROOT, scripts

from scripts.book.check import parameter_names
from scripts.book.read import read
from scripts.execution.collect import collect
from scripts.execution.local import execute
from scripts.execution.plan import plan
from scripts.execution.workers import Servers

pytestmark = pytest.mark.long

BOOK = read(ROOT)[0]
SEEDED = [page.name for page in BOOK.notebooks if "seed" in parameter_names(page)]
SEEDS = (101, 211, 307, 401, 503)  # none of them was used while a notebook was written


@pytest.mark.parametrize("name", SEEDED)
def test_verdicts_under_other_seeds(name: str, tmp_path: Path) -> None:
    """At least 95 % of the verdicts are the committed ones."""
    (task,) = plan(BOOK, "book", [name])
    same = total = 0
    for seed in SEEDS:
        other = dataclasses.replace(task, parameters={**task.parameters, "seed": seed})
        with closing(Servers(tmp_path, print)) as servers:
            run = execute(other, servers)
        assert run.record.outcome == "ok", run.record.failure
        runs, _ = collect(BOOK, {task.page.docname: run})
        for check in runs[task.page.docname].checks:
            total += 1
            same += check.verdict == check.stands
            if check.verdict != check.stands:
                print(f"{name}, seed {seed}: {check.id} {check.verdict}, measured {check.measured}")
    assert same >= 0.95 * total, f"{same} of {total}"


def test_learners_copies_in_an_environment_of_their_own(smoke: Path, tmp_path: Path) -> None:
    """A second environment that holds only the learners' requirements, an empty folder each."""
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    lines = (smoke / "notebooks" / "requirements.txt").read_text().splitlines()
    # JupyterLab is there to open notebooks, not to run them; the index is for Binder.
    needed = [line for line in lines if not line.startswith(("--", "#", "jupyterlab"))]
    python = environment / "bin" / "python"
    subprocess.run([str(python), "-m", "pip", "install", "-q", *needed, "nbclient"], check=True)
    variables = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    for page in BOOK.pages:
        if page.notebook is None:
            continue
        folder = tmp_path / page.name
        folder.mkdir()
        shutil.copy(smoke / "notebooks" / f"{page.name}.ipynb", folder)
        program = (
            "import nbformat, nbclient\n"
            f"nb = nbformat.read('{page.name}.ipynb', 4)\n"
            "nbclient.NotebookClient(nb, timeout=600).execute()\n"
        )
        result = subprocess.run(
            [str(python), "-c", program], cwd=folder, env={**variables, "HOME": str(folder)},
            capture_output=True, text=True,
        )  # fmt: skip
        assert result.returncode == 0, f"{page.name}: {result.stderr[-3000:]}"


def test_book_profile_of_the_real_newsletter() -> None:
    """Every verdict is the committed one, within the limits of time and memory."""
    result = scripts("build")
    assert result.returncode == 0, result.stdout + result.stderr
    for page in BOOK.notebooks:
        record = json.loads((ROOT / "_build" / "records" / f"{page.name}.json").read_text())
        assert record["memory"] <= 1229, f"{page.name} took {record['memory']} MiB"
