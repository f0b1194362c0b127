"""What takes many minutes: other seeds, kills at random moments, a second environment."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from conftest import ROOT, make_tiny, scripts

from scripts.book.check import parameter_names
from scripts.book.read import read
from scripts.execution.collect import collect
from scripts.execution.local import execute
from scripts.execution.plan import plan
from scripts.execution.workers import Servers
from scripts.publishing.verify import verify

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


def marked(mark: str) -> set[int]:
    """Processes that live and have ``mark`` in their environment: a builder's whole family."""
    found = set()
    for process in psutil.process_iter(["environ", "status"]):
        environment = process.info["environ"] or {}
        if environment.get("MARK") == mark and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.add(process.pid)
    return found


def digest_of(site: Path) -> dict[str, bytes]:
    files = (path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in files}


KILLS = int(os.environ.get("KILLS", "50"))


def test_killed_anywhere(built: Path, tmp_path: Path) -> None:
    """SIGKILL of the builder at random moments. After each: the last good site is whole, nothing
    runs on, no lock is left, and the next build gives what a clean one gives."""
    root = Path(shutil.copytree(built, tmp_path / "tiny", copy_function=shutil.copy2))
    page, site = root / "notebooks" / "averages.md", root / "_build" / "html"
    good = digest_of(site)
    moments = random.Random(0)
    mark = str(tmp_path)
    taken = 5.0  # seconds of a build on this machine, measured on the way
    for number in range(KILLS):
        text = page.read_text()
        page.write_text(text.replace(f"seed = {number}\n", f"seed = {number + 1}\n"))
        assert page.read_text() != text
        builder = subprocess.Popen(
            [sys.executable, "-m", "scripts", "build", "--root", str(root)],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "MARK": mark},
        )  # fmt: skip
        wait_until_marked(mark, builder)
        time.sleep(moments.uniform(0.0, taken))
        builder.send_signal(signal.SIGKILL)
        builder.wait()
        wait_until_gone(mark)
        seen = digest_of(site)
        assert seen == good or verify(read(root)[0], site, []) == [], f"half a site, kill {number}"
        began = time.monotonic()
        result = scripts("build", "--root", root)
        taken = max(taken, time.monotonic() - began)
        assert result.returncode == 0, result.stderr
        good = digest_of(site)
        clean = make_tiny(tmp_path / f"clean{number}" / "tiny")
        shutil.copy(page, clean / "notebooks")
        shutil.copytree(root / ".cache" / "runs", clean / ".cache" / "runs")
        assert scripts("build", "--root", clean).returncode == 0
        assert good == digest_of(clean / "_build" / "html"), f"not a clean build, kill {number}"
        shutil.rmtree(clean.parent)


def wait_until_marked(mark: str, builder: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """A busy machine takes its time to start a process."""
    ends = time.monotonic() + seconds
    while builder.pid not in marked(mark) and builder.poll() is None:
        assert time.monotonic() < ends, "the builder can't be seen"
        time.sleep(0.01)


def wait_until_gone(mark: str, seconds: float = 5) -> None:
    """Workers look whether their builder lives five times a second."""
    ends = time.monotonic() + seconds
    while marked(mark):
        assert time.monotonic() < ends, "a worker or kernel of a killed builder runs on"
        time.sleep(0.1)


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
