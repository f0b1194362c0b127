"""Runs in processes of this machine."""

from __future__ import annotations

import platform
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from scripts.core.record import Run
from scripts.execution.plan import Task
from scripts.execution.progress import Tell
from scripts.execution.request import request_of, run_of
from scripts.execution.schedule import Capacity
from scripts.execution.workers import Servers
from scripts.worker.process import machine


class Local:
    """Processes of this machine, their kernels warm unless ``warm`` is False."""

    def __init__(self, room: Capacity, cache: Path, tell: Tell, warm: bool = True) -> None:
        self.room = room
        self.jobs = room.jobs
        self._servers = Servers(cache, tell, warm)
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
    worker = servers.start(task.preload)
    answer = worker.ask({**request_of(task), "scratch": str(servers.folder)})
    return run_of(task, answer, platform.python_version(), machine())
