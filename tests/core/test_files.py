"""Files written whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from conftest import ROOT

from scripts.core.files import other_files, stamps, sync, write_atomic, zipped


def test_sync_touches_only_what_differs(tmp_path: Path) -> None:
    sync({"a": b"1", "b/c": b"2"}, tmp_path)
    time = (tmp_path / "a").stat().st_mtime_ns
    assert sync({"a": b"1", "b": b"3"}, tmp_path) == ["b"]
    assert (tmp_path / "a").stat().st_mtime_ns == time
    assert sync({}, tmp_path) == [] and list(tmp_path.iterdir()) == []


def test_what_a_killed_builder_left_is_written_over(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, signal, sys; from scripts.core.files import write_atomic\n"
        "def hook(event, arguments):\n"
        "    if event == 'os.rename': os.kill(os.getpid(), signal.SIGKILL)\n"
        "sys.addaudithook(hook); write_atomic(pathlib.Path(sys.argv[1]), 'half')"
    )
    for _ in range(2):
        subprocess.run([sys.executable, "-c", code, str(tmp_path / "file")], cwd=ROOT)
    assert len(list(tmp_path.iterdir())) == 1 and not (tmp_path / "file").exists()
    write_atomic(tmp_path / "file", "whole")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "whole"


def test_archives_depend_on_nothing_but_their_files() -> None:
    assert zipped({"b": b"1", "a": b"2"}) == zipped({"a": b"2", "b": b"1"})


def test_pipes_and_links_that_lead_back_are_passed_over(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    for folder in (root / "a", root / "b", elsewhere):
        folder.mkdir(parents=True)
        (folder / "file").write_text("x")
    os.mkfifo(root / "pipe.md")
    (root / "one").symlink_to(".")
    (root / "two").symlink_to(".")
    (root / "a" / "other").symlink_to(root / "b")
    (root / "b" / "other").symlink_to(root / "a")
    (root / "linked").symlink_to(elsewhere)
    (root / "gone").symlink_to("nothing")
    files = ["a/file", "a/other/file", "b/file", "b/other/file", "linked/file"]
    assert other_files(root, set()) == files
    assert set(files) <= stamps(root).keys()
