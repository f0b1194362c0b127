"""A preview at work on a newsletter, as its tests and its measurement ask it."""

from __future__ import annotations

import http.client
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest
from conftest import ROOT

from scripts.core.system.forks import FORKS

PATIENCE = 60  # seconds


class Preview(NamedTuple):
    """A preview at work on a copy of the tiny newsletter, which was built before."""

    root: Path
    port: int
    process: subprocess.Popen[str]

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and text of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")

    def wait(self, page: str, version: int, right: Callable[[dict[str, Any]], bool]) -> None:
        """Follow a page's events until one is right."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", f"/preview/events?page={page}&version={version}")
        answer = connection.getresponse()
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            line = answer.readline().decode()
            if line.startswith("data: ") and right(json.loads(line[6:])):
                return
        raise AssertionError("no such event")

    def shows(self, page: str, version: int, words: str) -> None:
        """Wait until a page has changed, and nothing is wrong; it has these words."""
        self.wait(page, version, lambda event: event["again"] and not event["problems"])
        assert words in self.get(f"/{page}")[1]

    def version(self, page: str) -> int:
        """What the served page says of itself."""
        return int(self.get(f"/{page}")[1].split('data-version="')[1].split('"')[0])


def waiting(preview: Preview) -> psutil.Process:
    """The process that waits for edits: on Linux a second one (see `core.signals`)."""
    first = psutil.Process(preview.process.pid)
    return first.children()[0] if sys.platform == "linux" else first


def processes(preview: Preview) -> list[psutil.Process]:
    """Those below it, when it is at rest: the server, and on Linux what is ready for an edit."""
    began, before = time.monotonic(), [0.0]
    while time.monotonic() - began < PATIENCE:
        found, now = waiting(preview).children(recursive=True), list[float]()
        with suppress(psutil.NoSuchProcess):  # an edit's work ended meanwhile
            now = [sum(process.cpu_times()[:2]) for process in (waiting(preview), *found)]
        if len(found) == 1 + FORKS and now == pytest.approx(before, abs=0.05):
            return found
        before = now
        time.sleep(0.5)
    raise AssertionError("it is never at rest")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def begun(root: Path, *options: str) -> Iterator[Preview]:
    """A preview at work, when it has looked at the book for the first time."""
    port = free_port()
    command = [sys.executable, "-m", "scripts", "preview", "--root", str(root), "--port", str(port)]
    command += options
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert process.stdout is not None
        assert str(port) in process.stdout.readline()
        found = Preview(root, port, process)
        found.wait("index.html", 0, lambda _: found.version("index.html") > 0)
        yield found
    finally:
        process.kill()
        process.wait()


def unversioned(page: str) -> str:
    """A served page but for the version that it is told."""
    return re.sub(r' data-version="\d+"', "", page)
