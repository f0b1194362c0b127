"""Execute one notebook with papermill: ``python -m scripts.worker.notebook REQUEST RESULT``.

Reads a request (JSON) from the file named first, writes the result (JSON) to the file named
second. It knows nothing of the book: notebook, parameters, limits and files come in, the executed
notebook and what happened go out, so that it runs as well on another machine.
"""

from __future__ import annotations

import contextlib
import ctypes
import datetime
import json
import os
import resource
import signal
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

INTERVAL = 0.2  # seconds between two looks at the memory and the clock
MARKER = "papermill-error-cell-tag"
PR_SET_CHILD_SUBREAPER = 36  # of Linux' prctl(2)


class Watchdog(threading.Thread):
    """Ends the kernel and all its children when time, memory or room for output run out, and this
    process's whole group when the parent is gone, so that no kernel is ever an orphan."""

    def __init__(self, deadline: float, memory: float | None) -> None:
        super().__init__(daemon=True)
        self.ends = time.monotonic() + deadline
        self.memory = memory
        self.parent = os.getppid()
        self.reason = ""

    def too_much_output(self) -> None:
        """Note that the cells printed more than a page can carry."""
        self.reason = self.reason or "output"

    def run(self) -> None:
        while True:
            time.sleep(INTERVAL)
            children = psutil.Process().children(recursive=True)
            orphaned = os.getppid() != self.parent
            used = 0
            for child in children:
                with contextlib.suppress(psutil.Error):
                    used += child.memory_info().rss
            if not self.reason and time.monotonic() > self.ends:
                self.reason = "timeout"
            if not self.reason and self.memory and used > self.memory * 2**20:
                self.reason = "memory"
            if self.reason or orphaned:
                end(os.getpid(), itself=False)
            if orphaned:
                os.killpg(0, signal.SIGKILL)


def adopt() -> None:
    """Become the parent of every descendant that its own parent leaves behind, so that a daemon
    which a cell starts is still found, and ended (Linux; elsewhere such a daemon gets away)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end(pid: int, *, itself: bool = True) -> None:
    """Kill all processes below ``pid``, whatever groups they are in, and, if wanted, that one."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        for each in [*process.children(recursive=True), *([process] if itself else [])]:
            with contextlib.suppress(psutil.Error):
                each.kill()


def execute(request: dict[str, Any]) -> dict[str, Any]:
    """Run a request in a folder of its own.

    Keys of ``request``: notebook (nbformat JSON), parameters, profile, deadline (s), memory (MiB
    or None), cell_timeout (s or None), allow_errors, kept (MIME types of outputs that no cell can
    clear), cwd (None: a fresh folder), root (what a run in ``cwd`` reads below it is noted, or
    None), files ({path: hex}). Returns notebook, outcome, error, failed (number of the code cell),
    opened (see `opened.opened`), start, seconds, kernel_start (s), cpu (s), memory (MiB).
    """
    # Imported before the clock starts: that is no part of the notebook's time.
    import papermill  # noqa: F401

    notebook = nbformat.from_dict(request["notebook"])
    os.environ["NEWSLETTER_PROFILE"] = request["profile"]
    start = datetime.datetime.now(datetime.UTC)
    began = time.monotonic()
    adopt()
    watchdog = Watchdog(request["deadline"], request["memory"])
    watchdog.start()
    with tempfile.TemporaryDirectory(prefix="nl") as name:
        folder = Path(name)
        lay_out(request["files"], folder / "run")
        seen = Seen()
        executed, outcome, error = run_cells(notebook, request, folder, watchdog, seen)
        root = request["root"]
        read = opened.opened(root, folder / "opened") if root else {}
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
    output = folder / "executed.ipynb"
    os.environ["IPYTHONDIR"] = str(folder / "ipython")  # nobody's start-up files
    if request["root"]:
        opened.watch(folder / "ipython", request["root"], folder / "opened")
    outcome, error = "ok", ""
    try:
        execute_notebook(
            notebook,
            output,
            request["parameters"],
            engine_name="watched",
            cwd=Path(request["cwd"]) if request["cwd"] else folder / "run",
            progress_bar=False,
            execution_timeout=request["cell_timeout"],
            allow_errors=request["allow_errors"],
            record_timing=False,
            coalesce_streams=True,  # how streams are cut depends on the clock
            config=kernel_configuration(folder),
        )
    except PapermillExecutionError:
        pass  # it objects to every error in an output; which may be, is said below
    except Exception as failure:  # a dead kernel, a timeout, no such kernel
        outcome, error = "died", f"{type(failure).__name__}: {failure}".strip()
    end(os.getpid(), itself=False)  # what a cell left running
    executed = nbformat.read(output, 4) if output.exists() else notebook
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
    if os.name == "posix":  # IPC: no port, and ipykernel does not warn of open TCP
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
    """The executed notebook without what papermill adds: injected and error cells, times, paths."""
    cells = []
    count = 0
    for cell in notebook.cells:
        if {INJECTED, MARKER} & set(cell.metadata.get("tags", [])):
            continue
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if cell.cell_type == "code":
            count += 1
            ran = cell.execution_count is not None
            cell.execution_count = count if ran else None
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = count
        cells.append(cell)
    notebook.cells = cells
    notebook.metadata.pop("papermill", None)
    return json.loads(json.dumps(notebook))


def main(arguments: list[str]) -> None:
    """Request in, result out; the result's file appears whole or not at all."""
    request, result = map(Path, arguments)
    data = execute(json.loads(request.read_text(encoding="utf-8")))
    part = result.with_suffix(".part")
    part.write_text(json.dumps(data), encoding="utf-8")
    part.replace(result)


if __name__ == "__main__":
    main(sys.argv[1:])
