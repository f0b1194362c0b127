"""The outputs of a run in the staged copy of its page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

import msgspec
from nbformat import NotebookNode

from scripts.core import steps
from scripts.core.files import digest
from scripts.core.memo import remember
from scripts.core.palette import DRAWN_TO_LIGHT
from scripts.core.record import CHECKS_MIME, Run, code_cells
from scripts.core.untrusted.excerpts import of_cell
from scripts.core.untrusted.pictures import Unreadable, redrawn
from scripts.core.untrusted.sanitize import NO_CHECK
from scripts.core.words import number

KEPT_METADATA = ("kernelspec", "language_info", "mystnb", "myst")


def with_outputs(notebook: NotebookNode, run: Run, *, ours: bool) -> dict[str, Any]:
    """``notebook`` with the outputs of ``run``, cell by cell in order."""
    executed = iter(code_cells(run.notebook))
    cells: list[dict[str, Any]] = []
    for cell in notebook.cells:
        staged = json.loads(json.dumps(cell))
        if cell.cell_type == "code":
            done = next(executed)
            assert done["source"] == cell.source, "the run is not of this text"
            staged["outputs"] = [_output(output, ours) for output in of_cell(done["outputs"])]
            mark_steps(staged, done["outputs"] if ours else [])
            staged["execution_count"] = done["execution_count"]
        cells.append(staged)
    metadata = dict(run.notebook["metadata"])
    if ours:
        metadata = {k: v for k, v in metadata.items() if k in KEPT_METADATA}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _output(output: dict[str, Any], ours: bool) -> dict[str, Any]:
    data = output.get("data")
    if not data:
        return output
    data = dict(data)
    checks = data.pop(CHECKS_MIME, None) if ours else None
    data.pop(steps.MIME, None)
    if checks:
        data["text/markdown"] = "\n\n".join(check_line(check) for check in checks["checks"])
    if ours and "text/html" in data and not (checks and _is_shown(checks, data["text/html"])):
        data["text/html"] = NO_CHECK + "".join(data["text/html"])
    drawing = drawn(data.pop("image/svg+xml", ""))
    if drawing:
        data["image/svg+xml"] = recolour(drawing, DRAWN_TO_LIGHT) if ours else drawing
    return {**output, "data": data}


def mark_steps(cell: dict[str, Any], outputs: Sequence[dict[str, Any]]) -> None:
    """Give the picture of a cell that shows steps the name of their files."""
    for key, _ in _steps(outputs):
        image = cell["metadata"].setdefault("mystnb", {}).setdefault("image", {})
        image["classes"] = f"{image.get('classes', '')} {steps.CLASS}{key}".strip()


def step_files(run: Run) -> dict[str, bytes]:
    """The files of all steps of a run: their values and words, and a drawing for each."""
    files = {}
    for cell in code_cells(run.notebook):
        for key, found in _steps(cell["outputs"]):
            said = [replace(step, svg="") for step in found.steps]
            files[f"{steps.FOLDER}/{key}.json"] = msgspec.json.encode(replace(found, steps=said))
            for place, step in enumerate(found.steps):
                drawing = recolour(drawn(step.svg), DRAWN_TO_LIGHT)
                files[f"{steps.FOLDER}/{key}-{place}.svg"] = drawing.encode()
    return files


def _steps(outputs: Iterable[dict[str, Any]]) -> Iterator[tuple[str, steps.Steps]]:
    """Steps that can be shown, with their keys."""
    for output in outputs:
        try:
            found = steps.steps_of(output)
        except ValueError:  # `collect` has said so
            continue
        if found and all(drawn(step.svg) for step in found.steps):
            yield digest(msgspec.json.encode(found).decode())[:16], found


def _is_shown(bundle: dict[str, Any], html: str | list[str]) -> bool:
    """Whether HTML shows the verdict of the one check that it comes with, and no other."""
    verdict = escape(str(bundle["checks"][0]["verdict"])) if len(bundle["checks"]) == 1 else ""
    line = f'<div class="nl-check" data-verdict="{verdict}">.*?<strong[^>]*>{verdict}</strong>'
    text = "".join(html)
    return re.match(line, text, re.S) is not None and text.count("nl-check") == 1


def drawn(svg: str | list[str]) -> str:
    """A drawing that a cell put out as it may be published; empty if it may not."""
    text = "".join(svg).encode("utf-8", "replace").decode()
    return remember("drawing", text, partial(_drawn, text)) if text else ""


def lead_drawing(run: Run) -> str:
    """The drawing that stands for a notebook, in daylight's colours: that of a cell tagged `lead`,
    else the first; '' if it has none."""
    cells = code_cells(run.notebook)
    for cell in sorted(cells, key=lambda c: "lead" not in c["metadata"].get("tags", [])):
        for output in cell["outputs"]:
            drawing = drawn((output.get("data") or {}).get("image/svg+xml", ""))
            if drawing:
                return recolour(drawing, DRAWN_TO_LIGHT)
    return ""


def _drawn(text: str) -> str:
    try:
        return redrawn(text)
    except Unreadable:
        return ""  # `collect` has said so


def recolour(svg: str, colours: Mapping[str, str]) -> str:
    """An SVG with each of the given colours (``#rrggbb``) replaced, in any case of letters."""
    pattern = re.compile("|".join(map(re.escape, colours)), re.I)
    return pattern.sub(lambda match: colours[match.group().lower()], svg)


def check_line(check: Mapping[str, Any]) -> str:
    """One check as a line of Markdown, for editions without HTML."""
    numbers = [
        f"{name} {number(check[name], check.get('unit', ''))}"
        for name in ("measured", "reported")
        if check.get(name) not in (None, "")
    ]
    text = f"**{check['verdict']}**: {_escape(check['claim'])}"
    text += f" ({', '.join(numbers)})" if numbers else ""
    text += f" `{check['expected']}`" if check.get("expected") else ""
    return text + (f" {_escape(check['reason'])}" if check.get("reason") else "")


def _escape(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>$])", r"\\\1", text)
