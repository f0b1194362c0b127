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
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import msgspec

from scripts.core.files import digest, to_json, write_atomic
from scripts.core.problems import Problem, did_you_mean
from scripts.core.record import Kind, Run, Tried

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
