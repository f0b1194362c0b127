"""What no build can find out by itself, as small files that are committed and shown.

Recorded runs: `full` profiles may need an accelerator, a large download or hours. `record NAME`
runs one and keeps its numbers, its checks, its environment, when and how long.

Planted bugs: `tests/mutants.py` runs a notebook with each of them, and keeps how many its checks
noticed.

Past verdicts: a build knows what a claim's verdict is; `note` keeps what it was, and since when.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import msgspec

from scripts.book.outline import is_full_size
from scripts.core.files import digest, to_json, write_atomic
from scripts.core.problems import BookError, Problem, did_you_mean
from scripts.core.record import CHECKS_MIME, Kind, Run, Tried, code_cells

FOLDER = "notebooks/records"
Plain = bool | int | float | str | list[Any] | None
Verdict = Literal["holds", "fails", "not testable here"]


# Recorded runs ----------------------------------------------------------------------------------


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


# Planted bugs -----------------------------------------------------------------------------------

PLANTED = "tests/mutants"  # the bugs of each notebook: NAME.toml
TRIED = "notebooks/mutants.json"  # what became of them


def planted_file(name: str) -> str:
    """Where the bugs of a notebook stand."""
    return f"{PLANTED}/{name}.toml"


def planted_files(root: Path) -> list[str]:
    """The files of bugs that there are."""
    return sorted(planted_file(path.stem) for path in (root / PLANTED).glob("*.toml"))


def tried_of(root: Path, name: str, sources: Iterable[str]) -> str:
    """Digest of a notebook's code and of its bugs, which there must be: what was tried before
    either changed tells nothing."""
    bugs = (root / planted_file(name)).read_bytes()
    return digest(json.dumps([list(sources), digest(bugs)]))


def write_tried(root: Path, found: Mapping[str, Tried]) -> None:
    """Note what became of the bugs of these notebooks; that of others stays."""
    path = root / TRIED
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known |= {name: asdict(tried) for name, tried in found.items()}
    write_atomic(path, to_json(dict(sorted(known.items()))))


def read_tried(
    root: Path, sources: Mapping[str, Iterable[str]]
) -> tuple[dict[str, Tried | None], list[Problem]]:
    """What became of the bugs of each notebook that has any (None: it, or they, were not tried as
    they are now), and what is wrong with the file; ``sources``: the code cells of all notebooks."""
    path = root / TRIED
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else "{}"
        known = msgspec.convert(json.loads(text), dict[str, Tried])
    except (OSError, ValueError, RecursionError) as error:
        return {}, [Problem(TRIED, 0, f"no results of planted bugs: {error}", "Remove it.")]
    found: dict[str, Tried | None] = {}
    for name in sources:
        if (root / planted_file(name)).is_file():
            now = tried_of(root, name, sources[name])
            found[name] = known[name] if name in known and known[name].digest == now else None
    gone = sorted(set(known) - set(sources))
    what = "'{}': there is no notebook of this name"
    return found, [Problem(TRIED, 0, what.format(n), did_you_mean(n, sources)) for n in gone]


# Past verdicts ----------------------------------------------------------------------------------

NOTED = "notebooks/verdicts.json"


class Noted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The verdict on a claim since a day: ``date`` is that of its notebook's last change then,
    ``key`` that of the run."""

    date: str
    verdict: Verdict
    reported: Plain
    measured: Plain
    unit: str
    key: str


class History(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a claim was and where it stood, and every verdict that it had, the oldest first."""

    notebook: str  # its stem
    claim: str
    verdicts: list[Noted]


def write_noted(root: Path, histories: Mapping[str, History]) -> None:
    """Write the histories of all claims, by their ids."""
    known = {name: msgspec.to_builtins(histories[name]) for name in sorted(histories)}
    write_atomic(root / NOTED, to_json(known))


def read_noted(root: Path) -> tuple[dict[str, History], list[Problem]]:
    """The histories of claims by their ids, and what is wrong with the file."""
    path = root / NOTED
    if not path.exists():
        return {}, []
    try:
        found = msgspec.json.decode(path.read_bytes(), type=dict[str, History])
        for name, history in found.items():
            days = [datetime.date.fromisoformat(noted.date) for noted in history.verdicts]
            if not days or sorted(set(days)) != days:
                raise ValueError(f"'{name}' has no verdicts of days that follow one another")
    except (OSError, ValueError, RecursionError) as error:
        right = "Take the file back from the repository's history; `note` adds to it."
        return {}, [Problem(NOTED, 0, f"no past verdicts: {error}", right)]
    return found, []
