"""Derive the learners' notebooks, programs and the Markdown edition from a book and its runs.

Layout below ``out``: ``notebooks/`` (NAME.ipynb, NAME.executed.ipynb, NAME.py, requirements.txt,
runtime.txt, README.md, notebooks.zip), ``markdown/`` (NAME.md, NAME_files/),
``llms.txt``, and of a newsletter what `published` makes.
Everything is a function of book and runs: the same input gives the same bytes.
"""

from __future__ import annotations

import copy
import platform
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from scripts.book.model import Book, Page
from scripts.book.notebooks import read_notebook
from scripts.core.files import digest, sync, zipped
from scripts.core.memo import remember
from scripts.core.problems import Problem
from scripts.core.record import Run, Runs, code_cells
from scripts.editions import openings, published, tables
from scripts.editions.lessons.dependencies import (
    modules_of,
    packages_of,
    read_sources,
    requirements,
)
from scripts.editions.lessons.notebooks import LearnerExporter, Lesson, Resources
from scripts.editions.lessons.programs import ProgramExporter
from scripts.editions.lessons.setup import cut
from scripts.editions.llms import llms_of
from scripts.editions.markdown import edition
from scripts.editions.plain.references import asked, contexts
from scripts.pages.downloads import pdf_name


def derive(book: Book, runs: Runs, out: Path) -> list[Problem]:
    """Make ``out`` hold every derived edition and nothing else; ``runs`` are by docname. Returns
    all that could not be said in them."""
    files, problems = derived(book, runs)
    sync(files, out)
    return problems


def derived(book: Book, runs: Runs) -> tuple[dict[str, bytes], list[Problem]]:
    """Every derived file by its path. Reads nothing but the modules that notebooks import."""
    notebooks: dict[str, bytes] = {}
    editions: dict[str, bytes] = {}
    problems: list[Problem] = []
    packages: set[str] = set()
    listed: list[tuple[Page, str]] = []
    names = file_names(book)
    about = contexts(book)
    for page in book.pages:
        # The page that a server shows for a wrong address is nothing to keep.
        if page.lost or not page.path.endswith((".md", ".ipynb")):
            continue
        name, run = names[page.docname], runs.get(page.docname)
        run = run if run and run.record.outcome == "ok" else None
        modules, found = modules_of(book, page)
        problems += found
        if book.rules.published:
            modules = cut(modules, read_sources(page, {}))
        used = packages_of(read_sources(page, modules), modules)
        packages |= used
        filled = tables.filled(book, runs, page) if book.rules.filled else {}
        around = tables.tallied(book, runs, page), tables.checked(runs, page)
        lesson = Lesson(
            name, replace(about[page.docname], filled=filled), title=page.title, modules=modules,
            packages=frozenset(used), constants=_constants(book, page),
        )  # fmt: skip
        copies, edited, found = _page(book, page, run, lesson, around)
        problems += found
        notebooks |= copies
        editions |= edited
        if edited:
            listed.append((page, name))
    files: dict[str, bytes] = {}
    if notebooks:
        notebooks |= _company(book, packages, [(p, n) for p, n in listed if p.notebook])
        files = {f"notebooks/{name}": content for name, content in notebooks.items()}
        files["notebooks/notebooks.zip"] = zipped(files)
    files |= editions
    if book.rules.published:
        more, wrong = published.derived(book, runs, editions, names)
        files |= more
        problems += wrong
        files[f"epub/{pdf_name(book)}.epub"] = published.whole(book, runs, listed, editions)
    if listed:
        files["llms.txt"] = llms_of(book, listed).encode()
    return files, sorted(set(problems))


def _page(
    book: Book, page: Page, run: Run | None, lesson: Lesson, around: tuple[str, str]
) -> tuple[dict[str, bytes], dict[str, bytes], list[Problem]]:
    """The learner's copies of a page, its Markdown edition (empty if it has no text) and what is
    wrong with them; ``around``: what stands below the edition's opening and at its end."""
    cards = openings.cards(book, page)
    heads = (
        openings.lesson(book, page, lesson.name, run), openings.edition(book, page),
        openings.rights(book, page),
    )  # fmt: skip
    record = run.record.to_json() if run is not None else None
    context = asked(lesson.context, page.text) if book.rules.checked else lesson.context
    sources = (page.text, lesson.modules, sorted(lesson.packages), lesson.constants)
    question = (lesson.name, page.docname, sources, cards, heads, around, record, context)

    def work() -> tuple[dict[str, bytes], dict[str, bytes], list[Problem]]:
        notebook, lines, origin, problems = _cells(page, cards, run)
        here = replace(lesson, lines=lines, origin=origin, opening=heads[0], closing=heads[2])
        copies = {}
        if page.notebook is not None:
            texts, found = _copies(notebook, here, run)
            copies = {name: text.encode() for name, text in texts}
            problems += found
        opening = "\n\n".join(filter(None, [heads[1], around[0]]))
        text, left = edition(notebook, replace(here, opening=opening, closing=around[1]))
        problems += left["problems"]
        if left["empty"]:
            return copies, {}, problems
        files = {f"markdown/{file}": left["files"][file] for file in sorted(left["files"])}
        return copies, {f"markdown/{lesson.name}.md": text.encode(), **files}, problems

    return remember("derived", question, work)


def file_names(book: Book) -> dict[str, str]:
    """The name of each page's derived files: its stem; its whole path where two stems agree; and
    with a digest of the path where that is another page's name. Some file systems take `a` and `A`
    for one."""
    pages = [page for page in book.pages if not page.lost]
    stems = Counter(page.name.casefold() for page in pages)
    wanted = {}
    for page in pages:
        alone = stems[page.name.casefold()] < 2
        wanted[page.docname] = page.name if alone else page.docname.replace("/", "-")
    taken = Counter(name.casefold() for name in wanted.values())
    return {
        docname: name if taken[name.casefold()] == 1 else f"{name}-{digest(docname)[:8]}"
        for docname, name in wanted.items()
    }


def _cells(
    page: Page, cards: dict[int, str], run: Run | None
) -> tuple[NotebookNode, tuple[int, ...], tuple[int, ...], list[Problem]]:
    """A page as a notebook, with cards in an issue's items and outputs where there is a run; the
    line of each cell, and the source line of each line; and what is wrong with them."""
    if page.notebook is None:
        text = page.text if page.path.endswith(".md") else ""
        cell = nbformat.v4.new_markdown_cell(text)
        return nbformat.v4.new_notebook(cells=[cell]), (1,), (), []
    lines = page.cell_lines or (1,) * len(page.notebook.cells)
    origin: list[int] = []
    notebook = copy.deepcopy(page.notebook)
    if cards:
        text, origin = openings.inserted(page.text, cards)
        notebook, lines = read_notebook(text)
    problems = []
    if run is not None:
        executed = code_cells(run.notebook)
        ours = [cell for cell in notebook.cells if cell.cell_type == "code"]
        if [cell["source"] for cell in executed] != [cell.source for cell in ours]:
            what = "its run is of another text, so the derived copies have no outputs"
            problems.append(Problem(page.path, 0, what, "Run it again."))
        else:
            for cell, done in zip(ours, executed, strict=True):
                cell.outputs = [nbformat.from_dict(output) for output in done["outputs"]]
    return notebook, lines, tuple(origin), problems


def _constants(book: Book, page: Page) -> dict[str, Any]:
    """What the build hands to an issue: its reading statistics."""
    if page.kind != "issue":
        return {}
    return {"statistics": book.statistics(page)}


def _copies(
    notebook: NotebookNode, lesson: Lesson, run: Run | None
) -> tuple[list[tuple[str, str]], list[Problem]]:
    """The learner's copies of one page as (file name, text), and what is wrong with them."""
    shown = {
        cell.source
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "execute_result"
    }
    resources: Resources = {"lesson": lesson, "shown": shown}
    text, left = _export(LearnerExporter, notebook, resources)
    problems: list[Problem] = left["problems"]
    copies = [(f"{lesson.name}.ipynb", text)]
    if run is not None:
        text, _ = _export(LearnerExporter, notebook, {**resources, "outputs_kept": True})
        copies.append((f"{lesson.name}.executed.ipynb", text))
    kernel = notebook.metadata.get("kernelspec") or {}
    if kernel.get("language", "python") == "python":
        text, _ = _export(ProgramExporter, notebook, resources)
        copies.append((f"{lesson.name}.py", text.rstrip("\n") + "\n"))
    return copies, problems


def _export(
    kind: type[Exporter], notebook: NotebookNode, resources: Resources
) -> tuple[str, Resources]:
    text, left = _exporter(kind).from_notebook_node(notebook, resources=dict(resources))
    return str(text), left


@lru_cache
def _exporter(kind: type[Exporter]) -> Exporter:
    return kind()  # compiles its template: once is enough, as it keeps nothing between pages


def _company(book: Book, packages: set[str], listed: list[tuple[Page, str]]) -> dict[str, bytes]:
    """The files that stand beside the notebooks."""
    return {
        "requirements.txt": requirements(packages, ours=book.rules.published).encode(),
        # The Python that Binder shall take: the pinned versions need it.
        "runtime.txt": f"python-{'.'.join(platform.python_version_tuple()[:2])}\n".encode(),
        "README.md": openings.readme(book, listed).encode(),
    }
