"""Runs on a Dask cluster: the same pure function of the same request, on other machines.

There is no shared disk: notebook, files and the modules that execute them travel with each run.
Dask repeats the runs of a worker that is lost. ``distributed`` is needed only here, and is not
among the requirements: see CONTRIBUTING.md.
"""

from __future__ import annotations

import time
from concurrent.futures import Future
from typing import Any

from scripts.core.files import TOOLCHAIN
from scripts.core.problems import BookError, Problem
from scripts.core.record import Run
from scripts.execution.key import WORKER
from scripts.execution.plan import Task
from scripts.execution.request import request_of, run_of
from scripts.execution.schedule import Capacity
from scripts.worker import process
from scripts.worker.process import Answer

PATIENCE = 10  # seconds to wait for the scheduler's answer


class Cluster:
    """A pool of `schedule.run_all` whose processes are a cluster's. Raises `BookError` if no
    scheduler answers, if it has no workers, or if one of them lacks what the runs need."""

    def __init__(self, address: str, packages: dict[str, str]) -> None:
        try:
            import cloudpickle
            from distributed import Client
        except ImportError as error:
            right = "python -m pip install distributed (see CONTRIBUTING.md for the version)"
            raise _trouble(f"--scheduler needs a package: {error}", right) from None
        cloudpickle.register_pickle_by_value(process)
        try:
            self._client = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            right = "Start one: dask scheduler --host 0.0.0.0 --port 8786"
            raise _trouble(f"no scheduler answers at {address}: {error}", right) from None
        self._packages = packages
        try:
            self._resources = self._check(address)
        except BookError:
            self._client.close()
            raise
        self._sources = self.sources()
        self._futures: set[Any] = set()  # Dask forgets a run whose future nobody holds

    @staticmethod
    def sources() -> dict[str, str]:
        """What executes a request, as text."""
        sent = [TOOLCHAIN / "__init__.py", *WORKER.glob("*.py")]
        return {
            path.relative_to(TOOLCHAIN.parent).as_posix(): path.read_text("utf-8") for path in sent
        }

    def _check(self, address: str) -> dict[str, float]:
        """What all workers offer together, once all of them are found fit."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            right = f"Start some: dask worker {address} --nthreads 1"
            raise _trouble(f"the scheduler at {address} has no workers", right)
        found = self._client.run(process.lacking, self._packages)
        right = "Install there what constraints.txt names."
        problems = [
            Problem("--scheduler", 0, f"worker {name} lacks {', '.join(missing)}", right)
            for name, missing in found.items()
            if missing
        ]
        if problems:
            raise BookError(problems)
        total: dict[str, float] = {}
        for worker in workers.values():
            for name, amount in worker.get("resources", {}).items():
                total[name] = total.get(name, 0) + amount
        return total

    @property
    def room(self) -> Capacity:
        """No bounds of ours: the scheduler knows better. GPUs are those that workers declare."""
        return Capacity(jobs=10**6, memory=10**12, gpus=int(self._resources.get("GPU", 0)))

    @property
    def jobs(self) -> int:
        """How many runs go on at once."""
        return sum(self._client.nthreads().values())

    def submit(self, task: Task) -> Future[Run]:
        """Send a run; the future gives it, also when it failed."""
        began = time.monotonic()
        future = self._client.submit(
            process.execute, request_of(task), self._packages, self._sources,
            key=f"{task.page.docname}-{task.profile}-{task.key[:12]}", pure=False,
            resources=self._needs(task), retries=0,
        )  # fmt: skip
        self._futures.add(future)
        done: Future[Run] = Future()

        def finish(future: Any) -> None:
            try:
                done.set_result(self._run(task, future, began))
            except BaseException as error:  # raised where the run is waited for
                done.set_exception(error)
            self._futures.discard(future)

        future.add_done_callback(finish)
        return done

    def _needs(self, task: Task) -> dict[str, float]:
        """Dask's resources of a task: those that at least one worker declares."""
        needs = {"GPU": float(task.gpu), "MEMORY": float(task.memory or 0) * 2**20}
        return {name: need for name, need in needs.items() if need and name in self._resources}

    def _run(self, task: Task, future: Any, began: float) -> Run:
        try:
            answer = future.result()
        except Exception as error:  # packages missing there, workers lost one after the other
            nothing = Answer("", f"{type(error).__name__}: {error}", time.monotonic() - began)
            return run_of(task, nothing, "", "a cluster")
        said = Answer(answer["answer"], answer["why"], answer["seconds"])
        return run_of(task, said, answer["python"], answer["machine"])

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *others: object) -> None:
        self._client.close()


def _trouble(what: str, right: str) -> BookError:
    return BookError([Problem("--scheduler", 0, what, right)])
