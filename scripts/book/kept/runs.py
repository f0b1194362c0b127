"""Recorded runs: `record NAME` runs a `full` profile and keeps its numbers, checks, data and
environment, when it was and how long it took; the files are shown beside the `book` run."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from scripts.book.kept.verdicts import Plain, Verdict
from scripts.book.outline import is_full_size
from scripts.core.files import to_json, write_atomic
from scripts.core.problems import BookError, Problem
from scripts.core.record import CHECKS_MIME, Kind, Run, code_cells

FOLDER = "notebooks/records"


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
    values: list[float] | None = None
    statistic: str = ""


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A data set that a run was given: who made it under what licence, how much it is, and the
    SHA-256 of all its files (``digest_of`` of `notebooks/checksums.py`)."""

    name: str
    terms: str
    files: int
    bytes: int
    digest: str


class Recorded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A recorded run. ``code`` holds the digests of the cells that ran, in order; ``data`` the data
    sets that it was given, ``seeds`` those of each long piece of work by its name, ``outputs`` what
    each cell of the full size drew and kept for prose."""

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
    data: list[Data] = []
    seeds: dict[str, list[int]] = {}
    outputs: list[list[dict[str, Any]]] = []


SIZE = 200_000  # bytes that a recorded run may have
# What a run tells of its data and its seeds, and what prose asks for (`notebooks/data.py`,
# `checks.py`).
TOLD = "application/vnd.nlp-newsletter.full-size+json"
KEPT = ("application/papermill.record/text/plain", "image/svg+xml")


def recorded_of(run: Run, packages: tuple[str, ...]) -> Recorded:
    """What is kept of a run; ``packages``: those whose versions readers want to know."""
    r = run.record
    kept = RecordedCheck.__struct_fields__
    checks = [RecordedCheck(**{key: getattr(check, key) for key in kept}) for check in run.checks]
    versions = {name: r.packages[name] for name in packages if name in r.packages}
    told = list(_told(run))
    return Recorded(
        r.notebook.rpartition("/")[2], r.start, r.seconds, r.cpu, r.memory, r.machine, r.python,
        versions, r.parameters, r.key, list(r.parts["code"]), checks,
        [msgspec.convert(one["data"], Data) for one in told if "data" in one],
        {one["seeds"]["name"]: one["seeds"]["seeds"] for one in told if "seeds" in one},
        [
            list(map(_brief, filter(keeps, cell["outputs"])))
            for cell in code_cells(run.notebook)
            if is_full_size(cell)
        ],
    )  # fmt: skip


def _told(run: Run) -> Iterator[dict[str, Any]]:
    for cell in code_cells(run.notebook):
        for output in cell["outputs"]:
            if TOLD in (output.get("data") or {}):
                yield output["data"][TOLD]


def keeps(output: Mapping[str, Any]) -> bool:
    """Whether an output of a cell is kept: a figure, or a value for prose."""
    data = output.get("data") or {}
    return CHECKS_MIME not in data and any(mime in data for mime in KEPT)


def _brief(output: Mapping[str, Any]) -> dict[str, Any]:
    """An output without the other forms that it has."""
    data = {mime: "".join(output["data"][mime]) for mime in KEPT if mime in output["data"]}
    return {
        "output_type": "display_data", "data": data, "metadata": dict(output.get("metadata") or {})
    }  # fmt: skip


def write_recorded(root: Path, recorded: Recorded) -> str:
    """Write its file; returns the path under the root. Raises `BookError` if it is too large."""
    path = f"{FOLDER}/{recorded.notebook}.json"
    text = to_json(msgspec.to_builtins(recorded))
    if len(text) > SIZE:
        what = f"the recorded run has {len(text):,} bytes, and {SIZE:,} are the most"
        raise BookError([Problem(path, 0, what, "Draw fewer points, or keep fewer numbers.")])
    write_atomic(root / path, text)
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


def differences(known: Recorded, new: Recorded) -> list[str]:
    """Where a run that was made again differs from what is recorded: another verdict, or a number
    that isn't the recorded one and leaves its spread."""
    found, again = [], {check.id: check for check in new.checks}
    for check in known.checks:
        other = again.get(check.id)
        if other is None:
            found.append(f"check '{check.id}' is gone")
        elif other.verdict != check.verdict:
            found.append(f"check '{check.id}': {other.verdict}, recorded: {check.verdict}")
        elif not _agree(check, other):
            of = "" if check.spread is None else f" ({check.spread})"
            found.append(
                f"check '{check.id}': measured {other.measured}, recorded: {check.measured}{of}"
            )
    return found


def _agree(check: RecordedCheck, other: RecordedCheck) -> bool:
    """Whether a check measured the same, but for rounding, or stays within its spread."""
    a, b, spread = check.measured, other.measured, check.spread
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return check.kind == "exactness" or all(map(_near, a, b))
    if _near(a, b) or check.kind == "exactness":  # whose errors of rounding are no measurement
        return True
    if not isinstance(a, int | float) or not isinstance(b, int | float):
        return False
    if isinstance(spread, list) and len(spread) == 2:
        return bool(min(spread) <= b <= max(spread))
    return isinstance(spread, int | float) and abs(a - b) <= spread


def _near(a: Plain, b: Plain) -> bool:
    if isinstance(a, int | float) and isinstance(b, int | float):
        return math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-9)
    return a == b
