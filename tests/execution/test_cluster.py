"""Runs on a Dask cluster: real schedulers and workers, as processes of this machine."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from books import make_book
from conftest import ROOT, scripts

from scripts.core.problems import BookError
from scripts.execution.cluster import Cluster
from scripts.worker import process

pytestmark = pytest.mark.long  # each waits for processes to start
DASK = [sys.executable, "-m", "dask"]


@contextmanager
def cluster(folder: Path, *workers: str) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler's address, and a worker process for each string of resources."""
    file = folder / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    command = [*DASK, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    started = [subprocess.Popen([*command, "--scheduler-file", str(file)], **quiet)]  # type: ignore[call-overload]
    try:
        for resources in workers:
            command = [*DASK, "worker", "--scheduler-file", str(file), "--nthreads", "1"]
            command += ["--no-nanny", "--no-dashboard", "--local-directory", str(folder)]
            command += ["--resources", resources] if resources else []
            started.append(subprocess.Popen(command, **quiet))  # type: ignore[call-overload]
        wait_until(file.exists)
        address = json.loads(file.read_text())["address"]
        from distributed import Client

        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(len(workers), timeout=60) if workers else None
        yield address, started[1:]
    finally:
        for process in started[::-1]:
            process.kill()
            process.wait()


def wait_until(true: object, seconds: float = 60) -> None:
    ends = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.1)


def test_worker_killed_in_mid_run(tmp_path: Path) -> None:
    """Its run is repeated elsewhere; none is lost, none is there twice, nothing of it goes on."""
    marks = tmp_path / "marks"
    marks.mkdir()
    cell = (
        "import os, pathlib, time\n"
        f"(pathlib.Path({str(marks)!r}) / str(os.getpid())).touch()\n"
        "time.sleep(4)  # {0}\nprint({0})"
    )
    pages = {f"page{n}": [cell.format(n)] for n in range(5)}
    root = make_book(tmp_path / "book", pages)
    with cluster(tmp_path, "", "") as (address, workers):
        builder = subprocess.Popen(
            [sys.executable, "-m", "scripts", "run", "--root", str(root), "--scheduler", address],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        wait_until(lambda: len(list(marks.iterdir())) >= 2)  # both are at work
        kernels = [psutil.Process(int(mark.name)) for mark in marks.iterdir()]
        victims = [k for k in kernels if workers[0].pid in [p.pid for p in k.parents()]]
        assert len(victims) == 1
        workers[0].kill()
        output, _ = builder.communicate(timeout=120)
        assert builder.returncode == 0, output
        _, alive = psutil.wait_procs(victims, timeout=5)
        assert not alive, "the kernel of a lost worker runs on"
    assert sorted(path.stem for path in (root / "_build/records").glob("*.json")) == sorted(pages)
    assert output.count(": ok, ") == 5
    assert len(list(marks.iterdir())) == 6, "one run was begun twice, the others once"
    again = scripts("run", "--root", root)
    assert again.returncode == 0 and ": ok, " not in again.stdout, "all of them are in the cache"


def test_gpu_runs_where_a_gpu_is(tmp_path: Path) -> None:
    cell = "import os, psutil\nprint([p.pid for p in psutil.Process().parents()])"
    root = make_book(tmp_path / "book", {f"page{n}": [f"{cell}  # {n}"] for n in range(3)})
    for page in root.glob("page*.md"):
        page.write_text(page.read_text().replace("---\n", "---\ngpu: true\n", 1))
    with cluster(tmp_path, "GPU=1", "") as (address, workers):
        result = scripts("run", "--root", root, "--scheduler", address)
        assert result.returncode == 0, result.stderr
        for path in (root / ".cache" / "runs").glob("*.json"):
            run = json.loads(path.read_text().partition("\n")[2])
            (cell_,) = [c for c in run["notebook"]["cells"] if c["cell_type"] == "code"]
            assert workers[0].pid in json.loads(cell_["outputs"][0]["text"])


def test_unfit_clusters_are_refused_with_a_reason(tmp_path: Path) -> None:
    with cluster(tmp_path, "") as (address, _):
        with pytest.raises(BookError) as error:
            Cluster(address, {"papermill": "0.0.1", "no-such-package": "3.2"})
        assert "papermill 0.0.1 (it has 2.7.0)" in str(error.value)
        assert "no-such-package 3.2 (it has none)" in str(error.value)
        with Cluster(address, {"papermill": "2.7.0"}) as fit:
            assert fit.room.gpus == 0 and fit.jobs == 1
    root = make_book(tmp_path / "book", {"page": ["print(1)"]})
    result = scripts("run", "--root", root, "--scheduler", "tcp://127.0.0.1:9")
    assert result.returncode == 1 and "no scheduler answers at tcp://127.0.0.1:9" in result.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    with cluster(empty) as (address, _):
        result = scripts("run", "--root", root, "--scheduler", address)
        assert result.returncode == 1 and "has no workers" in result.stderr


def test_local_builds_of_a_release_count_as_the_release() -> None:
    from importlib.metadata import version

    base = version("numpy")
    assert process.lacking({"numpy": f"{base}+cu126"}) == []
    assert process.lacking({"numpy": "0.1"}) == [f"numpy 0.1 (it has {base})"]
