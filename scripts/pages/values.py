"""Measured numbers in prose: MyST-NB's `glue`, answered from the runs before anything is written.

A cell keeps a value under a name (``glue`` of `notebooks/checks.py`), and prose, captions and alt
texts ask for it: ``{glue:text}`name:.1f```, of another notebook ``{glue:text}`reformer.md::name```.
MyST-NB does the same in a plain ``jupyter-book build``; here each role becomes its words once, so
that every edition prints them, also those that know no roles. In the front matter, which only the
build shows, a check's id stands for what it measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from scripts.book.checks.values import ROLE, Asked, asked
from scripts.book.model import Book, Page
from scripts.book.notebooks import read_notebook
from scripts.core.memo import again
from scripts.core.problems import Problem
from scripts.core.record import Run, Runs, code_cells

PREFIX = "application/papermill.record/"  # of the MIME types of what is only kept
MISSING = "…"  # while a build leaves runs out, or its profile claims


def values_of(run: Run) -> dict[str, str]:
    """What a run keeps for prose, by name, and what its checks measured, as Python shows it."""
    found = {c.id: MISSING if c.measured is None else repr(c.measured) for c in run.checks}
    return found | dict(_kept(run))


def _kept(run: Run) -> Iterator[tuple[str, str]]:
    for cell in code_cells(run.notebook):
        for output in cell["outputs"]:
            name = (output.get("metadata") or {}).get("scrapbook", {}).get("name")
            text = (output.get("data") or {}).get(f"{PREFIX}text/plain")
            if name and text is not None:
                yield name, "".join(text)


def _twice(page: Page, run: Run) -> Iterator[Problem]:
    """Names that cells keep more than one value under: prose would have the last one."""
    values: dict[str, list[str]] = {}
    for name, value in _kept(run):
        values.setdefault(name, []).append(value)
    for name, kept in values.items():
        if len(kept) > 1:
            what = f"cells keep {len(kept)} values under the name '{name}': {', '.join(kept[:3])}"
            yield Problem(page.path, 0, what, "Give each a name of its own.")


def bound(book: Book, runs: Runs) -> tuple[Book, list[Problem]]:
    """A newsletter with each role in the words of its value, and what could not be said. A page
    keeps its lines. Other people's books are left to MyST-NB."""
    if not book.rules.filled:
        return book, []
    values = {docname: values_of(run) for docname, run in runs.items()}
    problems: list[Problem] = []
    pages = []
    for page in book.pages:
        if page.docname in runs:
            problems += _twice(page, runs[page.docname])
        if "{glue:text}" in page.text and page.path.endswith(".md"):
            page, wrong = _bound(page, values)
            problems += wrong
        pages.append(page)
    return replace(book, pages=tuple(pages)), problems


def _bound(page: Page, values: Mapping[str, dict[str, str]]) -> tuple[Page, list[Problem]]:
    problems: list[Problem] = []
    code = _lines_of_code(page)
    lines = page.text.split("\n")
    words: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if number in code:
            continue
        for role in dict.fromkeys(ROLE.findall(line)):
            try:
                said = _said(asked(page.docname, role), values)
            except (TypeError, ValueError) as error:
                right = "See that its cell calls glue, and that the format fits the value."
                problems.append(Problem(page.path, number, f"{{glue:text}}: {error}", right))
                said = MISSING
            words[role] = said
            line = line.replace(f"{{glue:text}}`{role}`", said)
        lines[number - 1] = line
    text = "\n".join(lines)
    notebook = None
    if page.notebook is not None:
        notebook = again(f"bound {page.path}", (text,), lambda: read_notebook(text)[0])
    front = {key: _in_words(value, words) for key, value in page.front.items()}
    return replace(page, text=text, notebook=notebook, front=front), problems


def _in_words(value: Any, words: Mapping[str, str]) -> Any:
    """A text of the front matter with its roles in words; any other value as it is."""
    if not isinstance(value, str):
        return value
    return ROLE.sub(lambda match: words.get(match[1], MISSING), value)


def _said(wanted: Asked, values: Mapping[str, dict[str, str]]) -> str:
    known = values.get(wanted.docname)
    if known is None or known.get(wanted.name) == MISSING:  # it wasn't run, or measured, this time
        return MISSING
    if wanted.name not in known:
        raise ValueError(
            f"no run of {wanted.docname} keeps a value '{wanted.name}'; if a cell of the full size "
            f"does: python -m scripts record {wanted.docname.rpartition('/')[2]}"
        )
    return formatted(known[wanted.name], wanted.form)


def formatted(text: str, form: str) -> str:
    """A kept value in a format of Python, as MyST-NB writes it, but with a proper minus sign.
    Raises ValueError if the format doesn't fit."""
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
