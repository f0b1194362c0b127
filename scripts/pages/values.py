"""Measured numbers in prose: MyST-NB's `glue`, answered from the runs before anything is written.

A cell keeps a value under a name (``glue`` of `notebooks/checks.py`), and prose, captions and alt
texts ask for it: ``{glue:text}`name:.1f```, of another notebook ``{glue:text}`reformer.md::name```.
MyST-NB does the same in a plain ``jupyter-book build``; here each role becomes its words once, so
that every edition prints them, also those that know no roles.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from scripts.book.model import Book, Page
from scripts.book.outline import glued
from scripts.core.problems import Problem
from scripts.core.record import Run, Runs, code_cells

PREFIX = "application/papermill.record/"  # of the MIME types of what is only kept
ROLE = re.compile(r"\{glue:text\}`([^`\n]+)`")
MISSING = "…"  # while a build leaves runs out

Words = Callable[[str], str]


def values_of(run: Run) -> dict[str, str]:
    """What a run keeps for prose, by name, as Python would show it."""
    found: dict[str, str] = {}
    for cell in code_cells(run.notebook):
        for output in cell["outputs"]:
            name = (output.get("metadata") or {}).get("scrapbook", {}).get("name")
            text = (output.get("data") or {}).get(f"{PREFIX}text/plain")
            if name and text is not None:
                found[name] = "".join(text)
    return found


def bound(book: Book, runs: Runs) -> tuple[Book, list[Problem]]:
    """The book with each role in the words of its value, and what could not be said. A page keeps
    its lines."""
    values = {docname: values_of(run) for docname, run in runs.items()}
    problems: list[Problem] = []
    pages = []
    for page in book.pages:
        if "{glue:text}" in page.text:
            page, wrong = _bound(page, values)
            problems += wrong
        pages.append(page)
    return replace(book, pages=tuple(pages)), problems


def _bound(page: Page, values: Mapping[str, dict[str, str]]) -> tuple[Page, list[Problem]]:
    problems: list[Problem] = []

    def say(role: str, line: int = 0) -> str:
        docname, name, form = glued(page.docname, role)
        known = values.get(docname)
        if known is None:
            return MISSING
        try:
            return formatted(known[name], form)
        except KeyError:
            what = f"the run of {docname} keeps no value '{name}'"
            problems.append(Problem(page.path, line, what, "See that its cell calls glue."))
        except (ValueError, TypeError) as error:
            right = "Write a format of Python after the name, such as ':.1f' or ':,d'."
            problems.append(Problem(page.path, line, f"'{role}': {error}", right))
        return MISSING

    code = _lines_of_code(page)
    lines = [
        line if number in code else ROLE.sub(lambda m, at=number: say(m[1], at), line)
        for number, line in enumerate(page.text.split("\n"), 1)
    ]
    notebook = page.notebook
    if notebook is not None:
        notebook = copy.deepcopy(notebook)
        for cell in notebook.cells:
            if cell.cell_type != "code":
                cell.source = ROLE.sub(lambda m: say(m[1]), cell.source)
            cell.metadata = _in_data(cell.metadata, lambda text: ROLE.sub(lambda m: say(m[1]), text))
    found = list({(p.path, p.what): p for p in reversed(problems)}.values())
    return replace(page, text="\n".join(lines), notebook=notebook), found


def formatted(text: str, form: str) -> str:
    """A kept value in a format of Python, as MyST-NB writes it, with a minus sign of its own."""
    # Imported late: most builds change no page that asks for a value.
    from myst_nb.core.variables import format_plain_text

    said: str = format_plain_text(text, form)
    return re.sub(r"^-(?=[\d.])", "−", said)


def _lines_of_code(page: Page) -> set[int]:
    """1-based numbers of the source lines that are code of cells."""
    if page.notebook is None or not page.cell_lines:
        return set()
    pairs = zip(page.cell_lines, page.notebook.cells, strict=True)
    return {
        number
        for start, cell in pairs
        if cell.cell_type == "code"
        for number in range(start, start + cell.source.count("\n") + 1)
    }


def _in_data(data: Any, change: Words) -> Any:
    """Data with each of its texts changed."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, dict):
        return type(data)({key: _in_data(value, change) for key, value in data.items()})
    return [_in_data(value, change) for value in data] if isinstance(data, list) else data
