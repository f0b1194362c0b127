"""Answers of earlier days, kept in the cache as JSON."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec

from scripts.core.files import to_json, write_atomic
from scripts.links.answers import HOLDS, Answer

FILE = "links.json"


def read_kept(cache: Path, now: float) -> dict[str, Answer]:
    """The answers that still count; none if the file is missing or damaged: all are asked again."""
    try:
        found = msgspec.json.decode((cache / FILE).read_bytes(), type=dict[str, Answer])
    except (OSError, ValueError):  # msgspec's errors are of these
        return {}
    return {address: answer for address, answer in found.items() if answer.holds(now)}


def keep(cache: Path, answers: dict[str, Answer], now: float) -> None:
    """Keep what was answered. That it can't be kept costs the next time only."""
    longest = max(HOLDS.values())
    recent = {a: answer for a, answer in answers.items() if now - answer.asked < longest}
    with suppress(OSError):
        write_atomic(cache / FILE, to_json(msgspec.to_builtins(recent)), shared=True)
