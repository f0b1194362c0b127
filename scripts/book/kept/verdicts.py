"""Past verdicts: a build knows what a claim's verdict is; `note` keeps what it was since when."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from scripts.core.files import to_json, write_atomic
from scripts.core.problems import Problem

Plain = bool | int | float | str | list[Any] | None
Verdict = Literal["holds", "fails", "not testable here"]
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
