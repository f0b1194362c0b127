"""A figure for each of several values of one parameter, as `steps` of `notebooks/style.py` shows
it: the chosen one as a picture that all readers of notebooks can show, all of them as data beside.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

MIME = "application/vnd.nlp-newsletter.steps+json"
MOST = 12  # figures: what a slider can tell apart on a telephone
LARGEST = 150_000  # bytes of all figures, compressed: what they may cost a page more
FOLDER = "_steps"  # of the staged tree: `KEY.json` and `KEY-0.svg` ...
CLASS = "steps-"  # before the key, a class of the chosen picture


@dataclass(frozen=True)
class Step:
    """The figure of one value, and what it shows in words (may be empty)."""

    value: str
    alt: str = ""
    svg: str = ""


@dataclass(frozen=True)
class Steps:
    """The figures over one parameter, and the place of the chosen one."""

    over: str
    chosen: int
    steps: list[Step]


def steps_of(output: Mapping[str, Any]) -> Steps | None:
    """The steps that an output of a cell holds, None if it has none. Raises ValueError."""
    data = output.get("data") or {}
    if MIME not in data:
        return None
    found = msgspec.convert(data[MIME], Steps)  # its error is a ValueError
    if not 2 <= len(found.steps) <= MOST or not 0 <= found.chosen < len(found.steps):
        raise ValueError(f"it has {len(found.steps)} figures (2 to {MOST}), or chose none of them")
    size = sum(len(gzip.compress(step.svg.encode("utf-8", "replace"))) for step in found.steps)
    if size > LARGEST:
        raise ValueError(f"its figures have {size:,} bytes compressed, more than {LARGEST:,}")
    return found
