"""Recorded runs: what a `full` run found, as a small file that is committed and shown.

`full` profiles may need an accelerator, a large download or hours, so the site can't repeat them.
`record NAME` runs one and keeps its numbers, its checks, its environment, when and how long.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.core.files import to_json, write_atomic
from scripts.core.problems import Problem
from scripts.core.record import Run

FOLDER = "notebooks/records"
FIELDS = {
    "notebook": str, "start": str, "seconds": float, "cpu": float, "memory": int, "machine": str,
    "python": str, "packages": dict, "parameters": dict, "key": str, "code": list, "checks": list,
}  # fmt: skip
KEPT = (
    "id", "kind", "claim", "source", "reported", "measured", "unit", "spread", "expected",
    "verdict", "stands", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Recorded:
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
    checks: list[dict[str, Any]]


def recorded_of(run: Run, packages: tuple[str, ...]) -> Recorded:
    """What is kept of a run; ``packages``: those whose versions readers want to know."""
    r = run.record
    checks = [{key: check.to_json()[key] for key in KEPT} for check in run.checks]
    versions = {name: r.packages[name] for name in packages if name in r.packages}
    return Recorded(
        r.notebook.rpartition("/")[2], r.start, r.seconds, r.cpu, r.memory, r.machine, r.python,
        versions, r.parameters, r.key, list(r.parts["code"]), checks,
    )  # fmt: skip


def write_recorded(root: Path, recorded: Recorded) -> str:
    """Write its file; returns the path under the root."""
    path = f"{FOLDER}/{recorded.notebook}.json"
    write_atomic(root / path, to_json({key: getattr(recorded, key) for key in FIELDS}))
    return path


def read_recorded(root: Path, names: set[str]) -> tuple[dict[str, Recorded], list[Problem]]:
    """Recorded runs by notebook, and what is wrong with their files."""
    found: dict[str, Recorded] = {}
    problems: list[Problem] = []
    for path in sorted((root / FOLDER).glob("*.json")):
        place = f"{FOLDER}/{path.name}"
        again = f"Make it again: python -m scripts record {path.stem}"
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            wrong = [k for k, kind in FIELDS.items() if not isinstance(data.get(k), kind)]
            wrong += [k for k in data if k not in FIELDS]
        except (ValueError, AttributeError) as error:
            problems.append(Problem(place, 0, f"no recorded run: {error}", again))
            continue
        if wrong:
            what = (
                f"no recorded run: {', '.join(sorted(wrong))} missing, unknown or of a wrong kind"
            )
            problems.append(Problem(place, 0, what, again))
        elif path.stem not in names or data["notebook"] != path.stem:
            right = "Remove it, or give it the name of its notebook."
            problems.append(Problem(place, 0, "there is no notebook of this name", right))
        else:
            found[path.stem] = Recorded(**data)
    return found, problems
