"""Run notebooks: plan the tasks, take from the cache what is there, execute the rest in processes.

A task is plain data (`Task`); executing one is a pure function of it (see `worker`). Every task
runs even if others fail.
"""

from __future__ import annotations

import contextlib
import fnmatch
import json
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import psutil

from scripts.book import Book, Page
from scripts.cache import Cache
from scripts.key import key_of, packages, parts_of
from scripts.modules import local_modules
from scripts.record import Failure, Outcome, Record, Run
from scripts.statistics import statistics

DEADLINE = 600.0  # seconds, for pages that declare none
GRACE = 20.0  # seconds beyond its deadline before a worker that doesn't answer is killed
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class Task:
    """One notebook to run under one profile, with everything that the run depends on."""

    page: Page
    profile: str
    parameters: dict[str, Any]
    files: dict[str, bytes]
    deadline: float
    memory: int | None
    cell_timeout: int | None
    allow_errors: bool
    cwd: str | None
    parts: dict[str, Any]
    key: str


def plan(book: Book, profile: str, only: Iterable[str] = ()) -> list[Task]:
    """The tasks of ``profile`` in the book's order; ``only`` selects by stem or docname."""
    only = set(only)
    versions = packages(book.root)
    pages = [page for page in book.pages if wanted(book, page, profile)]
    if only:
        pages = [page for page in pages if only & {page.name, page.docname, page.path}]
    return [_task(book, page, profile, versions) for page in pages]


def wanted(book: Book, page: Page, profile: str) -> bool:
    """Whether a page is run: ours if the profile concerns it, others as `_config.yml` says."""
    if page.notebook is None:
        return False
    if page.kind != "page":
        return profile != "full" or "full" in page.front.get("profiles", {})
    execute = book.config.get("execute") or {}
    mode = execute.get("execute_notebooks", "auto")
    excluded = execute.get("exclude_patterns") or []
    if mode in ("off", False) or any(fnmatch.fnmatch(page.path, p) for p in excluded):
        return False
    code = [cell for cell in page.notebook.cells if cell.cell_type == "code"]
    return mode != "auto" or not all(cell.get("outputs") for cell in code if cell.source.strip())


def _task(book: Book, page: Page, profile: str, versions: dict[str, str]) -> Task:
    assert page.notebook is not None
    ours = page.kind != "page"
    settings = (page.front.get("profiles") or {}).get(profile) or {} if ours else {}
    needs = {**page.front, **settings} if ours else {}
    parameters = dict(settings.get("parameters") or {})
    if page.kind == "issue":
        parameters["statistics"] = statistics(page.text, page.front["date"], book.bibliography)
    execute = book.config.get("execute") or {}
    sources = [cell.source for cell in page.notebook.cells if cell.cell_type == "code"]
    folder = page.path.rpartition("/")[0]
    folders = ["notebooks"] if ours else [folder, ""]
    paths = local_modules(book.root, sources, folders)
    files = {path: (book.root / path).read_bytes() for path in paths}
    timeout = None if ours else int(execute.get("timeout", 30))
    allow_errors = False if ours else bool(execute.get("allow_errors", False))
    temporary = ours or bool(execute.get("run_in_temp", False))
    parts = parts_of(
        page.notebook,
        profile=profile,
        parameters=parameters,
        files=files,
        datasets=needs.get("datasets") or [],
        packages=versions,
        settings={"timeout": timeout, "allow_errors": allow_errors, "temporary": temporary},
    )
    return Task(
        page,
        profile,
        parameters,
        {path.removeprefix("notebooks/"): content for path, content in files.items()},
        deadline=float(needs.get("deadline", DEADLINE)),
        memory=needs.get("memory"),
        cell_timeout=timeout if timeout and timeout > 0 else None,
        allow_errors=allow_errors,
        cwd=None if temporary else str(book.root / folder),
        parts=parts,
        key=key_of(parts),
    )


def run_all(
    tasks: list[Task], cache: Cache, jobs: int, tell: Callable[[str], None], *, force: bool = False
) -> dict[str, Run]:
    """Runs by docname, in the tasks' order; ``tell`` gets a line for each that was executed."""
    runs: dict[str, Run] = {}
    waiting = []
    for task in tasks:
        run = None if force else cache.get(task.key)
        if run is None:
            waiting.append(task)
        else:
            runs[task.page.docname] = run
    for path in cache.damaged:
        tell(f"cache entry {path.name} was damaged; its notebook runs again")
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        futures = {pool.submit(execute, task, cache.folder.parent): task for task in waiting}
        try:
            for done, future in enumerate(as_completed(futures), 1):
                task, run = futures[future], future.result()
                record = run.record
                if record.outcome == "ok":
                    cache.put(run)
                runs[task.page.docname] = run
                tell(
                    f"[{done}/{len(waiting)}] {task.page.path}: {record.outcome}, "
                    f"{record.seconds:.1f} s, {record.memory} MiB"
                )
        except BaseException:  # Ctrl-C too: nothing goes on unseen
            pool.shutdown(wait=False, cancel_futures=True)
            end_children()
            raise
    return {task.page.docname: runs[task.page.docname] for task in tasks}


def execute(task: Task, scratch: Path) -> Run:
    """Run one task in a process of its own and make its record."""
    request = {
        "notebook": task.page.notebook,
        "parameters": task.parameters,
        "profile": task.profile,
        "deadline": task.deadline,
        "memory": task.memory,
        "cell_timeout": task.cell_timeout,
        "allow_errors": task.allow_errors,
        "cwd": task.cwd,
        "files": {path: content.hex() for path, content in task.files.items()},
        # matplotlib's font cache takes seconds to make: share one.
        "environment": {"MPLCONFIGDIR": str(scratch / "matplotlib"), "PYTHONHASHSEED": "0"},
    }
    with tempfile.TemporaryDirectory(prefix="nl") as name:
        folder = Path(name)
        (folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
        result, log = folder / "result.json", folder / "log.txt"
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", "scripts.worker", folder / "request.json", result],
                cwd=Path(__file__).parent.parent,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )
            try:
                process.wait(task.deadline + GRACE)
            except subprocess.TimeoutExpired:
                end(process.pid)
                process.wait()
        if result.exists():
            data = json.loads(result.read_text(encoding="utf-8"))
        else:
            lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            data = _nothing(task, lines[-1] if lines else f"exit code {process.returncode}")
    return Run(_record(task, data), data["notebook"])


def _nothing(task: Task, error: str) -> dict[str, Any]:
    """The result of a worker that left none."""
    return {
        "notebook": task.page.notebook, "outcome": "died", "error": error, "failed": 0,
        "start": "", "seconds": task.deadline, "memory": 0,
    }  # fmt: skip


def end(pid: int) -> None:
    """Kill a process and all below it, whatever groups they are in."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        for each in [*process.children(recursive=True), process]:
            with contextlib.suppress(psutil.Error):
                each.send_signal(signal.SIGKILL)


def end_children() -> None:
    """Kill every process that this one started."""
    for child in psutil.Process().children():
        end(child.pid)


def _record(task: Task, data: dict[str, Any]) -> Record:
    notebook = data["notebook"]
    return Record(
        notebook=task.page.docname,
        profile=task.profile,
        parameters={k: v for k, v in task.parameters.items() if k != "statistics"},
        key=task.key,
        parts=task.parts,
        start=data["start"],
        seconds=data["seconds"],
        memory=data["memory"],
        kernel=notebook["metadata"].get("kernelspec", {}).get("name", ""),
        python=platform.python_version(),
        packages=task.parts["packages"],
        machine=machine(),
        outcome=cast(Outcome, data["outcome"]),
        failure=None if data["outcome"] == "ok" else _failure(task, data),
    )


def machine() -> str:
    """The machine in words, without its name."""
    memory = round(psutil.virtual_memory().total / 2**30)
    cores = os.cpu_count() or 1
    return f"{platform.system()} {platform.machine()}, {cores} cores, {memory} GiB"


EXPLAIN = {
    "timeout": "took longer than its deadline of {deadline:g} s",
    "memory": "took more than its {memory} MiB of memory",
    "died": "the kernel died: {error}",
}


def _failure(task: Task, data: dict[str, Any]) -> Failure:
    cells = [cell for cell in data["notebook"]["cells"] if cell["cell_type"] == "code"]
    number = data["failed"]
    traceback = ""
    if 0 < number <= len(cells):
        errors = [o for o in cells[number - 1]["outputs"] if o["output_type"] == "error"]
        if errors:
            traceback = ANSI.sub("", "\n".join(errors[-1]["traceback"]))
    error = EXPLAIN.get(data["outcome"], "{error}").format(
        deadline=task.deadline, memory=task.memory, error=data["error"]
    )
    path, line = task.page.path, _source_line(task.page, number, traceback)
    return Failure(number, path, line, error, "\n".join(traceback.splitlines()[-12:]))


def _source_line(page: Page, number: int, traceback: str) -> int:
    """Line in the source at which the failing cell raised, else the cell's first line."""
    assert page.notebook is not None
    lines = [
        line
        for line, cell in zip(page.cell_lines, page.notebook.cells, strict=False)
        if cell.cell_type == "code"
    ]
    if not 0 < number <= len(lines):
        return 0
    frames = re.findall(r"Cell In\[(\d+)\], line (\d+)", traceback)
    return lines[number - 1] + (int(frames[0][1]) - 1 if frames else 0)
