"""Collect from runs: checks with their verdicts, and everything that makes a build fail."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec

from scripts.book.cells import committed
from scripts.book.checks import claims
from scripts.book.model import Book, Page
from scripts.core import steps
from scripts.core.memo import again, remember
from scripts.core.problems import Place, Problem
from scripts.core.record import CHECKS_MIME, Check, Run, Runs, code_cells
from scripts.core.untrusted.pictures import fault
from scripts.core.verdicts import UNTESTABLE
from scripts.execution.recorded import with_recorded

SVG = "image/svg+xml"
IMAGES = (SVG, "image/png", "image/jpeg", "image/gif")


def collect(
    book: Book, runs: Runs, published: Collection[str] = ()
) -> tuple[dict[str, Run], list[Problem]]:
    """The same runs with their checks filled in, and the problems that their outputs show.
    ``published``: pages whose frozen runs stand, so that their claims keep the length they had.
    """
    pages = {page.docname: page for page in book.pages}
    collected: dict[str, Run] = {}
    problems: list[Problem] = []
    owner: dict[str, str] = {}
    for docname, run in runs.items():
        page = pages[docname]
        if page.kind == "page":
            collected[docname] = run
            continue
        given = (page, run.notebook, run.record.profile, run.record.outcome)
        checks, odd, wrong = again(f"collected {docname}", given, partial(_seen, page, run))
        problems += odd
        full = with_recorded(run, book.recorded.get(page.name))
        collected[docname] = replace(full, checks=checks)
        for check in checks:
            found = _faults(check, owner.get(check.id, ""), docname in published)
            owner[check.id] = page.path
            if found:  # most have none, and a place takes time to find
                at = _declared(page, check)
                begin = f"check '{check.id}': "
                problems += [Problem.at(page.path, at, begin + what, to) for what, to in found]
        problems += wrong
    return collected, problems


def _faults(check: Check, owner: str, published: bool) -> list[tuple[str, str]]:
    """What is wrong with a check and with its verdict, each with what would be right; ``owner``:
    the page that has one of its id already."""
    repeated = (f"{owner} has a check of this id", "Ids are unique in the whole book.")
    found = [repeated] if owner else []
    found += misuse(check, published=published).items()
    # What stands is said of the `book` run; a full run shows its own verdict beside it.
    compared = check.profile != "full" or check.kind == "exactness"
    if compared and check.verdict not in ("not run", check.stands):
        right = (
            f"Measured {check.measured} {check.unit}, rule '{check.expected}'. Find the "
            f'reason; if the finding stands, commit stands="{check.verdict}" and say why.'
        )
        found.append((f"the verdict is '{check.verdict}', not '{check.stands}'", right))
    return found


def _seen(page: Page, run: Run) -> tuple[tuple[Check, ...], list[Problem], list[Problem]]:
    """The checks that a run shows, the outputs that pass for some, and all else that is wrong."""
    checks, odd = _checks(page, run)
    wrong = [*_missing(page, run, checks), *_alt_texts(page, run), *_pictures(page, run)]
    return checks, odd, [*wrong, *_steps(page, run)]


def misuse(check: Check, *, published: bool = False) -> dict[str, str]:
    """What is wrong with how a check is declared, with what would be right."""
    untested, exactness = check.verdict == UNTESTABLE, check.kind == "exactness"
    given = {
        "id": check.id, "claim": check.claim, "kind": check.kind, "stands": check.stands,
        "why": check.reason, "rule": check.expected,
    }  # fmt: skip
    found = claims.misuse(given, published=published)
    if exactness and (untested or check.stands != "holds"):
        found["an exactness check has a measurement, and stands as 'holds'"] = ""
    if untested and not check.reason.strip():
        found[claims.UNEXPLAINED] = ""
    if check.measured is not None and not check.expected:
        found["the rule is empty"] = ""
    return found


def _declared(page: Page, check: Check) -> Place:
    """Where the source declares a check that a run shows, or its cell."""
    for one in committed(page.sources):
        if one.cell == check.cell and one.pattern.fullmatch(check.id):
            return claims.place_of(page, one)
    return Place(page.code_lines[check.cell - 1])


def _checks(page: Page, run: Run) -> tuple[tuple[Check, ...], list[Problem]]:
    """The checks that a run shows, and outputs that pass for checks and are none."""
    checks, problems = [], []
    for number, cell in enumerate(code_cells(run.notebook), 1):
        ours = {
            "notebook": page.name,
            "item": str(page.front.get("item", "")),
            "profile": run.record.profile,
            "cell": number,
        }
        bundles = [
            o["data"][CHECKS_MIME] for o in cell["outputs"] if CHECKS_MIME in o.get("data", {})
        ]
        for bundle in bundles:
            try:
                found = msgspec.convert(bundle, dict[str, list[dict[str, Any]]])["checks"]
                checks += [msgspec.convert({**check, **ours}, Check) for check in found]
            except (KeyError, ValueError) as error:
                what = f"the cell shows an output of type {CHECKS_MIME} that is no check: {error}"
                right = "Checks are shown by the functions of notebooks/checks.py alone."
                problems.append(Problem(page.path, page.code_lines[number - 1], what, right))
    return tuple(checks), problems


def _missing(page: Page, run: Run, checks: tuple[Check, ...]) -> Iterable[Problem]:
    """The checks that the source commits to and a complete run doesn't show."""
    sources = [cell["source"] for cell in code_cells(run.notebook)]
    if run.record.outcome != "ok":
        return
    shown = {check.id for check in checks}
    for said in committed(sources):
        if not any(said.pattern.fullmatch(id) for id in shown):
            what = f"check '{said.id}' stands in the source, and the run doesn't show it"
            right = (
                "A check runs under every profile and shows its verdict: keep it out of branches, "
                "of %%capture and of cells that are skipped."
            )
            yield Problem(page.path, page.code_lines[said.cell - 1], what, right)


def _alt_texts(page: Page, run: Run) -> Iterable[Problem]:
    assert page.notebook is not None
    # How a cell looks is the source's matter: the run may be older than its tags and captions.
    sources = [cell for cell in page.notebook.cells if cell.cell_type == "code"]
    for line, source, done in zip(page.code_lines, sources, code_cells(run.notebook), strict=True):
        alt = ((source.metadata.get("mystnb") or {}).get("image") or {}).get("alt")
        hidden = {"remove-cell", "remove-output"} & set(source.metadata.get("tags", []))
        drawn = any(mime in o.get("data", {}) for o in done["outputs"] for mime in IMAGES)
        if drawn and not alt and not hidden:
            right = "Give the cell 'mystnb: {image: {alt: ...}}' that says what the picture shows."
            yield Problem(page.path, line, "the cell draws a picture without alt text", right)


def _pictures(page: Page, run: Run) -> Iterable[Problem]:
    for line, cell in zip(page.code_lines, code_cells(run.notebook), strict=True):
        for output in cell["outputs"]:
            for mime in IMAGES:
                given = output.get("data", {}).get(mime)
                if given is not None:
                    text = "".join(given)
                    wrong = remember("picture", [mime, text], partial(_fault, mime, text))
                    if wrong:
                        what = f"the cell draws a picture that can't be shown: it {wrong}"
                        yield Problem(page.path, line, what)


def _steps(page: Page, run: Run) -> Iterable[Problem]:
    for line, cell in zip(page.code_lines, code_cells(run.notebook), strict=True):
        found = [output for output in cell["outputs"] if steps.MIME in output.get("data", {})]
        drawn = [o for o in cell["outputs"] if any(mime in o.get("data", {}) for mime in IMAGES)]
        try:
            shown = [steps.steps_of(output) for output in found]
            wrong = found and len(drawn) > 1 and "stand beside another picture"
            for step in (step for one in shown if one for step in one.steps):
                fault = remember("picture", [SVG, step.svg], partial(_fault, SVG, step.svg))
                wrong = wrong or (fault and f"have a figure that can't be shown: it {fault}")
        except ValueError as error:
            wrong = f"can't be shown: {error}"
        if wrong:
            right = "They are shown by style.steps(figures, over=...), alone in their cell."
            yield Problem(page.path, line, f"the steps of the cell {wrong}", right)


def _fault(mime: str, text: str) -> str:
    if mime == "image/svg+xml":
        return fault(text.encode("utf-8", "replace").decode(), drawing=True)
    try:
        return fault(b64decode(text))
    except ValueError:
        return "is not base64"


def failures(runs: Runs) -> list[Problem]:
    """One problem for each run that did not succeed."""
    problems = []
    for run in runs.values():
        failure = run.record.failure
        if failure is not None:
            where = f"cell {failure.cell}: " if failure.cell else ""
            name = run.record.notebook.rsplit("/", 1)[-1]
            command = f"python -m scripts run --only {name} --profile {run.record.profile}"
            problems.append(Problem(
                failure.path, failure.line, f"{where}{failure.error}", f"Run just this: {command}"
            ))  # fmt: skip
    return problems
