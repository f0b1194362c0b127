"""A worker as a process of its own, here and on a cluster.

A request goes to a worker, and its answer comes back, on a socket that only the two have: no cell
can write what a worker didn't say. On a cluster this module is sent by value, so it imports nothing
but the standard library and psutil; the modules that execute notebooks travel as text.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import IO, Any

import psutil

PERSONAL = ("PYTHON", "IPYTHON", "MPL")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
GRACE = 20.0  # seconds beyond its deadline before a run that doesn't answer is killed
LIMIT = 2**28  # bytes of an answer: what cells may print (see `engine`), each as six of JSON
WORDS = 2**16  # bytes at the end of a log that its last words are looked for in
ROUNDS = 10  # looks for what a process has started while it was being ended
# Of Linux' prctl(2):
SUBREAPER, DUMPABLE = 36, 4


def machine() -> str:
    """This machine in words, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system, cores = f"{platform.system()} {platform.machine()}", os.cpu_count() or 1
    return f"{system}, {cores} cores, {round(memory)} GiB"


def lacking(packages: dict[str, str]) -> list[str]:
    """Which of ``packages`` (name: version) this interpreter has not, or in another version, in
    words. Builds of one release count as one: torch 2.13.0+cpu and 2.13.0+cu126."""
    found = []
    for name, version in packages.items():
        try:
            here = metadata.version(name)
        except metadata.PackageNotFoundError:
            here = "none"
        if here.partition("+")[0] != version.partition("+")[0]:
            found.append(f"{name} {version} (it has {here})")
    return found


def kernel_environment(scratch: Path) -> dict[str, str]:
    """The environment of a worker and of its kernel, here and on a cluster: what this process has,
    but for the variables by which somebody changes how Python, IPython or matplotlib start, for
    no key of a run knows of those; and one thread for linear algebra, where nobody asks for more.
    ``scratch`` is a folder that runs may share."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name == "PYTHONHOME" or not name.startswith(PERSONAL)
    }
    # One thread each, as Dask gives its workers: notebooks share the cores among themselves, small
    # matrices are slower with two, and sums come out the same whatever the number of cores.
    threads = dict.fromkeys(THREADS, "1")
    return {
        **threads,
        **kept,
        "PYTHONHASHSEED": "0",
        # matplotlib's list of fonts takes seconds to make: one for all. The backend is the one
        # that ipykernel sets; matplotlib reads it when it is imported.
        "MPLCONFIGDIR": str(scratch / "matplotlib"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }


def adopt() -> None:
    """Become the parent of every descendant that its own parent leaves behind, so that a daemon
    which a cell starts is still found, and ended (Linux; elsewhere such a daemon gets away)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)


def guard(closed: bool) -> None:
    """Whether processes of the same account are kept out of this one's memory and files (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DUMPABLE, int(not closed), 0, 0, 0)


def end(pid: int, *, itself: bool = True) -> None:
    """Kill all processes below ``pid``, whatever groups they are in, and, if wanted, that one."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        if itself:
            process.suspend()  # so that it starts nothing meanwhile
        for _ in range(ROUNDS):
            left = [p for p in process.children(recursive=True) if _lives(p)]
            for each in left:
                with contextlib.suppress(psutil.Error):
                    each.kill()
            if not left:
                break
        if itself:
            process.kill()


def _lives(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


@dataclass(frozen=True)
class Answer:
    """What came of a request: a line of JSON (see `notebook.execute`), or "" and ``why`` there is
    none; how long it took in all."""

    text: str
    why: str
    seconds: float


@dataclass(frozen=True)
class Worker:
    """A process at work on a request: its number, the builder's end of the channel, and a file
    without a name for what else it and its kernel say."""

    pid: int
    channel: socket.socket
    log: IO[bytes]

    def ask(self, request: Mapping[str, Any]) -> Answer:
        """Send a request, and wait for the answer and the end of the process, which is killed with
        all below it when it takes much longer than its deadline."""
        began = time.monotonic()
        seconds = request["deadline"] + GRACE
        late, text = "", b""
        try:
            self.channel.settimeout(seconds)
            self.channel.sendall(json.dumps(request).encode() + b"\n")
            text = self._received(began + seconds)
        except TimeoutError:
            late = f"it didn't answer within {seconds:g} s and was ended"
        except OverflowError as error:
            late = str(error)
        except OSError:  # it ended before it had read all
            pass
        self.channel.close()
        if late:
            end(self.pid)
        code = self._wait()
        with self.log:
            why = late or self._last_words(code)
        whole = text.endswith(b"\n") and not late
        return Answer(text.decode(errors="replace") if whole else "", why, time.monotonic() - began)

    def _received(self, until: float) -> bytes:
        """All that comes until the other end is closed. Raises TimeoutError, OverflowError."""
        parts: list[bytes] = []
        size = 0
        while True:
            self.channel.settimeout(max(until - time.monotonic(), 1e-3))
            part = self.channel.recv(2**20)
            size += len(part)
            if size > LIMIT:
                raise OverflowError(f"its answer has more than {LIMIT // 2**20} MiB")
            if not part:
                return b"".join(parts)
            parts.append(part)

    def _wait(self) -> int | None:
        """The exit code; negative: the signal that ended it. None if it isn't known."""
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(self.pid)
            try:
                return process.wait(GRACE)
            except psutil.TimeoutExpired:  # it closed the channel and lives on
                end(self.pid)
                return process.wait(GRACE)
        return None

    def _last_words(self, code: int | None) -> str:
        if code is not None and code < 0:
            return f"its worker was {ending(code)}"
        self.log.seek(max(self.log.seek(0, os.SEEK_END) - WORDS, 0))
        lines = self.log.read(WORDS).decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "its worker was ended"


def ending(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    often = "; often memory ran out" if name == "SIGKILL" else ""
    return f"killed by {name}{often}"


def new_log() -> IO[bytes]:
    """A file without a name, gone with the last that has it open."""
    return tempfile.TemporaryFile()


def begin(tools: Path, environment: Mapping[str, str]) -> Worker:
    """A worker (see `notebook`) as a process of its own; ``tools`` is the folder of `scripts`."""
    ours, theirs = socket.socketpair()
    log = new_log()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts.worker.notebook"],
            cwd=tools,
            env=environment,
            stdin=theirs.fileno(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    process.returncode = 0  # it is waited for by its number
    return Worker(process.pid, ours, log)


def execute(
    request: dict[str, Any], packages: dict[str, str], sources: dict[str, str]
) -> dict[str, Any]:
    """Run one request (see `notebook.execute`) in a folder of its own. Returns {answer, why,
    seconds: see `Answer`; python, machine: of this computer}."""
    missing = lacking(packages)
    if missing:
        where = platform.node()
        raise RuntimeError(f"the cluster's worker on {where} needs {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="nl") as name:
        folder = Path(name)
        for path, text in sources.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        worker = begin(folder, kernel_environment(folder))
        answer = worker.ask({**request, "scratch": str(folder)})
    return {
        "answer": answer.text,
        "why": answer.why,
        "seconds": answer.seconds,
        "python": platform.python_version(),
        "machine": machine(),
    }
