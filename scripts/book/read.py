"""Read a book: root folder -> `Book`, with everything that is wrong in its sources' form."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from scripts.book.bibliography import read_bibliography
from scripts.book.config import addresses_of, read_config
from scripts.book.front_matter import front_matter, validate
from scripts.book.items import items_of
from scripts.book.model import Book, Kind, Page, page_of
from scripts.book.recorded import read_recorded
from scripts.book.toc import read_toc
from scripts.core.forks import remember_each
from scripts.core.problems import Problem, read_text


def read(root: Path) -> tuple[Book, list[Problem]]:
    """The book under ``root`` and the problems of its form (the rest is `check`'s)."""
    root = root.resolve()
    config, problems, unknown = read_config(root)
    paths, wrong, odd = read_toc(root, config)
    problems += wrong
    unknown += odd
    texts = [(path, *read_text(root / path, path)) for path in paths]
    problems += [problem for _, _, wrong in texts for problem in wrong]
    known = [(path, text) for path, text, _ in texts if text is not None]
    found = remember_each("page", known, parsed)
    pages = [page for page, _ in found if page is not None]
    problems += [problem for _, wrong in found for problem in wrong]
    bibliography, wrong = read_bibliography(root, config.get("bibtex_bibfiles") or [])
    problems += wrong
    names = {page.name for page in pages if page.kind == "notebook"}
    recorded, wrong = read_recorded(root, names) if names else ({}, [])
    problems += wrong
    book = Book(root, config, tuple(pages), addresses_of(config), bibliography, recorded, unknown)
    if book.rules.strict:
        problems += unknown
    if book.rules.checked:
        wrong_already = {problem.path for problem in problems}
        heads = [page for page in pages if page.path not in wrong_already]
        problems += [problem for page in heads for problem in _kind_problems(page)]
    return book, problems


def parsed(source: tuple[str, str]) -> tuple[Page | None, list[Problem]]:
    """A source file's path and text as a page, with the problems of its form."""
    path, text = source
    if path.endswith(".ipynb"):
        return _jupyter_page(path, text)
    if not path.endswith(".md"):
        return page_of(path, docname_of(path), "page", text, {}), []
    return _myst_page(path, text)


def docname_of(path: str) -> str:
    """A source's path without its suffix."""
    return path.rsplit(".", 1)[0]


def _jupyter_page(path: str, text: str) -> tuple[Page | None, list[Problem]]:
    try:
        notebook = nbformat.reads(text, as_version=4)
    except Exception as error:  # nbformat raises many kinds; all mean the same to an editor
        return None, [Problem(path, 0, f"not a notebook: {error}")]
    for number, cell in enumerate(notebook.cells):  # older formats have no ids
        cell.setdefault("id", f"cell-{number}")
    notebook.nbformat_minor = max(5, notebook.nbformat_minor)
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
        notebook, cell_lines = read_notebook(text)
        if not any(cell.cell_type == "code" for cell in notebook.cells):
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
        front_lines=head.yaml.lines,
        notebook=notebook,
        cell_lines=cell_lines,
        items=items,
        corrections=corrections,
    )
    return page, problems


def _ipynb_title(notebook: NotebookNode) -> str:
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading = re.search(r"^# +(.+?)\s*$", cell.source, re.M)
            if heading:
                return heading.group(1)
    return ""


KERNELSPEC = {"name": "python3", "language": "python", "display_name": "Python 3"}


def read_notebook(text: str) -> tuple[NotebookNode, tuple[int, ...]]:
    """A MyST text notebook as nbformat, and the 1-based source line of each cell's first line.

    Cell ids are numbers in order, so that two conversions are equal.
    """
    from jupytext.myst import myst_to_notebook

    head, _ = front_matter(text, "")
    # Blank lines instead of the front matter keep the numbers of all others; jupytext would hand
    # nbformat a kernelspec that may lack what nbformat and papermill insist on.
    body = "\n" * head.end + "\n".join(text.split("\n")[head.end :])
    notebook = myst_to_notebook(body, add_source_map=True)
    starts = notebook.metadata.pop("source_map")
    notebook.metadata = nbformat.from_dict(head.data)
    given = head.data.get("kernelspec")
    spec = {**KERNELSPEC, **given} if isinstance(given, dict) else KERNELSPEC
    notebook.metadata["kernelspec"] = nbformat.from_dict(spec)
    source = text.splitlines()
    lines = []
    for number, (cell, start) in enumerate(zip(notebook.cells, starts, strict=True)):
        cell["id"] = f"cell-{number}"
        # jupytext gives the fence's line; options may stand between it and the code.
        first = next((line for line in cell.source.splitlines() if line.strip()), "")
        offset = cell.source.splitlines().index(first) if first else 0
        at = next((i for i in range(max(start - 1, 0), len(source)) if source[i] == first), start)
        lines.append(at + 1 - offset)
    return notebook, tuple(lines)


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
