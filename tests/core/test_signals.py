"""A command ends when it is told to, with the exit code that shells know, whatever it is doing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from conftest import ROOT

from scripts.core.system.signals import STOPS

BEGIN = """
import os, signal, subprocess, sys, threading, time
from scripts.core.system.signals import supervise
supervise()
print("ready", flush=True)
"""
BUSY = {
    "waiting": "time.sleep(60)",
    "swallowing": (
        "while True:\n    try: time.sleep(60)\n    except BaseException: pass\n"
    ),
    "computing": "sum(range(10**12))",  # one step of Python, in which no handler runs
    "in a thread": "threading.Thread(target=time.sleep, args=(60,)).start(); time.sleep(60)",
    "stopped": "os.kill(os.getpid(), signal.SIGSTOP)",
    "with daemons": (
        "code = 'import os, signal, time; os.setsid(); '\\\n"
        "    'signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)'\n"
        "for _ in range(3): subprocess.Popen([sys.executable, '-c', code])\n"
        "time.sleep(60)"
    ),
    "with a fork": (
        "from scripts.core.system.forks import Fork\n"
        "with Fork(lambda: time.sleep(60)) as fork: fork.result()"
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_stays(tmp_path: Path) -> Iterator[None]:
    """A test that fails leaves nothing at work."""
    yield
    for process in family(tmp_path):
        process.kill()


def begun(code: str, mark: Path, *before: str) -> subprocess.Popen[str]:
    command = [*before, sys.executable, "-c", BEGIN + code]
    environment = {**os.environ, "MARK": str(mark)}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        # Tests may run where signals are ignored, in the background of a shell.
        preexec_fn=lambda: [signal.signal(each, signal.SIG_DFL) for each in STOPS],
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    time.sleep(0.2)
    return process


def family(mark: Path) -> list[psutil.Process]:
    """What lives of it."""
    return [
        process
        for process in psutil.process_iter(["environ", "status"])
        if (process.info["environ"] or {}).get("MARK") == str(mark)
        and process.info["status"] != psutil.STATUS_ZOMBIE
    ]


@pytest.mark.parametrize(
    ("what", "number"),
    [*((what, signal.SIGINT) for what in BUSY), ("waiting", signal.SIGTERM),
     ("swallowing", signal.SIGTERM), ("waiting", signal.SIGHUP), ("swallowing", signal.SIGHUP)],
)  # fmt: skip
def test_it_ends_within_two_seconds(what: str, number: int, tmp_path: Path) -> None:
    started = time.monotonic()
    process = begun(BUSY[what], tmp_path)
    assert len(family(tmp_path)) > 1
    began = time.monotonic()
    process.send_signal(number)
    assert process.wait(10) == 128 + number
    took = time.monotonic() - began
    assert took < 2 + (began - started), "what it took to start says how busy the machine is"
    assert not family(tmp_path)


VERB = """
from pathlib import Path
from scripts import cli
from scripts.core.problems import BookError, Problem

@cli.verb
def slow(root):
    try:
        (root / "begun").touch()
        time.sleep(60)
    finally:
        raise {error}

slow(["--root", {root!r}])
"""


@pytest.mark.parametrize(
    "error", ["ValueError('open')", "OSError(28, 'full')", "BookError([Problem('a', 0, 'b')])"]
)
def test_what_a_stop_sets_off_is_the_stop(error: str, tmp_path: Path) -> None:
    """No crash that somebody reads of later, and no problem of the book."""
    process = begun(VERB.format(error=error, root=str(tmp_path)), tmp_path)
    while not (tmp_path / "begun").exists():
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 128 + signal.SIGTERM
    assert [path.name for path in tmp_path.iterdir()] == ["begun"]


@pytest.mark.parametrize("what", ["waiting", "computing", "with a fork"])
def test_nothing_is_left_of_a_killed_one(what: str, tmp_path: Path) -> None:
    process = begun(BUSY[what], tmp_path)
    process.kill()
    process.wait()
    time.sleep(0.2)
    assert not family(tmp_path)


@pytest.mark.parametrize(
    ("code", "status"), [("", 0), ("sys.exit(7)", 7), ("os.kill(os.getpid(), 9)", 137)]
)
def test_its_own_end_is_the_end(code: str, status: int, tmp_path: Path) -> None:
    assert begun(code, tmp_path).wait(10) == status


def test_nohup_counts(tmp_path: Path) -> None:
    process = begun("time.sleep(1)", tmp_path, "nohup")
    process.send_signal(signal.SIGHUP)
    assert process.wait(10) == 0
