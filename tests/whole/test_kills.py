"""A build that is ended at any moment leaves the last good site or the next one, nothing that runs,
and a cache from which the next build gives what a clean one gives, byte for byte.

Moments are aimed: the builder is ended exactly when it opens a file for writing, renames or removes
one, makes a folder or starts a program, in whichever of its processes it does so.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from conftest import ROOT, make_tiny, scripts

from scripts.book.read import read
from scripts.publishing.verify import verify

# Runs `python -m scripts`. Its arguments: a log, and, to end it, a signal and a line of the log.
BUILDER = r"""
import os, re, runpy, signal, sys, time
log, number, aim = sys.argv[1:4]
sys.argv = ["scripts", *sys.argv[4:]]
root, told = sys.argv[-1] + "/", set()
out, builder = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), os.getpid()
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

def place(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        return path if set(mode or "") & set("wax+") or flags & WRITES else None
    if event in ("os.rename", "os.link", "os.symlink"):
        return arguments[1]
    if event in ("os.remove", "os.mkdir", "os.rmdir", "os.truncate"):
        return arguments[0]
    return root + str(arguments[0]) if event == "subprocess.Popen" else None

def hook(event, arguments):
    path = place(event, arguments)
    if path is None or isinstance(path, int) or not os.fsdecode(path).startswith(root):
        return
    name = os.fsdecode(path)[len(root):]
    numbers = r"\.[a-z0-9_]{8}$|(?<=-)\d+(?=\.part)|(?<=environment-)\d+|\d{5,}"
    moment = event + " " + re.sub(numbers, "*", name)
    if moment in told:
        return
    told.add(moment)
    if not aim:
        os.write(out, moment.encode() + b"\n")
    elif moment == aim:
        os.write(out, moment.encode() + b"\n")
        os.kill(builder, int(number))
        time.sleep(60 if int(number) == signal.SIGKILL else 0.01)

sys.addaudithook(hook)
runpy.run_module("scripts", run_name="__main__", alter_sys=True)
"""
OF_RUNS = re.compile(r"^.cache/(costs.json|matplotlib/)")  # the clean build runs nothing
EDITS = {
    "notebooks/averages.md": ("The mean of", "Another mean of"),
    "issues/001.md": ("Averages and what they hide", "Means and what they hide"),
}


def edited(root: Path) -> Path:
    for name, (old, new) in EDITS.items():
        text = (root / name).read_text("utf-8")
        assert old in text
        (root / name).write_text(text.replace(old, new), encoding="utf-8")
    return root


def copy(built: Path, folder: Path) -> Path:
    return edited(Path(shutil.copytree(built, folder, copy_function=shutil.copy2)))


def begin(root: Path, temporary: Path, log: Path, number: int, aim: str) -> subprocess.Popen[bytes]:
    temporary.mkdir(exist_ok=True)
    command = [sys.executable, "-c", BUILDER, str(log), str(int(number)), aim]
    return subprocess.Popen(
        [*command, "build", "--jobs", "2", "--root", str(root)], cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "MARK": str(root), "TMPDIR": str(temporary)},
    )  # fmt: skip


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def names(root: Path) -> set[str]:
    """Of all files; those that are named by what they were made from, or after a process, alike."""
    found = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    return {re.sub(r"[0-9a-f]{20,}", "*", name) for name in found if not OF_RUNS.search(name)}


def marked(mark: str) -> set[int]:
    """Processes that live and have ``mark`` in their environment: a builder's whole family."""
    found = set()
    for process in psutil.process_iter(["environ", "status"]):
        environment = process.info["environ"] or {}
        if environment.get("MARK") == mark and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.add(process.pid)
    return found


@pytest.fixture(scope="module")
def clean(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The edited newsletter, built from nothing but its runs."""
    root = edited(make_tiny(tmp_path_factory.mktemp("clean") / "tiny"))
    shutil.copytree(built / ".cache" / "runs", root / ".cache" / "runs")
    result = scripts("build", "--root", root)
    assert result.returncode == 0, result.stderr
    return root


@pytest.fixture(scope="module")
def moments(built: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What an edit's build writes, in order."""
    folder = tmp_path_factory.mktemp("moments")
    builder = begin(copy(built, folder / "tiny"), folder / "t", folder / "log", 0, "")
    assert builder.wait(120) == 0
    found = list(dict.fromkeys((folder / "log").read_text().splitlines()))
    static = [moment for moment in found if "/html/_static/" in moment]  # one like the other
    return [moment for moment in found if moment not in static[3:]]


def killed_and_mended(
    moment: str, number: int, built: Path, clean: Path, folder: Path
) -> Iterator[str]:
    """What is wrong after a kill at a moment."""
    root, temporary, log = copy(built, folder / "tiny"), folder / "t", folder / "log"
    builder = begin(root, temporary, log, number, moment)
    code = builder.wait(120)
    ended = time.monotonic()
    if not log.exists() or moment not in log.read_text():
        yield "the moment did not come"
    if code != (-number if number == signal.SIGKILL else 128 + number) and (number, code) != (
        number, 0,
    ):  # fmt: skip
        yield f"exit code {code}"
    while marked(str(root)) and time.monotonic() < ended + (1 if number == signal.SIGKILL else 0):
        time.sleep(0.05)
    if marked(str(root)):
        yield "processes run on"
    if content(root / "_build" / "html") not in (
        content(built / "_build" / "html"), content(clean / "_build" / "html"),
    ):  # fmt: skip
        yield "half a site"
    if number != signal.SIGKILL and list(temporary.iterdir()):
        yield f"left in the temporary folder: {list(temporary.iterdir())}"
    again = begin(root, temporary, log, 0, "")
    if again.wait(120):
        yield "the next build failed"
    for part in ("html", "pdf", "notebooks", "records"):
        old, new = content(clean / "_build" / part), content(root / "_build" / part)
        differing = [name for name in old | new if old.get(name) != new.get(name)]
        if differing:
            yield f"not a clean build: {part}: {differing[:9]}"
    if list(temporary.iterdir()):
        yield f"left in the temporary folder after all: {list(temporary.iterdir())}"
    if more := names(root) - names(clean):
        yield f"left in the root: {sorted(more)[:9]}"


SAMPLE = (  # staging, Sphinx's environment, a page, a PDF in its fork, the swap, the last note
    r"open .cache/render-book/source/.*averages", r"environment.pickle",
    r"open .cache/render-book/html/issues/001.html", r"open .*\.pdf", r"rename _build/",
    r"state-book.json",
)  # fmt: skip


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_ended_in_each_stage(
    number: int, built: Path, clean: Path, moments: list[str], tmp_path: Path
) -> None:
    wrong = []
    for turn, pattern in enumerate(SAMPLE):
        moment = next((each for each in moments if re.search(pattern, each)), "")
        assert moment, f"nothing like {pattern}"
        if turn % 2 != (number == signal.SIGKILL):
            found = killed_and_mended(moment, number, built, clean, tmp_path / str(turn))
            wrong += [f"{moment}: {what}" for what in found]
    assert wrong == []


@pytest.mark.long
@pytest.mark.parametrize("number", [9, 2, 15, 1])
def test_ended_at_every_file(
    number: int, built: Path, clean: Path, moments: list[str], tmp_path: Path
) -> None:
    """SIGKILL at each; the others, which leave in order, at every fourth."""
    chosen = moments if number == signal.SIGKILL else moments[number % 4 :: 4]
    every = int(os.environ.get("EVERY", "1"))
    wrong = []
    for turn, moment in enumerate(chosen[::every]):
        found = killed_and_mended(moment, number, built, clean, tmp_path / str(turn))
        wrong += [f"{moment}: {what}" for what in found]
        shutil.rmtree(tmp_path / str(turn))
    assert wrong == []


KILLS = int(os.environ.get("KILLS", "50"))


@pytest.mark.long
def test_ended_at_random_while_notebooks_run(built: Path, tmp_path: Path) -> None:
    """By SIGKILL, or a signal that is obeyed within two seconds; a cell has changed each time."""
    root = Path(shutil.copytree(built, tmp_path / "tiny", copy_function=shutil.copy2))
    page, site = root / "notebooks" / "averages.md", root / "_build" / "html"
    good, chance, temporary = content(site), random.Random(0), tmp_path / "t"
    taken = 5.0  # seconds of a build on this machine, measured on the way
    for turn in range(KILLS):
        text = page.read_text()
        page.write_text(text.replace(f"seed = {turn}\n", f"seed = {turn + 1}\n"))
        assert page.read_text() != text
        builder = begin(root, temporary, tmp_path / "log", 0, "")
        while not marked(str(root)):
            time.sleep(0.01)
        time.sleep(chance.uniform(0.1, taken))
        number = chance.choice([signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
        early, began = builder.poll() is None, time.monotonic()
        builder.send_signal(number)
        code = builder.wait()
        if number != signal.SIGKILL:
            assert time.monotonic() - began < 2
            assert code in (0, 128 + number) if early else code == 0, f"turn {turn}"
        else:
            time.sleep(2)  # others notice it by themselves
        assert not marked(str(root)), f"something runs on, turn {turn}"
        seen = content(site)
        assert seen == good or verify(read(root)[0], site, []) == [], f"half a site, turn {turn}"
        began = time.monotonic()
        again = begin(root, temporary, tmp_path / "log", 0, "")
        assert again.wait() == 0
        assert not list(temporary.iterdir()), f"left in the temporary folder, turn {turn}"
        taken = max(taken, time.monotonic() - began)
        good = content(site)
        fresh = make_tiny(tmp_path / f"clean{turn}" / "tiny")
        shutil.copy(page, fresh / "notebooks")
        shutil.copytree(root / ".cache" / "runs", fresh / ".cache" / "runs")
        assert scripts("build", "--root", fresh).returncode == 0
        assert good == content(fresh / "_build" / "html"), f"not a clean build, turn {turn}"
        shutil.rmtree(fresh.parent)
