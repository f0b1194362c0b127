"""Cells that misbehave: each is reported with file and line within its deadline, nothing of them
runs on, and the others finish."""

from __future__ import annotations

import re
import time
from pathlib import Path

import psutil
import pytest
from books import make_book
from conftest import scripts

MARK = "hostile_cell_of_a_test"
HOSTILE = {
    "endless": ("while True:\n    pass", "took longer than its deadline of 12 s"),
    "forks": (
        "import subprocess, sys, time\n"
        f"child = [sys.executable, '-c', 'import time; time.sleep(987)  # {MARK}']\n"
        "children = [subprocess.Popen(child, start_new_session=True) for _ in range(3)]\n"
        "time.sleep(987)",
        "took longer than its deadline of 12 s",
    ),
    "sockets": (
        "import os\nfor descriptor in range(3, 256):\n    try:\n"
        "        os.close(descriptor)\n    except OSError:\n        pass",
        "(took longer than its deadline of 12 s|the kernel died)",
    ),
    "prints": (
        "for _ in range(200):\n    print('x' * 2**20)",
        "its cells print and draw more than",
    ),
    "dies": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "the kernel died"),
    "exits": ("import os\nos._exit(3)", "the kernel died"),
}
FINE = {
    "good": ("print('fine')", ""),
    "daemon": (
        "import subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-c', 'import os, subprocess, sys; '\n"
        "    \"subprocess.Popen([sys.executable, '-c', \"\n"
        f"    \"'import time; time.sleep(987)  # {MARK}'], start_new_session=True)\"])",
        "",
    ),
}
DEADLINE = 12


@pytest.mark.parametrize("options", [[], ["--cold"]], ids=["warm", "plain"])
def test_hostile_cells(tmp_path: Path, options: list[str]) -> None:
    pages = {name: ["print('began')", cell] for name, (cell, _) in {**HOSTILE, **FINE}.items()}
    root = make_book(tmp_path / "book", pages, timeout=DEADLINE)
    began = time.monotonic()
    result = scripts("run", "--root", root, "--jobs", "4", *options)
    took = time.monotonic() - began
    assert result.returncode == 1
    for name, (_, words) in HOSTILE.items():
        assert re.search(rf"{name}\.md:1[36]: cell 2: {words}", result.stderr), result.stderr
    for name in FINE:
        assert f"{name}.md: ok" in result.stdout, result.stdout + result.stderr
    assert took < len(pages) * (DEADLINE + 20)
    lines = [" ".join(p.info["cmdline"] or []) for p in psutil.process_iter(["cmdline"])]
    assert not [line for line in lines if MARK in line]


def test_memory_without_end(tmp_path: Path) -> None:
    """The page's front matter limits it; the builder's own memory is not touched."""
    cell = "hoard = []\nwhile True:\n    hoard.append(bytearray(2**26))"
    root = make_book(tmp_path / "book", {"hoards": [cell], "good": ["print('fine')"]}, memory=400)
    result = scripts("run", "--root", root)
    assert result.returncode == 1
    assert re.search(r"hoards\.md:\d+: cell 1: took more than its 400 MiB", result.stderr)
    assert "good.md: ok" in result.stdout
