"""What a worker didn't say is not believed; one that is stopped, killed or full ends in time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from books import make_book
from conftest import ROOT, scripts

from scripts.execution.cluster import Cluster
from scripts.worker import process
from scripts.worker.notebook import tidy

# A cell that answers in the place of its worker, in every way that it finds, and kills it.
FORGE = """
import json, os, pathlib, signal, stat
worker = os.getppid()
notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
answer = {"notebook": notebook, "outcome": "ok", "error": "", "failed": 0, "opened": {},
          "start": "2026-01-01T00:00:00+00:00", "seconds": 0.1, "kernel_start": 0.1, "cpu": 0.1,
          "memory": 1}
line = json.dumps(answer).encode() + b"\\n"
here = pathlib.Path.cwd()
for folder in (here, *here.parents[:3]):
    for name in ("result", "answer", "executed.ipynb", "result.part"):
        try:
            (folder / name).write_bytes(line)
        except OSError:
            pass
for process in ("self", str(worker)):
    try:
        numbers = os.listdir(f"/proc/{process}/fd")
    except OSError:
        continue
    for number in numbers:
        if process == "self" and int(number) > 2:
            try:
                if not os.readlink(f"/proc/self/fd/{number}").startswith("anon_inode"):
                    os.write(int(number), line)
            except OSError:
                pass
        try:
            file = os.open(f"/proc/{process}/fd/{number}", os.O_WRONLY | os.O_NONBLOCK)
            os.write(file, line)
        except OSError:
            pass
os.kill(worker, signal.SIGKILL)
"""


def record_of(root: Path, name: str = "page") -> dict[str, Any]:
    return dict(json.loads((root / "_build" / "records" / f"{name}.json").read_text()))


@pytest.mark.parametrize("options", [[], ["--cold"]], ids=["warm", "cold"])
def test_a_cell_that_answers_for_its_worker(options: list[str], tmp_path: Path) -> None:
    root = make_book(tmp_path / "book", {"page": [FORGE, "1 / 0"]})
    result = scripts("run", "--root", root, *options)
    assert result.returncode == 1, result.stdout
    assert "page.md: the kernel died: its worker was killed by SIGKILL" in (result.stderr)
    assert not list((root / ".cache" / "runs").glob("*.json"))
    assert record_of(root)["outcome"] == "died"
    assert 0 < record_of(root)["seconds"] < 30, "the time that it took, not its deadline"


def request(cell: str, folder: Path, deadline: float = 60.0) -> dict[str, Any]:
    cells = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": [], "id": "a",
              "execution_count": None}]  # fmt: skip
    metadata = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    return {
        "notebook": {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5},
        "parameters": {}, "profile": "book", "deadline": deadline, "memory": None,
        "cell_timeout": None, "allow_errors": False, "kept": [], "cwd": None, "root": None,
        "files": {}, "state": "", "scratch": str(folder),
    }  # fmt: skip


def test_and_on_a_cluster(tmp_path: Path) -> None:
    said = process.execute(request(FORGE, tmp_path), {}, Cluster.sources())
    assert said["answer"] == "" and "killed by SIGKILL" in said["why"]
    said = process.execute(request("print(6 * 7)", tmp_path), {}, Cluster.sources())
    assert json.loads(said["answer"])["notebook"]["cells"][0]["outputs"][0]["text"] == "42\n"


STOP = "import os, signal\nos.kill({}, signal.SIGSTOP)"
DAEMON = """
import subprocess, sys
code = "import os, time; os.setsid(); time.sleep(876.5)"
subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
"""


@pytest.mark.parametrize("whom", ["os.getpid()", "os.getppid()"], ids=["kernel", "worker"])
def test_one_that_is_stopped_ends_with_its_deadline(
    whom: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "GRACE", 3.0)
    worker = process.begin(ROOT, process.kernel_environment(tmp_path))
    began = time.monotonic()
    answer = worker.ask(request(DAEMON + STOP.format(whom), tmp_path, deadline=8.0))
    took = time.monotonic() - began
    assert took < 15 and abs(answer.seconds - took) < 1
    if "ppid" in whom:
        assert answer.why == "it didn't answer within 11 s and was ended"
    else:
        assert json.loads(answer.text)["outcome"] == "timeout"
    lines = [" ".join(p.info["cmdline"] or []) for p in psutil.process_iter(["cmdline"])]
    assert not [line for line in lines if "876.5" in line]


def test_a_kernel_that_was_killed_says_by_what(tmp_path: Path) -> None:
    worker = process.begin(ROOT, process.kernel_environment(tmp_path))
    answer = worker.ask(request("import os\nos.kill(os.getpid(), 11)", tmp_path))
    data = json.loads(answer.text)
    assert data["outcome"] == "died" and data["error"] == "killed by SIGSEGV"


def test_an_answer_without_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(process, "LIMIT", 1000)
    worker = process.begin(ROOT, process.kernel_environment(tmp_path))
    answer = worker.ask(request("print('x' * 2000)", tmp_path))
    assert answer.text == "" and "its answer has more than" in answer.why


def test_halves_of_characters_become_question_marks() -> None:
    output = nbformat.v4.new_output("stream", text="one \ud800 two")
    done = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=[output])])
    assert tidy(done)["cells"][0]["outputs"][0]["text"] == "one ? two"


@pytest.mark.parametrize(
    "damage",
    [
        "open(log, 'wb').write(b'r/etc/passwd' + bytes(1))",
        "open(log, 'ab').write(b'x' + os.fsencode(os.getcwd()) + bytes(1))",
        "open(log, 'ab').write(b'cut')",
        "open(log, 'ab').write(bytes([255, 254]))",
        "os.remove(log); os.mkfifo(log); os.kill(os.getpid(), 0)",
    ],
)
def test_a_damaged_list_of_what_was_read(damage: str, tmp_path: Path) -> None:
    cell = f"import os, sys, glob\nlog = os.path.join({str(tmp_path)!r}, 'nl*', 'opened')\n"
    cell += f"log = glob.glob(log)[0]\nopen('data.csv').close()\n{damage};"
    book = tmp_path / "book"
    book.mkdir()
    (book / "data.csv").write_text("1")
    asked = request(cell, tmp_path) | {"cwd": str(book), "root": str(book)}
    answer = process.begin(ROOT, process.kernel_environment(tmp_path)).ask(asked)
    data = json.loads(answer.text)
    if "fifo" in damage:  # only its name has changed
        assert data["outcome"] == "ok" and "data.csv" in data["opened"]
    else:
        assert data["outcome"] == "failed" and "damaged the list of the files" in data["error"]


HURT = """
import os, psutil, signal, time
time.sleep(1)
family = [p for p in psutil.process_iter(["cmdline", "create_time"])
          if "scripts.worker.warm_server" in (p.info["cmdline"] or [])
          and p.environ().get("MARK") == {mark!r}]
server = min(family, key=lambda p: (p.create_time(), p.pid))
os.kill(server.pid, signal.{number})
"""


@pytest.mark.parametrize("number", ["SIGKILL", pytest.param("SIGSTOP", marks=pytest.mark.long)])
def test_others_are_not_hurt_by_a_cell_that_ends_the_server(number: str, tmp_path: Path) -> None:
    pages = {"a": [HURT.format(mark=str(tmp_path), number=number)]}
    pages |= {f"b{n}": [f"import time\ntime.sleep(3)  # {n}"] for n in range(2)}
    root = make_book(tmp_path / "book", pages)
    done = subprocess.run(
        [sys.executable, "-m", "scripts", "run", "--root", str(root), "--jobs", "2"],
        cwd=ROOT, env={**os.environ, "MARK": str(tmp_path)}, text=True, capture_output=True,
        timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "a notebook starts plainly" in done.stdout
    assert done.stdout.count(": ok, ") == 3


def test_a_path_too_long_for_sockets(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    answer = process.begin(ROOT, process.kernel_environment(tmp_path)).ask(request("1", deep))
    assert json.loads(answer.text)["outcome"] == "ok"
    assert list(deep.iterdir()) == []
