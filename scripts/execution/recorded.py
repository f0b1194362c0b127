"""What recorded runs found, in the runs of a build.

A cell tagged `full-size` does nothing in a `book` run, so what it drew and kept for prose in the
recorded run stands there instead: pages, copies and values in prose take it from there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scripts.book.kept.runs import Recorded, keeps
from scripts.book.outline import is_full_size
from scripts.core.options import FULL
from scripts.core.record import Run


def with_recorded(run: Run, recorded: Recorded | None) -> Run:
    """The same run with what the recorded run's cells of the full size drew and kept, if they are
    as many; a full run has its own."""
    cells: list[dict[str, Any]] = run.notebook["cells"]
    places = [place for place, cell in enumerate(cells) if is_full_size(cell)]
    own = any(keeps(output) for place in places for output in cells[place]["outputs"])
    if (
        recorded is None
        or own
        or run.record.profile == FULL
        or len(places) != len(recorded.outputs)
    ):
        return run
    cells = list(cells)
    for place, outputs in zip(places, recorded.outputs, strict=True):
        cells[place] = {**cells[place], "outputs": [*outputs, *cells[place]["outputs"]]}
    return replace(run, notebook={**run.notebook, "cells": cells})
