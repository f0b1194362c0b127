"""Stage the book for rendering: sources with their runs, and the data that pages show.

Pages with code become notebooks with the outputs of their run; cards, tables of checks and
provenance are inserted as directives whose body is JSON, so that Sphinx sees a changed page and
nothing else. Pure: pages and runs in, files out; `sync` writes what differs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode

from scripts import facts, filled
from scripts.book.model import Book, Page
from scripts.book.read import read_notebook
from scripts.core.files import other_files
from scripts.core.memo import remember
from scripts.core.record import CHECKS_MIME, Run, Runs, code_cells
from scripts.execution.frozen import FOLDER as FROZEN
from scripts.heads import heads
from scripts.related import related

# LOOK: raw data colours, as notebooks draw them, to those of paper in daylight.
LIGHT = {
    "#3d57d6": "#2440c0", "#b5452f": "#8a2e16", "#2a9d80": "#1f8270", "#b88416": "#96700a",
    "#d563b4": "#b8429f", "#707d78": "#14211c", "#707d79": "#4a5a53", "#8a958f": "#c3d0c9",
    "#77847e": "#5f6b66",
}  # fmt: skip
KEPT_METADATA = ("kernelspec", "language_info", "mystnb", "myst")
LEFT_OUT = {"_build", "tests", "scripts", "node_modules", "__pycache__", "README.md"}


def stage(book: Book, runs: Runs, *, public: bool = True) -> dict[str, bytes]:
    """All files of the staged tree, by path; ``public`` is false for trial builds."""
    files: dict[str, bytes] = {}
    sources: dict[str, str] = {}
    near = related(book) if book.is_newsletter else {}
    for page in book.pages:
        sources[page.docname] = page.path
        text = page.text
        if book.is_newsletter and page.path.endswith(".md"):
            text = with_facts(page, _blocks(book, runs, page, near.get(page.docname)))
        run = runs.get(page.docname)
        if run is None or page.notebook is None:
            files[page.path] = text.encode()
            continue
        notebook = page.notebook
        if page.path.endswith(".md"):
            notebook = remember("staged", text, lambda text=text: read_notebook(text)[0])  # type: ignore[misc]
        staged = with_outputs(notebook, run, ours=page.kind != "page")
        files[f"{page.docname}.ipynb"] = json.dumps(staged, sort_keys=True).encode()
    if book.is_newsletter:
        about = heads(book, runs, public=public)
        navigation = {**facts.navigation(book), "sources": sources, "heads": about}
        navigation["public"] = public
        files["_newsletter.json"] = json.dumps(navigation).encode()
        added = filled.added(book, runs)
        files |= {f"{docname}.md": text.encode() for docname, text in added.items()}
        if added:
            toc = (book.root / "_toc.yml").read_text(encoding="utf-8")
            files["_toc.yml"] = filled.contents(toc, added).encode()
    taken = {page.path for page in book.pages}
    for path in other_files(book.root, LEFT_OUT if book.is_newsletter else {"_build"}):
        if path not in taken and path not in files and not path.startswith(f"{FROZEN}/"):
            files[path] = (book.root / path).read_bytes()
    return files


def _blocks(book: Book, runs: Runs, page: Page, near: list[dict[str, Any]] | None) -> facts.Blocks:
    if page.kind == "page":
        return filled.blocks(book, runs, page) if book.issues else {}
    blocks = facts.blocks(book, runs, page)
    if near:
        last = blocks.setdefault(page.text.count("\n") + 2, [])
        last.insert(0, ("related", {"pages": near}))
    return blocks


def with_facts(page: Page, blocks: Mapping[int, list[tuple[str, Any]]]) -> str:
    """The page's text with directives of data put before the given 1-based lines, and the empty
    ones that it holds itself filled in (``blocks[0]``)."""
    lines = page.text.split("\n")
    for name, data in blocks.get(0, []):
        empty = re.compile(rf"^(```+)\{{{re.escape(name)}\}}\s*$")
        at = next((i for i, line in enumerate(lines) if empty.match(line)), None)
        if at is not None:
            lines[at] += "\n" + json.dumps(data, ensure_ascii=False)
    result: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        for name, data in blocks.get(number, []):
            body = json.dumps(data, ensure_ascii=False)
            result += ["", f"````{{{name}}}", body, "````", ""]
        result.append(line)
    return "\n".join(result).rstrip("\n") + "\n"


def with_outputs(notebook: NotebookNode, run: Run, *, ours: bool) -> dict[str, Any]:
    """``notebook`` with the outputs of ``run``, cell by cell in order."""
    executed = iter(code_cells(run.notebook))
    cells: list[dict[str, Any]] = []
    for cell in notebook.cells:
        staged = json.loads(json.dumps(cell))
        if cell.cell_type == "code":
            done = next(executed)
            assert done["source"] == cell.source, "the run is not of this text"
            staged["outputs"] = [_output(output, ours) for output in done["outputs"]]
            staged["execution_count"] = done["execution_count"]
        cells.append(staged)
    metadata = dict(run.notebook["metadata"])
    if ours:
        metadata = {k: v for k, v in metadata.items() if k in KEPT_METADATA}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _output(output: dict[str, Any], ours: bool) -> dict[str, Any]:
    data = output.get("data")
    if not data or not ours:
        return output
    data = dict(data)
    checks = data.pop(CHECKS_MIME, None)
    if checks:
        data["text/markdown"] = "\n\n".join(check_line(check) for check in checks["checks"])
    svg = data.get("image/svg+xml")
    if svg is not None:
        data["image/svg+xml"] = recolour("".join(svg), LIGHT)
    return {**output, "data": data}


def recolour(svg: str, colours: Mapping[str, str]) -> str:
    """An SVG with each of the given colours (``#rrggbb``) replaced, in any case of letters."""
    pattern = re.compile("|".join(map(re.escape, colours)), re.I)
    return pattern.sub(lambda match: colours[match.group().lower()], svg)


def check_line(check: Mapping[str, Any]) -> str:
    """One check as a line of Markdown, for editions without HTML."""
    measured = facts.value(check.get("measured"), check.get("unit", ""))
    reported = facts.value(check.get("reported"), check.get("unit", ""))
    numbers = [f"measured {measured}"] if measured else []
    numbers += [f"reported {reported}"] if reported else []
    text = f"**{check['verdict']}**: {_escape(check['claim'])}"
    text += f" ({', '.join(numbers)})" if numbers else ""
    text += f" `{check['expected']}`" if check.get("expected") else ""
    return text + (f" {_escape(check['reason'])}" if check.get("reason") else "")


def _escape(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>$])", r"\\\1", text)
