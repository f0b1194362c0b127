"""Execute one notebook with papermill: ``python -m scripts.worker.notebook``.

Standard input is a socket: the request (JSON, a line) comes from it, the answer goes back. It knows
nothing of the book: notebook, parameters, limits and files come in, the executed notebook and what
happened go out, so that it runs as well on another machine.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbformat import NotebookNode
from traitlets.config import Config

from scripts.worker import opened
from scripts.worker.engine import INJECTED, Seen, engine, source_cells
from scripts.worker.process import adopt, end, guard

INTERVAL = 0.2  # seconds between two looks at the memory and the clock
MARKER = "papermill-error-cell-tag"
SOCKET = 90  # bytes of a path that a socket may have: a system takes 104 or 108


class Watchdog(threading.Thread):
    """Ends the kernel and all its children when time, memory or room for output run out, and this
    process's whole group when the builder is gone, so that no kernel is ever an orphan: the other
    end of ``channel`` is closed then."""

    def __init__(self, deadline: float, memory: float | None, channel: socket.socket) -> None:
        super().__init__(daemon=True)
        self.ends = time.monotonic() + deadline
        self.memory = memory
        self.builder = select.poll()
        self.builder.register(channel, select.POLLIN | select.POLLHUP)
        self.folder: Path | None = None
        self.reason = ""

    def too_much_output(self) -> None:
        """Note that the cells printed more than a page can carry."""
        self.reason = self.reason or "output"

    def run(self) -> None:
        while not self.builder.poll(INTERVAL * 1000):
            if not self.reason and time.monotonic() > self.ends:
                self.reason = "timeout"
            if not self.reason and self.memory and self.used() > self.memory * 2**20:
                self.reason = "memory"
            if self.reason:
                end(os.getpid(), itself=False)
        end(os.getpid(), itself=False)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        os.killpg(0, signal.SIGKILL)

    def used(self) -> int:
        """Bytes of memory of all processes below this one."""
        used = 0
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                used += child.memory_info().rss
        return used


def execute(request: dict[str, Any], channel: socket.socket) -> dict[str, Any]:
    """Run a request in a folder of its own, as long as the other end of ``channel`` is open.

    Keys of ``request``: notebook (nbformat JSON), parameters, profile, deadline (s), memory (MiB
    or None), cell_timeout (s or None), allow_errors, kept (MIME types of outputs that no cell can
    clear), cwd (None: a fresh folder), root (what a run in ``cwd`` reads below it is noted, or
    None), files ({path: hex}), state (the folder that keeps what a stopped run goes on with,
    or ""), scratch (the folder for its folder). Returns notebook, outcome,
    error, failed (number of the code cell), opened (see `opened.Log.read`), start, seconds,
    kernel_start (s), cpu (s), memory (MiB).
    """
    # Imported before the clock starts: that is no part of the notebook's time.
    import papermill  # noqa: F401

    notebook = nbformat.from_dict(request["notebook"])
    os.environ["NEWSLETTER_PROFILE"] = request["profile"]
    os.environ["NEWSLETTER_STATE"] = request["state"]
    start = datetime.datetime.now(datetime.UTC)
    began = time.monotonic()
    adopt()
    watchdog = Watchdog(request["deadline"], request["memory"], channel)
    with tempfile.TemporaryDirectory(prefix="nl", dir=request["scratch"]) as name:
        watchdog.folder = folder = Path(name)
        watchdog.start()
        lay_out(request["files"], folder / "run")
        seen = Seen()
        log = opened.Log(request["root"], folder) if request["root"] else None
        executed, outcome, error = run_cells(notebook, request, folder, watchdog, seen)
        read, wrong = log.read() if log else ({}, "")
        if wrong and outcome == "ok":
            outcome, error = "failed", wrong
    if watchdog.reason:
        outcome = watchdog.reason
    elif "CellTimeoutError" in error:
        outcome = "timeout"
    launch = kernel_start(executed)
    failed = failing_cell(executed, seen) if outcome != "ok" else 0
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "notebook": tidy(executed),
        "outcome": outcome,
        "error": error,
        "failed": failed,
        "opened": read,
        "start": start.isoformat(timespec="seconds"),
        "kernel_start": launch,
        "seconds": round(time.monotonic() - began, 2),
        "cpu": round(used.ru_utime + used.ru_stime, 2),
        "memory": round(used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)),
    }


def lay_out(files: dict[str, str], folder: Path) -> None:
    """Write the files of a request (hexadecimal, by path) into a new folder."""
    folder.mkdir()
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(bytes.fromhex(content))


def run_cells(
    notebook: NotebookNode, request: dict[str, Any], folder: Path, watchdog: Watchdog, seen: Seen
) -> tuple[NotebookNode, str, str]:
    """Have papermill execute the cells. ``folder`` is the request's own. Returns the notebook as
    far as it came, the outcome (ok, failed, died) and the error in words."""
    from papermill import execute_notebook
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

    kept = frozenset(request["kept"])
    papermill_engines.register("watched", engine(seen, kept, watchdog.too_much_output))
    os.environ["IPYTHONDIR"] = str(folder / "ipython")  # nobody's start-up files
    outcome, error = "ok", ""
    try:
        execute_notebook(
            notebook,
            None,  # to no file: a cell could write it, too
            request["parameters"],
            engine_name="watched",
            cwd=Path(request["cwd"]) if request["cwd"] else folder / "run",
            progress_bar=False,
            execution_timeout=request["cell_timeout"],
            allow_errors=request["allow_errors"],
            record_timing=False,
            config=kernel_configuration(folder),
        )
    except PapermillExecutionError:
        pass  # it objects to every error in an output; which may be, is said below
    except Exception as failure:  # a dead kernel, a timeout, no such kernel
        outcome, error = "died", seen.ending or f"{type(failure).__name__}: {failure}".strip()
    end(os.getpid(), itself=False)  # what a cell left running
    executed = seen.notebook or notebook
    if outcome == "ok":
        failed, said = unfinished(executed, seen)
        outcome, error = ("failed", said) if failed else ("ok", "")
    return executed, outcome, error


def kernel_configuration(folder: Path) -> Config:
    """How Jupyter starts and ends the kernel; its sockets lie in ``folder``."""
    config = Config()
    # One kernel in eight hangs while it shuts down (two threads of ipykernel 7.4 wait for each
    # other); half of these seconds later it is told to end. Its results are here by then.
    config.KernelManager.shutdown_wait_time = 2.0
    config.KernelManager.connection_file = str(folder / "kernel.json")
    # IPC: no port, and ipykernel does not warn of open TCP.
    if os.name == "posix" and len(os.fsencode(folder / "k-5")) < SOCKET:
        config.KernelManager.transport = "ipc"
        config.KernelManager.ip = str(folder / "k")
    return config


def kernel_start(notebook: NotebookNode) -> float:
    """Seconds from the request for a kernel until it took the first cell (0.0: it never did)."""
    times = [notebook.metadata.get("papermill", {}).get("start_time")]
    times += [cell.metadata.get("papermill", {}).get("start_time") for cell in notebook.cells]
    began = [datetime.datetime.fromisoformat(time) for time in times if time]
    return round((began[1] - began[0]).total_seconds(), 2) if len(began) > 1 else 0.0


def unfinished(notebook: NotebookNode, seen: Seen) -> tuple[int, str]:
    """The first code cell that should have run and didn't run to its end, with what it said at
    last; (0, "") if there is none. papermill excuses a cell that leaves by SystemExit, and Jupyter
    one that was never begun."""
    for number, cell in source_cells(notebook):
        idle = not cell.source.strip() or "skip-execution" in cell.metadata.get("tags", [])
        if idle or number in seen.ended or INJECTED in cell.metadata.get("tags", []):
            continue
        errors = [o for o in cell.outputs if o.output_type == "error"]
        if errors:
            said = f"{errors[-1].ename}: {errors[-1].evalue}".removesuffix(": ")
            left = "; no cell after it ran" if errors[-1].ename == "SystemExit" else ""
            return number, said + left
        return number, "it did not run to its end"
    return 0, ""


def failing_cell(notebook: NotebookNode, seen: Seen) -> int:
    """Which code cell failed or was last at work, counting the source's from 1 (0: none began)."""
    begun = 0
    for number, cell in source_cells(notebook):
        # papermill calls every cell completed when a kernel dies; only begun ones have a start.
        if (
            INJECTED not in cell.metadata.get("tags", [])
            and cell.source.strip()
            and (cell.metadata.get("papermill", {}).get("start_time"))
        ):
            if number not in seen.ended:
                return number
            begun = number
    return begun


def tidy(notebook: NotebookNode) -> dict[str, Any]:
    """The executed notebook without what papermill adds (injected and error cells, times, paths)
    but for the ``seconds`` of each cell that ran."""
    cells = []
    count = 0
    for cell in notebook.cells:
        if {INJECTED, MARKER} & set(cell.metadata.get("tags", [])):
            continue
        times = cell.metadata.pop("papermill", {})
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            count += 1
            ran = cell.execution_count is not None
            if ran and times.get("duration") is not None:
                cell.metadata["seconds"] = round(times["duration"], 1)
            cell.execution_count = count if ran else None
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = count
        cells.append(cell)
    notebook.cells = cells
    notebook.metadata.pop("papermill", None)
    # Halves of characters, which no file can hold, become question marks.
    text = json.dumps(notebook, ensure_ascii=False).encode("utf-8", "replace")
    return dict(json.loads(text))


def answer(channel: socket.socket) -> None:
    """Read a request from the builder, execute it, and answer. The kernel has no part in it: it
    doesn't inherit the socket, and the file system has no name for it."""
    guard(closed=True)
    with channel, channel.makefile("r", encoding="utf-8") as lines:
        text = lines.readline()
        if text.endswith("\n"):  # else the builder is gone
            channel.sendall(json.dumps(execute(json.loads(text), channel)).encode() + b"\n")


def main() -> None:
    """Take the socket away from standard input, for kernels inherit that."""
    channel = socket.socket(fileno=os.dup(0))
    with Path(os.devnull).open() as nothing:
        os.dup2(nothing.fileno(), 0)
    answer(channel)


if __name__ == "__main__":
    main()
