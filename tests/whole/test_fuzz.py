"""Any bytes in: what comes out is a site, or problems with file and line, in time. Small here, for
minutes with ``make test-long``, and for as long as you like with ``FUZZ=100 make test-long``."""

from __future__ import annotations

import faulthandler
import os
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from conftest import FONTS
from fuzzing import BOOK, NEWSLETTER, damages, write_book
from hypothesis import HealthCheck, given, settings

PATIENCE = 60  # seconds: ten on a quiet machine
PROBLEM = re.compile(r"error: (?P<path>[^\s:]+)(:\d+){0,2}: \S")
QUIET = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))


def typed(root: Path, *words: str) -> tuple[int, str, float]:
    """What ``python -m scripts WORDS`` would do, in a fork of this process, which has imported all
    of it already: exit code (negative: a signal's number), what it said, seconds."""
    import scripts.commands.build
    import scripts.rendering.configuration
    from scripts import cli

    scripts.rendering.configuration.sphinx()
    said, began = root.parent / "said", time.monotonic()
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            os.setsid()
            stream = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(stream, 1), os.dup2(stream, 2)
            sys.stdout, sys.stderr = open(1, "w"), open(2, "w")  # noqa: SIM115
            faulthandler.register(signal.SIGUSR2)  # in its forks, too: where it hangs, if it does
            try:
                cli.main([*words, "--root", str(root)], standalone_mode=False)
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush(), sys.stderr.flush()
            os._exit(code)
    while time.monotonic() < began + PATIENCE:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            break
        time.sleep(0.01)
    else:
        for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
            with suppress(psutil.Error):
                print(process.pid, process.ppid(), process.status(), process.cmdline()[-4:])
                if process.cmdline() == psutil.Process().cmdline():  # no other program
                    process.send_signal(signal.SIGUSR2)
                    time.sleep(0.5)
        os.killpg(pid, signal.SIGKILL)
        status = os.waitpid(pid, 0)[1]
    code = os.waitstatus_to_exitcode(status)
    return code, said.read_text(errors="replace"), time.monotonic() - began


def judged(root: Path, verb: str) -> None:
    """Whether the tool did with this book what it promises for every one."""
    code, said, seconds = typed(root, verb)
    assert code in (0, 1), f"exit code {code} after {seconds:.1f} s\n{said}"
    assert "Traceback (most recent call last)" not in said
    if code:
        problems = [line for line in said.splitlines() if line.startswith("error: ")]
        assert problems, said
        for line in problems:
            assert PROBLEM.match(line), line
    elif verb == "build":
        assert (root / "_build/html/index.html").is_file(), said


def attack(fonts: Path, book: dict[str, str], damage: list, verb: str) -> None:
    with tempfile.TemporaryDirectory(prefix="fuzz") as folder:
        root = Path(folder) / "book"
        if verb == "build":
            for name in FONTS:
                shutil.copytree(fonts / name, root / name, copy_function=os.link)
        write_book(root, book, damage)
        judged(root, verb)


KINDS = {
    "newsletter": (NEWSLETTER, "check", 100),
    "book": (BOOK, "check", 100),
    "build": (BOOK, "build", 12),
}


@pytest.mark.parametrize("kind", KINDS)
def test_any_book(built: Path, kind: str) -> None:
    book, verb, examples = KINDS[kind]
    attack(built, book, [], verb)  # it is in order before it is damaged

    @settings(QUIET, max_examples=examples, derandomize=True)
    @given(damages(book))
    def attacked(damage: list) -> None:
        attack(built, book, damage, verb)

    attacked()


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_any_book_for_minutes(built: Path, kind: str) -> None:
    book, verb, examples = KINDS[kind]

    @settings(QUIET, max_examples=examples * int(os.environ.get("FUZZ", "10")))
    @given(damages(book))
    def attacked(damage: list) -> None:
        attack(built, book, damage, verb)

    attacked()
