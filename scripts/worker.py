"""Execute one notebook with papermill, in this process's own group: ``python -m scripts.worker``.

Reads a request (JSON) from the file named first, writes the result (JSON) to the file named
second. It knows nothing of the book: notebook, parameters, limits and files come in, the executed
notebook and what happened go out, so that it runs as well on another machine.
"""

from __future__ import annotations

import contextlib
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

INTERVAL = 0.2  # seconds between two looks at the memory and the clock
INJECTED = "injected-parameters"
MARKER = "papermill-error-cell-tag"


class Watchdog(threading.Thread):
    """Ends the kernel and all its children when time or memory run out, and this process's whole
    group when the parent is gone, so that no kernel is ever an orphan."""

    def __init__(self, deadline: float, memory: float | None) -> None:
        super().__init__(daemon=True)
        self.ends = time.monotonic() + deadline
        self.memory = memory
        self.parent = os.getppid()
        self.reason = ""

    def run(self) -> None:
        me = psutil.Process()
        while True:
            time.sleep(INTERVAL)
            children = me.children(recursive=True)
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
                for child in children:
                    with contextlib.suppress(psutil.Error):
                        child.kill()
            if orphaned:
                os.killpg(0, signal.SIGKILL)


def execute(request: dict[str, Any]) -> dict[str, Any]:
    """Run a request in a folder of its own.

    Keys of ``request``: notebook (nbformat JSON), parameters, profile, deadline (s), memory (MiB
    or None), cell_timeout (s or None), allow_errors, cwd (None: a fresh folder), files ({path:
    hex}), environment. Returns notebook, outcome, error, failed (index of the code cell), start,
    seconds, memory (MiB).
    """
    # Parsed before the clock starts: importing papermill is no part of the notebook's time.
    from papermill import execute_notebook
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    notebook = nbformat.from_dict(request["notebook"])
    os.environ.update(request["environment"])
    os.environ["NEWSLETTER_PROFILE"] = request["profile"]
    start = datetime.datetime.now(datetime.UTC)
    began = time.monotonic()
    watchdog = Watchdog(request["deadline"], request["memory"])
    watchdog.start()
    with tempfile.TemporaryDirectory(prefix="nl") as name:
        folder = Path(name)
        cwd = Path(request["cwd"]) if request["cwd"] else folder / "run"
        (folder / "run").mkdir()
        for path, content in request["files"].items():
            target = folder / "run" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(bytes.fromhex(content))
        output = folder / "executed.ipynb"
        os.environ["IPYTHONDIR"] = str(folder / "ipython")  # nobody's start-up files
        config = Config()
        if os.name == "posix":  # IPC: no port, and ipykernel does not warn of open TCP
            config.KernelManager.transport = "ipc"
            config.KernelManager.ip = str(folder / "k")
        outcome, error = "ok", ""
        try:
            execute_notebook(
                notebook,
                output,
                request["parameters"],
                cwd=cwd,
                progress_bar=False,
                execution_timeout=request["cell_timeout"],
                allow_errors=request["allow_errors"],
                record_timing=False,
                coalesce_streams=True,  # how streams are cut depends on the clock
                config=config,
            )
        except PapermillExecutionError as failure:
            outcome, error = "failed", f"{failure.ename}: {failure.evalue}"
        except Exception as failure:  # a dead kernel, a timeout, no such kernel
            outcome, error = "died", f"{type(failure).__name__}: {failure}".strip()
        if outcome == "failed" and request["allow_errors"]:
            outcome, error = "ok", ""
        if watchdog.reason:
            outcome = watchdog.reason
        elif "CellTimeoutError" in error:
            outcome = "timeout"
        executed = nbformat.read(output, 4) if output.exists() else notebook
    failed = failing_cell(executed) if outcome != "ok" else 0
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {
        "notebook": tidy(executed),
        "outcome": outcome,
        "error": error,
        "failed": failed,
        "start": start.isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - began, 2),
        "memory": round(peak / (2**20 if sys.platform == "darwin" else 2**10)),
    }


def failing_cell(notebook: NotebookNode) -> int:
    """Which code cell was last at work, counting the source's from 1 (0: none began)."""
    last = position = 0
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or INJECTED in tags:
            continue
        position += 1
        # papermill calls every cell completed when a kernel dies; only begun ones have a start.
        if cell.metadata.get("papermill", {}).get("start_time"):
            last = position
    return last


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
