"""A task as the request that a worker understands, and a worker's result as a run.

A task is plain data (`plan.Task`); executing it is a pure function of it (see `worker.notebook`).
"""

from __future__ import annotations

import re
from typing import Any

from scripts.book.model import Page
from scripts.core.record import CHECKS_MIME, Failure, Record, Run, code_cells
from scripts.core.words import without_escapes
from scripts.execution import stored
from scripts.execution.plan import Task
from scripts.worker.engine import OUTPUT
from scripts.worker.process import Answer


def run_of(task: Task, answer: Answer, python: str, where: str) -> Run:
    """The run that a worker's answer describes; ``where``: the machine, in words."""
    data, why = None, answer.why
    if answer.text:
        try:
            data = stored.of_text(answer.text, stored.Result)
            stored.same_code(data.notebook, task.parts)
        except ValueError as error:
            data, why = None, f"its worker's answer can't be used: {error}"
    assert task.page.notebook is not None
    seconds = round(answer.seconds, 2)
    data = data or stored.Result(dict(task.page.notebook), "died", why, seconds=seconds)
    return Run(_record(task, data, python, where), data.notebook)


def request_of(task: Task) -> dict[str, Any]:
    """What a worker needs to know of a task, as JSON (see `worker.notebook.execute`)."""
    return {
        "notebook": task.page.notebook,
        "parameters": task.parameters,
        "profile": task.profile,
        "deadline": task.deadline,
        "memory": task.memory,
        "cell_timeout": task.cell_timeout,
        "allow_errors": task.allow_errors,
        "kept": [CHECKS_MIME],
        "cwd": task.cwd,
        "root": task.root,
        "state": task.state,
        "files": {path: content.hex() for path, content in task.files.items()},
    }


def _record(task: Task, data: stored.Result, python: str, where: str) -> Record:
    return Record(
        notebook=task.page.docname,
        profile=task.profile,
        parameters={k: v for k, v in task.parameters.items() if k != "statistics"},
        key=task.key,
        parts=task.parts,
        start=data.start,
        seconds=data.seconds,
        kernel_start=data.kernel_start,
        cpu=data.cpu,
        memory=data.memory,
        kernel=data.notebook["metadata"].get("kernelspec", {}).get("name", ""),
        python=python,
        packages=task.parts["packages"],
        machine=where,
        opened=data.opened,
        outcome=data.outcome,
        failure=None if data.outcome == "ok" else _failure(task, data),
    )


EXPLAIN = {
    "timeout": "took longer than its deadline of {deadline:g} s",
    "memory": "took more than its {memory} MiB of memory",
    "output": "its cells print and draw more than {limit} MiB, too much for any page",
    "died": "the kernel died: {error}",
}


def _failure(task: Task, data: stored.Result) -> Failure:
    cells = code_cells(data.notebook)
    number = data.failed
    traceback = ""
    if 0 < number <= len(cells):
        errors = [o for o in cells[number - 1]["outputs"] if o["output_type"] == "error"]
        if errors:
            traceback = without_escapes("\n".join(errors[-1]["traceback"]))
    deadline = task.cell_timeout if "CellTimeoutError" in data.error else task.deadline
    error = EXPLAIN.get(data.outcome, "{error}").format(
        deadline=deadline, memory=task.memory, limit=OUTPUT // 2**20, error=data.error
    )
    path, line = task.page.path, _source_line(task.page, number, traceback)
    return Failure(number, path, line, error, "\n".join(traceback.splitlines()[-12:]))


def _source_line(page: Page, number: int, traceback: str) -> int:
    """Line in the source at which the failing cell raised, else the cell's first line."""
    lines = page.code_lines
    if not 0 < number <= len(lines) or not lines[number - 1]:
        return 0
    frames = re.findall(r"Cell In\[(\d+)\], line (\d+)", traceback)
    return lines[number - 1] + (int(frames[0][1]) - 1 if frames else 0)
