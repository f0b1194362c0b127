"""Planted bugs: `tests/mutants.py` runs a notebook with each of them, and keeps how many its checks
noticed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

import msgspec

from scripts.core.files import digest, to_json, write_atomic
from scripts.core.problems import Problem, did_you_mean
from scripts.core.record import Tried

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
