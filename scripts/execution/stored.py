"""A run as JSON, and back: what a worker answers, what the cache and frozen issues keep.

Whatever isn't one is a ValueError that says why, so that no later stage meets it.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from scripts.core.record import Outcome, Record, Run, code_cells
from scripts.execution.key import codes_of

LARGEST = 1e12  # a number of seconds or MiB beyond that was never measured


@dataclass(frozen=True)
class Result:
    """What a worker answers: see `worker.notebook.execute`."""

    notebook: dict[str, Any]
    outcome: Outcome
    error: str
    failed: int = 0
    opened: dict[str, str] = field(default_factory=dict)
    start: str = ""
    seconds: float = 0.0
    kernel_start: float = 0.0
    cpu: float = 0.0
    memory: int = 0


@dataclass(frozen=True)
class Kept:
    """What is kept of a run."""

    record: Record
    notebook: dict[str, Any]


class Stream(msgspec.Struct, tag_field="output_type", tag="stream"):
    name: str
    text: str


class Display(msgspec.Struct, tag_field="output_type", tag="display_data"):
    data: dict[str, Any]
    metadata: dict[str, Any]


class Value(Display, tag_field="output_type", tag="execute_result"):
    pass


class Error(msgspec.Struct, tag_field="output_type", tag="error"):
    ename: str
    evalue: str
    traceback: list[str]


class CellMetadata(msgspec.Struct):
    tags: list[str] = msgspec.field(default_factory=list)
    seconds: float | None = None


class Code(msgspec.Struct, tag_field="cell_type", tag="code"):
    source: str
    metadata: CellMetadata
    outputs: list[Stream | Display | Value | Error]
    execution_count: int | None


class Markdown(msgspec.Struct, tag_field="cell_type", tag="markdown"):
    source: str
    metadata: CellMetadata


class Raw(Markdown, tag_field="cell_type", tag="raw"):
    pass


class NotebookMetadata(msgspec.Struct):
    kernelspec: dict[str, str] = msgspec.field(default_factory=dict)


class Notebook(msgspec.Struct):
    """An executed notebook, as far as anything of ours looks at it."""

    cells: list[Code | Markdown | Raw]
    metadata: NotebookMetadata
    nbformat: int
    nbformat_minor: int


class Parts(msgspec.Struct):
    """The parts of a key (see `key.parts_of`)."""

    code: list[str]
    parameters: dict[str, Any]
    profile: str
    kernel: str
    kernelspec: str
    preload: list[str]
    python: str
    packages: dict[str, str]
    files: dict[str, str]
    datasets: list[str]
    settings: dict[str, Any]
    runner: str


T = TypeVar("T", Result, Kept, Record)


def to_text(run: Run) -> str:
    """What is kept of a run; read again, it is the same to the order of its keys."""
    return json.dumps({"record": run.record.to_json(), "notebook": run.notebook})


def of_text(text: str | bytes, kind: type[T]) -> T:
    """The result, kept run or record that a text holds. Raises ValueError."""
    return converted(json_of(text), kind)


def run_of_text(text: str | bytes) -> Run:
    """A kept run. Raises ValueError if it isn't a successful one of the code that it names."""
    kept = of_text(text, Kept)
    same_code(kept.notebook, kept.record.parts)
    if kept.record.outcome != "ok":
        raise ValueError("it is of a run that failed")
    return Run(kept.record, kept.notebook)


def json_of(text: str | bytes) -> Any:
    """JSON as data. Raises ValueError, whatever is wrong with it."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def converted(data: Any, kind: type[T]) -> T:
    """The same of plain data."""
    found = msgspec.convert(data, kind)
    record = found.record if isinstance(found, Kept) else found
    numbers = (record.seconds, record.kernel_start, record.cpu, record.memory)
    if not all(math.isfinite(number) and 0 <= number < LARGEST for number in numbers):
        raise ValueError(f"no time or memory: {numbers}")
    if record.start:
        datetime.datetime.fromisoformat(record.start)
    if isinstance(record, Record):
        msgspec.convert(record.parts, Parts)
    if not isinstance(found, Record):
        notebook = msgspec.convert(found.notebook, Notebook)
        for place, mime in _not_text(notebook):
            raise ValueError(f"code cell {place} shows '{mime}' that isn't text")
    return found


def _not_text(notebook: Notebook) -> Iterator[tuple[int, str]]:
    """Outputs that are no text and should be, by the number of their code cell."""
    cells = [cell for cell in notebook.cells if isinstance(cell, Code)]
    for number, cell in enumerate(cells, 1):
        for output in cell.outputs:
            for mime, value in output.data.items() if isinstance(output, Display) else ():
                if not isinstance(value, str) and not mime.endswith("json"):
                    yield number, mime


def same_code(notebook: Mapping[str, Any], parts: Mapping[str, Any]) -> None:
    """Raises ValueError if an executed notebook is not one of the code that a key names."""
    if codes_of(code_cells(notebook)) != parts["code"]:
        raise ValueError("its cells are not those that should have run")
