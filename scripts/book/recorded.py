"""Recorded runs: what a `full` run found, as a small file that is committed and shown.

`full` profiles may need an accelerator, a large download or hours, so the site can't repeat them.
`record NAME` runs one and keeps its numbers, its checks, its environment, when and how long.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from scripts.core.files import to_json, write_atomic
from scripts.core.problems import Problem
from scripts.core.record import Kind, Run

FOLDER = "notebooks/records"
Plain = bool | int | float | str | list[Any] | None
Verdict = Literal["holds", "fails", "not testable here"]


class RecordedCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept of a check (see `core.record.Check`)."""

    id: str
    kind: Kind
    claim: str
    source: str
    reported: Plain
    measured: Plain
    unit: str
    spread: Plain
    expected: str
    verdict: Verdict
    stands: Verdict
    reason: str


class Recorded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A recorded run. ``code`` holds the digests of the cells that ran, in order."""

    notebook: str  # its stem
    start: str
    seconds: float
    cpu: float
    memory: int
    machine: str
    python: str
    packages: dict[str, str]
    parameters: dict[str, Any]
    key: str
    code: list[str]
    checks: list[RecordedCheck]


def recorded_of(run: Run, packages: tuple[str, ...]) -> Recorded:
    """What is kept of a run; ``packages``: those whose versions readers want to know."""
    r = run.record
    kept = RecordedCheck.__struct_fields__
    checks = [RecordedCheck(**{key: getattr(check, key) for key in kept}) for check in run.checks]
    versions = {name: r.packages[name] for name in packages if name in r.packages}
    return Recorded(
        r.notebook.rpartition("/")[2], r.start, r.seconds, r.cpu, r.memory, r.machine, r.python,
        versions, r.parameters, r.key, list(r.parts["code"]), checks,
    )  # fmt: skip


def write_recorded(root: Path, recorded: Recorded) -> str:
    """Write its file; returns the path under the root."""
    path = f"{FOLDER}/{recorded.notebook}.json"
    write_atomic(root / path, to_json(msgspec.to_builtins(recorded)))
    return path


def read_recorded(root: Path, names: set[str]) -> tuple[dict[str, Recorded], list[Problem]]:
    """Recorded runs by notebook, and what is wrong with their files."""
    found: dict[str, Recorded] = {}
    problems: list[Problem] = []
    for path in sorted((root / FOLDER).glob("*.json")):
        place = f"{FOLDER}/{path.name}"
        again = f"Make it again: python -m scripts record {path.stem}"
        try:
            data = msgspec.json.decode(path.read_bytes(), type=Recorded)
            datetime.datetime.fromisoformat(data.start)
        except (ValueError, RecursionError) as error:  # msgspec's are ValueErrors
            problems.append(Problem(place, 0, f"no recorded run: {error}", again))
            continue
        if path.stem not in names or data.notebook != path.stem:
            right = "Remove it, or give it the name of its notebook."
            problems.append(Problem(place, 0, "there is no notebook of this name", right))
        else:
            found[path.stem] = data
    return found, problems
