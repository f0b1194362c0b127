"""Say in words what changed in the key of a run since its last one."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from scripts.book.model import Book
from scripts.core.problems import BookError, Problem, did_you_mean
from scripts.core.record import Record, record_file
from scripts.execution.plan import plan
from scripts.execution.schedule import changed
from scripts.execution.stored import of_text


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What differs between the parts of two keys, a line each; empty if nothing does."""
    lines = _cells(before["code"], after["code"])
    for part, name in (("files", ""), ("packages", ""), ("parameters", "parameter "),
                       ("settings", "setting ")):  # fmt: skip
        lines += _mapping(name, before[part], after[part], shown=part != "files")
    for part in ("profile", "kernel", "python"):
        if before[part] != after[part]:
            lines.append(f"{part} {before[part]} -> {after[part]}")
    if before["datasets"] != after["datasets"]:
        lines.append(f"data sets {before['datasets']} -> {after['datasets']}")
    if before["preload"] != after["preload"]:
        lines.append(f"preload {before['preload']} -> {after['preload']}")
    if before["kernelspec"] != after["kernelspec"]:
        lines.append(f"how Jupyter starts the kernel {after['kernel']} (kernel.json)")
    if before["runner"] != after["runner"]:
        lines.append("the modules of scripts/worker/, which execute notebooks")
    return lines


def _cells(before: list[str], after: list[str]) -> list[str]:
    lines = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, i, j, k, end in matcher.get_opcodes():
        if kind == "delete":
            lines.append(f"code {_range(i, j)} taken out")
        elif kind == "insert":
            lines.append(f"code {_range(k, end)} added")
        elif kind == "replace":
            lines.append(f"code {_range(k, end)} changed")
    return lines


def _range(start: int, end: int) -> str:
    return f"cell {start + 1}" if end - start == 1 else f"cells {start + 1} to {end}"


def _mapping(name: str, before: dict[str, Any], after: dict[str, Any], *, shown: bool) -> list[str]:
    lines = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if old is None:
            lines.append(f"{name}{key} added")
        elif new is None:
            lines.append(f"{name}{key} taken out")
        else:
            lines.append(f"{name}{key} {old} -> {new}" if shown else f"{name}{key}")
    return lines


def why(book: Book, name: str, profile: str, records: Path) -> list[str]:
    """What of the key of ``name`` changed since the record below ``records``. Raises `BookError`
    if there is no such notebook."""
    tasks = plan(book, profile, [name])
    if not tasks:
        known = [page.name for page in book.pages if page.notebook is not None]
        right = did_you_mean(name, known)
        raise BookError([Problem("_toc.yml", 0, f"no notebook is called '{name}'", right)])
    (task,) = tasks
    path = records / record_file(task.page.docname, profile)
    if not path.exists():
        return [f"{name} has never run under the profile '{profile}'"]
    try:
        record = of_text(path.read_text(encoding="utf-8"), Record)
    except ValueError as error:
        return [f"{path} is of another version of the tool or damaged: {error}"]
    found = changes(record.parts, task.parts)
    others = changed(str(book.root), record.opened)
    found += [f"{path}, which it read" for path in others]
    if record.outcome != "ok":
        found.append(f"its last run was not ok ({record.outcome}); such runs are never kept")
    return found
