"""Warm kernels: the same as plain ones in everything that a notebook can see, and nobody's twin."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
from books import make_book
from conftest import ROOT, scripts

from scripts.core.system.lock import scratch_folder
from scripts.execution import workers
from scripts.execution.workers import Server, Servers
from scripts.worker.process import Worker

LOOK = """\
import os, random, sys, threading, warnings, json
import numpy as np
import matplotlib.pyplot as plt
first = [random.random(), float(np.random.random())]
product = np.ones((600, 600)) @ np.ones((600, 600))  # makes the thread pool, if there was none
state = {
    "path": sys.path, "argv": sys.argv[1:2], "flags": str(sys.flags), "cwd": os.listdir(),
    "filters": sorted(str(f[:3]) for f in warnings.filters),
    "environment": sorted(set(os.environ) - {"JPY_PARENT_PID"}),
    "hash": hash("a string"), "main": __name__, "backend": plt.get_backend(),
    "python threads": sorted(t.name.split("-")[0] for t in threading.enumerate()),
    "session": os.getsid(0) == os.getpid(), "stdin": sys.stdin is None,
    "product": float(product.sum()),
    "native threads": len(os.listdir("/proc/self/task")),
    "ours": [name for name in sys.modules if name.partition(".")[0] == "scripts"],
    "transport": get_ipython().kernel.parent.transport,
}
print(json.dumps([state, first]))"""
DRAW = "plt.plot([1, 2, 3])\nplt.title('The same figure')\nplt.show()"


def seen(root: Path, name: str) -> tuple[dict[str, Any], list[float], dict[str, Any]]:
    """What the page's notebook printed, and the data of what it drew."""
    (entry,) = [
        json.loads(text.partition("\n")[2])
        for path in (root / ".cache" / "runs").glob("*.json")
        if json.loads((text := path.read_text()).partition("\n")[2])["record"]["notebook"] == name
    ]
    cells = [cell for cell in entry["notebook"]["cells"] if cell["cell_type"] == "code"]
    state, first = json.loads(cells[0]["outputs"][0]["text"])
    return state, first, cells[1]["outputs"][0]["data"]


def test_warm_kernels_equal_plain_ones(tmp_path: Path) -> None:
    pages = {"one": [LOOK, DRAW], "two": [LOOK, DRAW + "  # again"]}
    warm = make_book(tmp_path / "warm", pages, preload="numpy, matplotlib.pyplot")
    plain = make_book(tmp_path / "plain", pages, preload="numpy, matplotlib.pyplot")
    for root, options in ((warm, []), (plain, ["--cold"])):
        result = scripts("run", "--root", root, "--jobs", "2", *options)
        assert result.returncode == 0, result.stderr
        assert "warning" not in result.stdout
    one, random_one, figure = seen(warm, "one")
    _, random_two, _ = seen(warm, "two")
    reference, _, expected = seen(plain, "one")
    assert one == reference
    assert one["transport"] == "ipc"
    assert figure == expected, "the same picture, byte for byte"
    assert not set(random_one) & set(random_two), "two kernels share a random state"


def test_preload_that_fails_only_costs_time(tmp_path: Path) -> None:
    root = make_book(tmp_path / "book", {"page": ["print(1)"]}, preload="no_such_module")
    result = scripts("run", "--root", root)
    assert result.returncode == 0, result.stderr
    assert "preload of no_such_module failed: ModuleNotFoundError" in result.stdout


def test_module_that_starts_a_thread_is_refused(tmp_path: Path) -> None:
    (tmp_path / "restless.py").write_text(
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(99,), daemon=True).start()\n"
    )
    server = Server(("restless",), {**os.environ, "PYTHONPATH": str(tmp_path)})
    server.close()
    assert "started a thread" in server.error


def ended(worker: Worker) -> str:
    """What a worker says that gets no proper request."""
    return worker.ask({"deadline": 30.0}).why


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_workers_of_a_server_that_was_killed_or_stopped_start_plainly(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "PATIENCE", 0.5)
    told: list[str] = []
    with closing(Servers(tmp_path, told.append)) as servers:
        early = servers.start(())
        (server,) = servers._servers.values()
        os.kill(server.process.pid, number)
        late = servers.start(())
        assert "stopped or ended from outside" in "".join(told)
        assert server.process.returncode == -signal.SIGKILL
        for worker in (early, late, servers.start(())):
            assert ended(worker) == "KeyError: 'notebook'", "those that it had started go on"
        assert len(told) == 1


def test_server_that_is_stopped_while_it_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "IMPORTS", 2.0)
    (tmp_path / "stops.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\n")
    server = Server(("stops",), {**os.environ, "PYTHONPATH": str(tmp_path)})
    assert "wasn't ready after 2 s" in server.error
    assert server.process.returncode == -signal.SIGKILL


def test_nothing_is_left_of_a_server(tmp_path: Path) -> None:
    with closing(Servers(tmp_path, print)) as servers:
        worker = servers.start(())
        (server,) = servers._servers.values()
        assert servers.folder.is_dir()
    assert not psutil.pid_exists(server.process.pid)
    assert ended(worker)
    assert not psutil.pid_exists(worker.pid) and not servers.folder.exists()


def test_folders_of_killed_builders_are_taken_away(tmp_path: Path) -> None:
    """And nobody else's: of other roots, of other accounts, links."""
    one, other = (tmp_path / name for name in ("one", "other"))
    for cache in (one, other):
        cache.mkdir()
    left, others = scratch_folder(one), scratch_folder(other)
    (left / "deep").mkdir()
    link = Path(f"{left}-link")
    link.symlink_to(tmp_path)
    new = scratch_folder(one)
    assert not left.exists() and others.is_dir() and new.is_dir() and tmp_path.is_dir()
    for folder in (new, others):
        folder.rmdir()
    link.unlink()


@pytest.mark.parametrize("options", [[], ["--cold"]], ids=["warm", "plain"])
def test_kernels_of_a_killed_builder_end(tmp_path: Path, options: list[str]) -> None:
    """SIGKILL leaves the builder no chance to clean up: its workers must notice by themselves."""
    mark = tmp_path / "began"
    cell = f"import pathlib, time, os\npathlib.Path({str(mark)!r}).write_text(str(os.getpid()))"
    root = make_book(tmp_path / "book", {"page": [cell, "time.sleep(300)"]}, timeout=400)
    builder = subprocess.Popen(
        [sys.executable, "-m", "scripts", "run", "--root", str(root), *options],
        cwd=ROOT, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    while not mark.exists() or not mark.read_text():
        time.sleep(0.1)
    kernel = psutil.Process(int(mark.read_text()))
    family = [kernel, *kernel.parents()[:2]]
    family = [p for p in family if p.pid not in (1, os.getpid(), builder.pid)]
    builder.kill()
    builder.wait()
    psutil.wait_procs(family, timeout=15)
    left = [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    assert not left
