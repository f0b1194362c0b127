"""Runs in processes of this machine."""

from __future__ import annotations

import json
import platform
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from scripts.core.record import Run
from scripts.execution.plan import Task
from scripts.execution.progress import Tell
from scripts.execution.request import nothing, request_of, run_of
from scripts.execution.schedule import Capacity
from scripts.execution.workers import Servers
from scripts.worker.notebook import end
from scripts.worker.process import GRACE, machine


class Local:
    """Processes of this machine, their kernels warm unless ``warm`` is False."""

    def __init__(self, room: Capacity, scratch: Path, tell: Tell, warm: bool = True) -> None:
        self.room = room
        self.jobs = room.jobs
        self._servers = Servers(scratch, tell, warm)
        self._threads = ThreadPoolExecutor(room.jobs)

    def submit(self, task: Task) -> Future[Run]:
        return self._threads.submit(execute, task, self._servers)

    def __enter__(self) -> Local:
        return self

    def __exit__(self, *error: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._servers.close()  # with all that runs: after Ctrl-C nothing goes on unseen


def execute(task: Task, servers: Servers) -> Run:
    """Run one task in a process of its own and make its record."""
    with tempfile.TemporaryDirectory(prefix="nl") as name:
        paths = {what: str(Path(name) / what) for what in ("request", "result", "log")}
        Path(paths["request"]).write_text(json.dumps(request_of(task)), encoding="utf-8")
        worker = servers.start(task.preload, paths)
        if not worker.wait(task.deadline + GRACE):
            end(worker.pid)
            worker.wait(GRACE)
        result, log = Path(paths["result"]), Path(paths["log"])
        if result.exists():
            data = json.loads(result.read_text(encoding="utf-8"))
        else:
            lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            data = nothing(task, lines[-1] if lines else "its worker was killed")
    return run_of(task, data, platform.python_version(), machine())
