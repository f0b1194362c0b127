"""Read a book: root folder -> `Book`, with everything that is wrong in its sources' form."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbformat import NotebookNode

from scripts import myst
from scripts.bibliography import read_bibliography
from scripts.book import Addresses, Book, Correction, Item, Kind, Page
from scripts.core.forks import remember_each
from scripts.core.problems import Problem, did_you_mean, read_text
from scripts.recorded import read_recorded
from scripts.schema import validate

SUFFIXES = (".md", ".ipynb", ".rst", ".myst", ".txt")

# Top-level keys that Jupyter Book 1.x knows (it ignores others in silence), and ours.
CONFIG_KEYS = {
    "title", "author", "email", "copyright", "logo", "project", "description", "exclude_patterns",
    "only_build_toc_files", "execute", "parse", "html", "latex", "launch_buttons", "repository",
    "sphinx", "bibtex_bibfiles", "bibtex_reference_style", "binder",
    "pdf_name", "pdf_issues", "fonts", "redirects",
}  # fmt: skip


def read(root: Path) -> tuple[Book, list[Problem]]:
    """The book under ``root`` and the problems of its form (the rest is `sources.check`'s)."""
    root = root.resolve()
    problems: list[Problem] = []
    config = _yaml(root, "_config.yml", problems)
    for key in sorted(set(config) - CONFIG_KEYS):
        line = line_of(root / "_config.yml", rf"{re.escape(key)}\s*:")
        what = f"unknown key '{key}'; Jupyter Book would ignore it in silence"
        problems.append(Problem("_config.yml", line, what, did_you_mean(key, CONFIG_KEYS)))
    paths = list(dict.fromkeys(_toc_paths(root, config, problems)))
    texts = [(path, read_text(root / path, path, problems)) for path in paths]
    known = [(path, text) for path, text in texts if text is not None]
    found = remember_each("page", known, parsed)
    pages = [page for page, _ in found if page is not None]
    problems += [problem for _, wrong in found for problem in wrong]
    bibliography, wrong = read_bibliography(root, config.get("bibtex_bibfiles") or [])
    problems += wrong
    names = {page.name for page in pages if page.kind == "notebook"}
    recorded, wrong = read_recorded(root, names) if names else ({}, [])
    problems += wrong
    book = Book(root, config, tuple(pages), _addresses(config), bibliography, recorded)
    if book.is_newsletter:
        problems += [problem for page in pages for problem in _kind_problems(page)]
    return book, problems


def _yaml(root: Path, name: str, problems: list[Problem]) -> dict[str, Any]:
    path = root / name
    if not path.exists():
        right = "A book's root holds _config.yml and _toc.yml; name it with --root DIR."
        problems.append(Problem(name, 0, "the file is missing", right))
        return {}
    text = read_text(path, name, problems)
    try:
        data = yaml.load(text or "", Loader=myst.LOADER) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problems.append(Problem(name, mark.line + 1 if mark else 0, f"not valid YAML: {error}"))
        return {}
    return data if isinstance(data, dict) else {}


def line_of(path: Path, pattern: str) -> int:
    """1-based line that begins with ``pattern`` (after blanks and a list mark), else 0."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    matches = (n for n, line in enumerate(lines, 1) if re.match(rf"\s*(-\s*)?{pattern}", line))
    return next(matches, 0)


def _toc_paths(root: Path, config: dict[str, Any], problems: list[Problem]) -> Iterator[str]:
    """Source paths in toc order, then those that Jupyter Book builds besides."""
    from sphinx_external_toc.parsing import MalformedError, parse_toc_data

    data = _yaml(root, "_toc.yml", problems)
    if not data:
        return
    try:
        site_map = parse_toc_data(data)
    except (MalformedError, KeyError) as error:
        problems.append(Problem("_toc.yml", 0, f"malformed: {error}"))
        return

    def walk(docname: str) -> Iterator[str]:
        yield docname
        for subtree in site_map[docname].subtrees:
            for entry in subtree.items:
                if isinstance(entry, str) and entry in site_map:
                    yield from walk(str(entry))
                elif hasattr(entry, "url"):
                    continue
                else:  # a glob
                    found = {
                        p.with_suffix("").relative_to(root).as_posix()
                        for p in root.glob(str(entry))
                        if p.suffix in SUFFIXES
                    }
                    yield from sorted(found)

    for docname in walk(site_map.root.docname):
        path = _source(root, docname)
        if path is None:
            line = line_of(root / "_toc.yml", rf"(file|root)\s*:\s*['\"]?{re.escape(docname)}\b")
            folder = (root / docname).parent
            near = [p.stem for p in folder.glob("*") if p.suffix in SUFFIXES]
            hint = did_you_mean(docname.rsplit("/", 1)[-1], near)
            right = f"Create {docname}.md or take the entry out. {hint}"
            problems.append(Problem("_toc.yml", line, f"'{docname}' has no file", right))
        else:
            yield path
    if not config.get("only_build_toc_files"):
        excluded = ["_build/*", ".*", "*/.*", *(config.get("exclude_patterns") or [])]
        for file in sorted(root.rglob("*")):
            path = file.relative_to(root).as_posix()
            if file.suffix in (".md", ".ipynb") and not any(
                fnmatch.fnmatch(path, pattern) for pattern in excluded
            ):
                yield path


def _source(root: Path, docname: str) -> str | None:
    if (root / docname).is_file():
        return docname
    found = (docname + suffix for suffix in SUFFIXES if (root / (docname + suffix)).is_file())
    return next(found, None)


def parsed(source: tuple[str, str]) -> tuple[Page | None, list[Problem]]:
    """A source file's path and text as a page, with the problems of its form."""
    path, text = source
    problems: list[Problem] = []
    docname = path.rsplit(".", 1)[0]
    if path.endswith(".ipynb"):
        try:
            loaded = nbformat.reads(text, as_version=4)
        except Exception as error:  # nbformat raises many kinds; all mean the same to an editor
            problems.append(Problem(path, 0, f"not a notebook: {error}"))
            return None, problems
        for number, cell in enumerate(loaded.cells):  # older formats have no ids
            cell.setdefault("id", f"cell-{number}")
        loaded.nbformat_minor = max(5, loaded.nbformat_minor)
        title = _ipynb_title(loaded)
        front = {"title": title} if title else {}
        return Page(path, docname, "page", text, front, notebook=loaded), problems
    if not path.endswith(".md"):
        return Page(path, docname, "page", text, {}), problems
    front_matter, found = myst.front_matter(text, path)
    problems += found
    front, lines = front_matter.data, front_matter.lines
    kind: Kind = "issue" if "issue" in front else "notebook" if "item" in front else "page"
    if kind != "page":
        problems += validate(front, lines, kind, path)
        for key in front_matter.bare_dates:
            what = f"front matter, '{key}': a date without quotes"
            right = f'Write {key}: "{front[key]}"; Jupyter\'s own tools cannot store a YAML date.'
            problems.append(Problem(path, lines[key], what, right))
    items, corrections = _items(text) if kind == "issue" else ((), ())
    notebook: NotebookNode | None = None
    cell_lines: tuple[int, ...] = ()
    runs = "kernelspec" in front or front.get("file_format") == "mystnb"
    if not found and runs and "{code-cell}" in text:
        notebook, cell_lines = read_notebook(text)
        if not any(cell.cell_type == "code" for cell in notebook.cells):
            notebook, cell_lines = None, ()
    if kind == "page" and "title" not in front:
        heading = re.search(r"^# +(.+?)\s*$", text, re.M)
        front = {**front, "title": heading.group(1)} if heading else front
    page = Page(path, docname, kind, text, front, lines, notebook, cell_lines, items, corrections)
    # Worked out now, when the text has just been parsed, and kept with the page.
    _ = page.outline, page.labels, page.counted if kind == "issue" else None
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

    front, _ = myst.front_matter(text, "")
    # Blank lines instead of the front matter keep the numbers of all others; jupytext would hand
    # nbformat a kernelspec that may lack what nbformat and papermill insist on.
    body = "\n" * front.end + "\n".join(text.split("\n")[front.end :])
    notebook = myst_to_notebook(body, add_source_map=True)
    starts = notebook.metadata.pop("source_map")
    notebook.metadata = nbformat.from_dict(front.data)
    given = front.data.get("kernelspec")
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


def _items(text: str) -> tuple[tuple[Item, ...], tuple[Correction, ...]]:
    """Items (h3 below an h2) and corrections of an issue."""
    found: list[Item] = []
    corrections: list[Correction] = []
    section = section_anchor = target = ""
    target_line = 0
    current: dict[str, Any] | None = None

    def close(end: int) -> None:
        nonlocal current
        if current is not None:
            found.append(Item(**current, end=end))
        current = None

    tokens, flat = myst.flow(text)
    for token in flat:
        line = token.map[0] + 1 if token.map else 0
        if token.type == "myst_target":
            target, target_line = token.content, line
        elif token.type == "paragraph_open":
            target = ""
        elif token.type in ("h1", "h2", "h3"):
            close(target_line if target else line)
            if token.type == "h2":
                section, section_anchor = token.content, target
            elif token.type == "h3":
                current = {
                    "anchor": target,
                    "title": token.content,
                    "section": section,
                    "section_anchor": section_anchor,
                    "line": line,
                }
            target = ""
    close(len(text.splitlines()) + 1)
    for token in tokens:
        block = myst.directive(token)
        if block is not None and block.name == "correction":
            owner = next((i for i in found if i.line <= block.line < i.end), None)
            anchor = owner.anchor if owner else ""
            corrections.append(Correction(anchor, block.body.strip(), block.line))
    return tuple(found), tuple(corrections)


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


def _addresses(config: dict[str, Any]) -> Addresses:
    repository = config.get("repository") or {}
    html = config.get("html") or {}
    return Addresses(
        site=str(html.get("baseurl") or "").rstrip("/"),
        repository=str(repository.get("url") or "").rstrip("/"),
        branch=str(repository.get("branch") or "main"),
        path=str(repository.get("path_to_book") or "").strip("/"),
    )
