"""Read a book: root folder -> `Book`, with everything that is wrong in its sources' form."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from nbformat import NotebookNode

from scripts.book.bibliography import read_bibliography
from scripts.book.checks.translations import versions
from scripts.book.config import addresses_of, read_config
from scripts.book.dialect import Unreadable
from scripts.book.front_matter import front_matter, validate
from scripts.book.items import items_of
from scripts.book.kept.bugs import read_tried
from scripts.book.kept.runs import read_recorded
from scripts.book.kept.verdicts import read_noted
from scripts.book.model import Book, Kind, Page, page_of
from scripts.book.notebooks import cell_problems, read_jupyter, read_notebook
from scripts.book.toc import read_toc
from scripts.core.files import other_files
from scripts.core.memo import again, unchanged
from scripts.core.problems import Problem, read_text
from scripts.core.system.deadline import OutOfTime, within
from scripts.core.system.forks import remember_each

# What a page may be: the longest issue has 50,000 characters and is read in 0.05 s.
MOST_TEXT = 5_000_000  # characters
MOST_NOTEBOOK = 100_000_000  # of JSON, with pictures and data
SECONDS = 8.0  # of processor time


def read(root: Path) -> tuple[Book, list[Problem]]:
    """The book under ``root`` and the problems of its form (the rest is `check`'s). Raises
    `BookError` for files whose names nothing could refer to."""
    root = root.resolve()
    other_files(root, {"_build"})
    config, problems, unknown = read_config(root)
    paths, wrong, odd = read_toc(root, config)
    problems += wrong
    unknown += odd
    texts = [(path, *read_text(root / path, path)) for path in paths]
    problems += [problem for _, _, wrong in texts for problem in wrong]
    known = [(path, text) for path, text, _ in texts if text is not None]
    found = _each(known)
    pages = [page for page, _ in found if page is not None]
    problems += [problem for _, wrong in found for problem in wrong]
    bibliography = read_bibliography(root, config.get("bibtex_bibfiles") or [])
    problems += bibliography.problems
    small = {page.name: page.small_sources for page in pages if page.kind == "notebook"}
    recorded, wrong = read_recorded(root, set(small)) if small else ({}, [])
    problems += wrong
    tried, wrong = read_tried(root, small) if small else ({}, [])
    problems += wrong
    noted, wrong = read_noted(root) if small else ({}, [])
    problems += wrong
    book = Book(
        root, config, tuple(pages), addresses_of(config), bibliography.works, recorded, unknown,
        tried, noted, bibliography.places,
    )  # fmt: skip
    if book.rules.strict:
        problems += unknown
    if book.rules.checked:
        problems += bibliography.doubts
        wrong_already = {problem.path for problem in problems}
        heads = [page for page in pages if page.path not in wrong_already]
        problems += [problem for page in heads for problem in _kind_problems(page)]
    return book, problems


def _each(sources: list[tuple[str, str]]) -> list[tuple[Page | None, list[Problem]]]:
    new = [source for source in sources if not unchanged(f"page {source[0]}", source)]
    answers = dict(zip(new, remember_each("page", new, parsed), strict=True))
    answer = answers.__getitem__
    return [again(f"page {source[0]}", source, partial(answer, source)) for source in sources]


def parsed(source: tuple[str, str]) -> tuple[Page | None, list[Problem]]:
    """A source file's path and text as a page, with the problems of its form."""
    path, text = source
    most = MOST_NOTEBOOK if path.endswith(".ipynb") else MOST_TEXT
    if len(text) > most:
        what = f"{len(text):,} characters, where a page can have {most:,}"
        return None, [Problem(path, 0, what, "Make several pages of it.")]
    try:
        with within(SECONDS):
            return _parsed(path, text)
    except Unreadable as error:
        return None, [Problem(path, *error.fault)]
    except RecursionError:
        what, right = "it is nested too deeply to be read", "Take apart what is nested."
        return None, [Problem(path, 0, what, right)]
    except OutOfTime:
        lines = text.split("\n")
        line = max(range(len(lines)), key=lambda number: len(lines[number]))
        what = f"reading the page takes more than {SECONDS:.0f} s; here is its longest line"
        right = "Look for thousands of marks such as '*', '[' or '$' that close nothing."
        return None, [Problem(path, line + 1, what, right)]


def _parsed(path: str, text: str) -> tuple[Page | None, list[Problem]]:
    if path.endswith(".ipynb"):
        return _jupyter_page(path, text)
    if not path.endswith(".md"):
        return page_of(path, docname_of(path), "page", text, {}), []
    return _myst_page(path, text)


def docname_of(path: str) -> str:
    """A source's path without its suffix."""
    return path.rsplit(".", 1)[0]


def _jupyter_page(path: str, text: str) -> tuple[Page | None, list[Problem]]:
    notebook, problems = read_jupyter(text, path)
    if notebook is None:
        return None, problems
    title = _ipynb_title(notebook)
    front = {"title": title} if title else {}
    return page_of(path, docname_of(path), "page", text, front, notebook=notebook), []


def _myst_page(path: str, text: str) -> tuple[Page, list[Problem]]:
    head, problems = front_matter(text, path)
    readable = not problems
    front = head.data
    kind: Kind = "issue" if "issue" in front else "notebook" if "item" in front else "page"
    problems += validate(head, kind, path)
    items, corrections = items_of(text) if kind == "issue" else ((), ())
    notebook: NotebookNode | None = None
    cell_lines: tuple[int, ...] = ()
    runs = "kernelspec" in front or front.get("file_format") == "mystnb"
    if readable and runs and "{code-cell}" in text:
        wrong = list(cell_problems(text, path, ours=kind != "page"))
        problems += wrong
        if not wrong:
            notebook, cell_lines, wrong = _notebook(text, path)
            problems += wrong
        if notebook is None or not any(cell.cell_type == "code" for cell in notebook.cells):
            notebook, cell_lines = None, ()
    if kind == "page" and "title" not in front:
        heading = re.search(r"^# +(.+?)\s*$", text, re.M)
        front = {**front, "title": heading.group(1)} if heading else front
    page = page_of(
        path,
        docname_of(path),
        kind,
        text,
        front,
        places=head.yaml.places,
        notebook=notebook,
        cell_lines=cell_lines,
        items=items,
        corrections=corrections,
        versions=versions(text, front, items) if kind == "issue" else {},
    )
    return page, problems


def _notebook(text: str, path: str) -> tuple[NotebookNode | None, tuple[int, ...], list[Problem]]:
    try:
        return *read_notebook(text), []
    except Exception as error:  # jupytext and nbformat raise many kinds
        reason = " ".join(str(error).split()) or type(error).__name__
        return None, (), [Problem(path, 0, f"its cells can't be read: {reason[:200]}")]


def _ipynb_title(notebook: NotebookNode) -> str:
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading = re.search(r"^# +(.+?)\s*$", cell.source, re.M)
            if heading:
                return heading.group(1)
    return ""


def _kind_problems(page: Page) -> list[Problem]:
    """In a newsletter, a page's folder says what it must be."""
    folder = page.path.split("/")[0]
    needed = {"issues": "issue", "notebooks": "item"}.get(folder)
    if needed is None or page.kind != "page":
        return []
    what = f"no '{needed}:' in the front matter, which every page of {folder}/ has"
    example = {"issue": "issue: 2", "item": "item: i002-reformer"}[needed]
    right = f"Begin the file with a line '---', '{example}', the other keys, and '---'."
    return [Problem(page.path, 1, what, right)]
