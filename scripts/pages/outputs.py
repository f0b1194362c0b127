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

from scripts.book.cells import only_checks
from scripts.book.outline import LEAD
from scripts.core import steps
from scripts.core.files import digest
from scripts.core.languages.speech import Speech
from scripts.core.memo import remember
from scripts.core.palette import DRAWN_TO_LIGHT
from scripts.core.record import CHECKS_MIME, Run, code_cells
from scripts.core.untrusted.excerpts import of_cell
from scripts.core.untrusted.pictures import Unreadable, redrawn
from scripts.core.untrusted.sanitize import NO_CHECK
from scripts.core.verdicts import SHAPES, UNTESTABLE
from scripts.core.words import measured, number, rule

KEPT_METADATA = ("kernelspec", "language_info", "mystnb", "myst", "lang")


SHOWN_LEAD = "shown-lead"  # the tag of the cell at the top of a page that shows the lead figure
ANSWER = "hide-cell"  # the tag of an answer's code, whose fold says how long it runs
FOLDED = {"hide-input", ANSWER}


def with_outputs(
    notebook: NotebookNode, run: Run, say: Speech, *, ours: bool, tabled: bool = False
) -> dict[str, Any]:
    """``notebook`` with the outputs of ``run``, cell by cell in order. In ours the lead cell's
    stand at the top, where there is a place for them. ``tabled``: each check has its row in a
    table, so that cells which are there for their checks are folded and show nothing. ``say``: the
    edition's words in the page's language."""
    executed = iter(code_cells(run.notebook))
    cells: list[dict[str, Any]] = []
    top: dict[str, Any] | None = None
    for cell in notebook.cells:
        staged = json.loads(json.dumps(cell))
        cells.append(staged)
        if cell.cell_type != "code":
            continue
        tags = staged["metadata"].get("tags") or []
        if SHOWN_LEAD in tags:
            top = staged
            continue
        done = next(executed)
        assert done["source"] == cell.source, "the run is not of this text"
        outputs = list(of_cell(done["outputs"]))
        if ours:
            outputs = _folded(staged, outputs, tabled, say)
        staged["outputs"] = [_output(output, ours) for output in outputs]
        leads = top is not None and LEAD in tags
        mark_steps(top if top is not None and leads else staged, done["outputs"] if ours else [])
        staged["execution_count"] = done["execution_count"]
        if ours and ANSWER in tags and "seconds" in done["metadata"]:
            staged["metadata"]["seconds"] = done["metadata"]["seconds"]
        if top is not None and leads:
            top["outputs"], staged["outputs"] = staged["outputs"], []
            staged["metadata"].get("mystnb", {}).pop("figure", None)
    metadata = dict(run.notebook["metadata"])
    if ours:
        metadata = {k: v for k, v in metadata.items() if k in KEPT_METADATA}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _folded(
    staged: dict[str, Any], outputs: list[dict[str, Any]], tabled: bool, say: Speech
) -> list[dict[str, Any]]:
    """The outputs of a cell that are shown below it. Its fold, if it has one, gets a name: what it
    holds, and how much of it."""
    metadata, source = staged["metadata"], staged["source"]
    tags = metadata.setdefault("tags", [])
    name = say("Code")
    if tabled:
        checks = sum(len(checks_in(output)) for output in outputs)
        if checks and only_checks(source):
            outputs = [output for output in outputs if not checks_in(output)]
            name = say.count("Code of {n} check", "Code of {n} checks", checks)
            tags += [] if FOLDED & set(tags) else ["hide-input"]
        outputs = [output for output in outputs if not _is_untested(output)]
    if FOLDED & set(tags):
        lines = say.count("{n} line", "{n} lines", source.strip().count("\n") + 1)
        render = metadata.setdefault("mystnb", {})
        for key in ("code_prompt_show", "code_prompt_hide"):
            render.setdefault(key, f"{name}{say(', ')}{lines}")
    return outputs


def checks_in(output: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The checks that an output of a cell declares."""
    bundle = (output.get("data") or {}).get(CHECKS_MIME) or {}
    return list(bundle.get("checks") or ())


def _is_untested(output: Mapping[str, Any]) -> bool:
    checks = checks_in(output)
    return bool(checks) and all(check["verdict"] == UNTESTABLE for check in checks)


def _output(output: dict[str, Any], ours: bool) -> dict[str, Any]:
    data = output.get("data")
    if not data:
        return output
    data = dict(data)
    data.pop(steps.MIME, None)
    if ours and CHECKS_MIME in data:
        checks = checks_in(output)
        del data[CHECKS_MIME]
        data["text/markdown"] = "\n\n".join(map(check_line, checks))
        data["text/html"] = "".join(map(check_html, checks)) or NO_CHECK
    elif ours and "text/html" in data:
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
    said, judged = _numbers(check), _judged(check)
    text = f"**{check['verdict']}**: {_escape(check['claim'])}" + (f" {said}" if said else "")
    return text + "".join(f" {_escape(part)}" for part in judged)


def check_html(check: Mapping[str, Any]) -> str:
    """One check as a line of HTML: mark, verdict, claim, numbers; what it is judged by."""
    verdict, said, judged = str(check["verdict"]), _numbers(check), " ".join(_judged(check))
    shape = SHAPES.get(verdict, SHAPES["not run"])
    return (
        f'<div class="nl-check" data-verdict="{escape(verdict)}"><svg viewBox="0 0 16 16" '
        f'width="15" height="15" aria-hidden="true">{shape}</svg><strong>{escape(verdict)}</strong>'
        f"&ensp;{escape(check['claim'])}{escape(f' {said}' if said else '')}"
        + (f' <span class="nl-rule">{escape(judged)}</span></div>' if judged else "</div>")
    )


def _numbers(check: Mapping[str, Any]) -> str:
    """What was measured and reported, in brackets."""
    unit, found = check.get("unit") or "", []
    if check.get("measured") not in (None, ""):
        found.append(f"measured {measured(check['measured'], unit, check.get('spread'))}")
    if check.get("reported") not in (None, ""):
        found.append(f"reported {number(check['reported'], unit)}")
    return f"({', '.join(found)})" if found else ""


def _judged(check: Mapping[str, Any]) -> list[str]:
    """What a verdict follows from: the rule where words can say it, and the reason."""
    found = rule(str(check.get("expected") or ""), check.get("unit") or "", check.get("reported"))
    return [part for part in (found and f"Rule: {found}.", check.get("reason")) if part]


def _escape(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>$])", r"\\\1", text)
