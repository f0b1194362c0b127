"""Run many tasks: from the cache what is there, the rest in processes, the longest first.

Every task runs even if others fail. Memory and GPUs that tasks declare are not promised twice.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import psutil

from scripts.core.files import to_json, write_atomic
from scripts.core.record import Run, Runs
from scripts.execution.cache import Cache
from scripts.execution.plan import Task
from scripts.execution.progress import Progress, expectations
from scripts.worker.opened import state


@dataclass(frozen=True)
class Capacity:
    """What may be used at once: processes, memory in MiB, GPUs."""

    jobs: int
    memory: int
    gpus: int


def capacity(jobs: int = 0) -> Capacity:
    """This machine's; ``jobs`` 0 means one process for each core."""
    gpus = Path("/proc/driver/nvidia/gpus")
    return Capacity(
        jobs=jobs or os.cpu_count() or 1,
        memory=psutil.virtual_memory().total // 2**20,
        gpus=len(list(gpus.iterdir())) if gpus.is_dir() else 0,
    )


def longest_first(tasks: Iterable[Task], seconds: Mapping[str, float]) -> list[Task]:
    """By the seconds of their last runs; those never run come first, for they may be long."""
    return sorted(tasks, key=lambda task: -seconds.get(_name(task), float("inf")))


def next_fit(waiting: list[Task], running: list[Task], room: Capacity) -> Task | None:
    """The first task that fits beside those running. Alone, every task fits: better a run that
    the memory watch ends than one that never starts."""
    if not running:
        return waiting[0] if waiting else None
    if len(running) >= room.jobs:
        return None
    memory = room.memory - sum(task.memory or 0 for task in running)
    gpus = room.gpus - sum(task.gpu for task in running)
    fitting = (t for t in waiting if (t.memory or 0) <= memory and t.gpu <= max(gpus, 0))
    return next(fitting, None)


class Pool(Protocol):
    """Where tasks run: this machine's processes, or a cluster (see `cluster`)."""

    @property
    def room(self) -> Capacity: ...

    @property
    def jobs(self) -> int:
        """How many runs go on at once."""
        ...

    def submit(self, task: Task) -> Future[Run]: ...


def run_all(
    tasks: list[Task], kept: Runs, cache: Cache, pool: Pool, progress: Progress
) -> dict[str, Run]:
    """Runs by docname, in the tasks' order: those ``kept`` from elsewhere, those in the cache, and
    the others executed; ``progress`` hears of each of these."""
    runs = cached(tasks, kept, cache)
    for path in cache.damaged:
        progress.tell(
            f"cache entry {path.name} is damaged or another one's; its notebook runs again"
        )
    costs = cache.folder.parent / "costs.json"
    seconds = _read(costs)
    waiting = longest_first((t for t in tasks if t.page.docname not in runs), seconds)
    known = {t.page.docname: seconds[_name(t)] for t in waiting if _name(t) in seconds}
    progress.begin(expectations((t.page.docname for t in waiting), known), pool.jobs)
    running: dict[Future[Run], Task] = {}
    with progress:
        while waiting or running:
            while task := next_fit(waiting, list(running.values()), pool.room):
                waiting.remove(task)
                progress.started(task.page.docname)
                running[pool.submit(task)] = task
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                task, run = running.pop(future), future.result()
                runs[task.page.docname] = run
                if run.record.outcome == "ok":
                    cache.put(run)
                    seconds[_name(task)] = run.record.seconds
                progress.finished(task.page.docname, run.record.outcome, _line(run, task))
    if progress.state.done:
        write_atomic(costs, to_json(seconds))
    return {task.page.docname: runs[task.page.docname] for task in tasks}


def cached(tasks: list[Task], kept: Runs, cache: Cache) -> dict[str, Run]:
    """The runs by docname that needn't be made: those ``kept`` from elsewhere or in the cache."""
    runs = {t.page.docname: run for t in tasks if (run := kept.get(t.page.docname))}
    missing = [task for task in tasks if task.page.docname not in runs]
    return runs | {t.page.docname: run for t in missing if (run := _cached(t, cache)) is not None}


def changed(root: str, read: Mapping[str, str]) -> list[str]:
    """Which of the files that a run has ``read`` (see `worker.opened`) are others now."""
    return [path for path, before in read.items() if state(root, path) != before]


def _cached(task: Task, cache: Cache) -> Run | None:
    """The kept run of a task, if what it read is as it was. Another page with the same code may
    have made it."""
    run = cache.get(task.key)
    if run is None or (task.root and changed(task.root, run.record.opened)):
        return None
    return replace(run, record=replace(run.record, notebook=task.page.docname))


def _name(task: Task) -> str:
    return f"{task.page.docname} {task.profile}"


def _line(run: Run, task: Task) -> str:
    r = run.record
    return f"{task.page.path}: {r.outcome}, {r.seconds:.1f} s, {r.memory} MiB"


def _read(path: Path) -> dict[str, float]:
    """The seconds of earlier runs, as far as the file holds any."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {k: v for k, v in found.items() if isinstance(v, int | float) and 0 <= v < 10**9}
