"""Learners' notebooks: an nbconvert exporter whose preprocessors make a page stand alone.

A learner's copy holds plain Markdown, our modules as text, stable cell ids and no private
metadata; it says where it comes from. `Lesson` carries what the preprocessors need, as the
exporter's resource ``lesson``; problems gather in the resource ``problems``.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from scripts.book.cells import only_checks
from scripts.book.outline import figure_of, is_full_size, lead_of, opening_of
from scripts.core import steps
from scripts.core.problems import Problem
from scripts.core.record import CHECKS_MIME
from scripts.editions.lessons.dependencies import install_cell, is_fallback, parted
from scripts.editions.lessons.literals import with_literal
from scripts.editions.lessons.setup import FOLDED, HEAD, LATE, module_cell
from scripts.editions.plain.blocks import convert
from scripts.editions.plain.directives import captioned
from scripts.editions.plain.inline import escape
from scripts.editions.plain.references import Context

LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
# Tags that Jupyter's own tools act on; the others only concern the site.
KEPT_TAGS = ("parameters", "raises-exception", "skip-execution")
INPUT_HIDDEN = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
OUTPUT_HIDDEN = {"hide-output", "remove-output", "remove-cell"}
OURS = (CHECKS_MIME, steps.MIME)  # of outputs: data for the site
KEPT_OUTPUT_METADATA = ("image/png", "image/jpeg", "image/svg+xml")

Resources = dict[str, Any]


@dataclass(frozen=True)
class Lesson:
    """What a learner's copy needs besides the page's cells.

    ``lines`` holds the line of each cell in the text that was read, ``origin`` the source line of
    each line of that (none: it is the source), ``opening`` the Markdown that says where a copy
    comes from, ``closing`` that at its end, ``modules`` the source of each of our modules in the
    order of their import, ``packages`` the names of what else is imported, ``constants`` the values
    handed to the notebook by the build.
    """

    name: str
    context: Context
    lines: tuple[int, ...] = ()
    origin: tuple[int, ...] = ()
    title: str = ""
    opening: str = ""
    closing: str = ""
    modules: Mapping[str, str] = field(default_factory=dict)
    packages: frozenset[str] = frozenset()
    constants: Mapping[str, Any] = field(default_factory=dict)

    def __deepcopy__(self, _memo: dict[int, Any]) -> Lesson:
        """Itself: nbconvert copies its resources for every export, and all labels of the book with
        them, which nothing writes to."""
        return self

    def at_source(self, problem: Problem) -> Problem:
        """A problem of the text that was read at its line of the source."""
        if not self.origin or not problem.line:
            return problem
        return replace(problem, line=self.origin[min(problem.line, len(self.origin)) - 1])


def tags(cell: NotebookNode) -> set[str]:
    """The tags of a cell."""
    return set(cell.metadata.get("tags") or [])


class Prose(Preprocessor):
    """MyST -> plain Markdown; figures of code cells get their caption as a cell below them."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        lesson: Lesson = resources["lesson"]
        problems: list[Problem] = resources.setdefault("problems", [])
        lines = lesson.lines or (0,) * len(nb.cells)
        cells = []
        for cell, line in zip(nb.cells, lines, strict=True):
            context = replace(lesson.context, line=line)
            cells.append(cell)
            if cell.cell_type == "markdown":
                result = convert(cell.source, context)
                problems += map(lesson.at_source, result.problems)
                cell.source = result.text.strip("\n")
            else:
                caption, found = caption_of(cell, context)
                found = list(map(lesson.at_source, found))
                problems += [problem for problem in found if problem not in problems]
                if caption:
                    cells.append(new_markdown_cell(caption))
        nb.cells = [c for c in cells if c.cell_type != "markdown" or c.source.strip()]
        return nb, resources


def caption_of(cell: NotebookNode, context: Context) -> tuple[str, list[Problem]]:
    """The caption of a code cell's figure in plain Markdown, with its number (may be empty), and
    what is wrong with it."""
    figure = figure_of(cell)
    if not figure or "remove-cell" in tags(cell):
        return "", []
    caption = convert(str(figure.get("caption") or ""), context)
    label = context.labels.get(str(figure.get("name") or ""))
    return captioned(caption.text.strip(), label), list(caption.problems)


class Constants(Preprocessor):
    """Drops what only a plain build of the book needs, writes in what the build hands over."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        lesson: Lesson = resources["lesson"]
        nb.cells = [
            cell
            for cell in nb.cells
            if not ("remove-cell" in tags(cell) and is_fallback(cell.source))
        ]
        for cell in nb.cells:
            if cell.cell_type == "code" and "parameters" in tags(cell):
                for name, value in lesson.constants.items():
                    cell.source = with_literal(cell.source, name, value)
        return nb, resources


def take_title(nb: NotebookNode, lesson: Lesson) -> str:
    """The title of a page, which goes out of its first cell."""
    title = lesson.title
    if nb.cells and nb.cells[0].cell_type == "markdown":
        match = re.match(r"\s*# +(.+?)[ #]*(?:\n|$)", nb.cells[0].source)
        if match:
            title = match.group(1)
            nb.cells[0].source = nb.cells[0].source[match.end() :].strip("\n")
            if not nb.cells[0].source:
                nb.cells.pop(0)
    nb.metadata["title"] = re.sub(r"\\(?=[^\w\s])", "", title)
    return title


class Opening(Preprocessor):
    """The first cell: the title and where the copy comes from. The page's own title goes. The
    resource ``empty`` says whether there is nothing else; what closes the copy comes last."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        lesson: Lesson = resources["lesson"]
        title = take_title(nb, lesson)
        resources["empty"] = not nb.cells  # a page that the build fills, say
        nb.cells.insert(0, new_markdown_cell(f"# {title}\n\n{lesson.opening}".strip()))
        nb.cells += [new_markdown_cell(lesson.closing)] if lesson.closing else []
        return nb, resources


class Introduction(Preprocessor):
    """What comes first is what readers come for: title, opening and, where there are outputs, the
    lead figure. Then where the copy comes from and what it needs, folded: an install line, our
    modules as text. The licence is last. Modules that only the full size needs have a cell of
    their own before it."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        lesson: Lesson = resources["lesson"]
        first = [f"# {take_title(nb, lesson)}"]
        if nb.cells and nb.cells[0].cell_type == "markdown":
            lines = nb.cells[0].source.split("\n")
            end = opening_of(nb.cells[0].source) - 1
            end = end if lines[end:] and re.match(r"#|\(", lines[end]) else len(lines)
            first.append("\n".join(lines[:end]).strip("\n"))
            nb.cells[0].source = "\n".join(lines[end:]).strip("\n")
            nb.cells = nb.cells[not nb.cells[0].source :]
        cells = [new_markdown_cell("\n\n".join(filter(None, first)))]
        lead = lead_cell(nb, lesson) if resources.get("outputs_kept") else None
        cells += [lead] if lead is not None else []
        cells += [new_markdown_cell(lesson.opening)] if lesson.opening else []
        install = install_cell(lesson.packages)
        cells += [new_code_cell(install)] if install else []
        always, late = parted(lesson.modules, nb.cells)
        if always:
            cells.append(new_code_cell(module_cell(always), metadata=FOLDED))
        if late:
            place = next(n for n, cell in enumerate(nb.cells) if is_full_size(cell))
            source = module_cell(late, LATE if always else HEAD)
            nb.cells.insert(place, new_code_cell(source, metadata=FOLDED))
        closing = [new_markdown_cell(lesson.closing)] if lesson.closing else []
        nb.cells = [*cells, *nb.cells, *closing]
        return nb, resources


def lead_cell(nb: NotebookNode, lesson: Lesson) -> NotebookNode | None:
    """The lead figure as Markdown that carries its picture, with its caption."""
    cell = lead_of(nb)
    if cell is None:
        return None
    for output in cell.outputs:
        for mime, data in (output.get("data") or {}).items():
            if mime in ("image/svg+xml", "image/png"):
                text = "".join(data)
                if mime == "image/svg+xml":
                    text = b64encode(text.encode("utf-8", "replace")).decode()
                image = (cell.metadata.get("mystnb") or {}).get("image") or {}
                alt = escape(" ".join(str(image.get("alt") or "").split()))
                caption, _ = caption_of(cell, lesson.context)
                source = f"![{alt}](attachment:lead)\n\n{caption}".strip()
                return new_markdown_cell(source, attachments={"lead": {mime: text.strip()}})
    return None


class Clean(Preprocessor):
    """Metadata that Jupyter knows, ids from position and source, outputs that anyone can show."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        kernel = nb.metadata.get("kernelspec") or {}
        language = dict(nb.metadata.get("language_info") or {})
        python = kernel.get("language", language.get("name", "python")) == "python"
        language.pop("version", None)
        metadata = {
            "kernelspec": {
                k: kernel[k] for k in ("display_name", "language", "name") if k in kernel
            },
            "language_info": LANGUAGE if python else language,
            "title": nb.metadata.get("title", ""),
        }
        nb.metadata = NotebookNode({k: v for k, v in metadata.items() if v})
        nb.nbformat, nb.nbformat_minor = 4, 5
        checks = "checks" in resources["lesson"].modules
        count = position = 0
        for cell in nb.cells:
            digest = hashlib.sha256(f"{position}\n{cell.source}".encode()).hexdigest()
            cell["id"] = digest[:12]
            position += "attachments" not in cell  # which the copy without outputs lacks
            cell.metadata = _cell_metadata(cell, checks)
            if cell.cell_type != "code":
                continue
            if resources.get("outputs_kept"):
                count += 1
                cell.execution_count = count
                cell.outputs = [_output(output, count) for output in cell.outputs]
                cell.outputs = [o for o in cell.outputs if o.get("data", True)]
            else:
                cell.execution_count, cell.outputs = None, []
        return nb, resources


def _cell_metadata(cell: NotebookNode, checks: bool) -> NotebookNode:
    found = tags(cell)
    jupyter = dict(cell.metadata.get("jupyter") or {})
    hidden = {key: True for key in ("source_hidden", "outputs_hidden") if jupyter.get(key)}
    if cell.cell_type == "code":
        folded = bool(found & INPUT_HIDDEN) or (checks and only_checks(cell.source))
        hidden |= {"source_hidden": True} if folded else {}
        hidden |= {"outputs_hidden": True} if found & OUTPUT_HIDDEN else {}
    metadata = NotebookNode()
    kept = [tag for tag in KEPT_TAGS if tag in found]
    if kept:
        metadata["tags"] = kept
    if hidden:
        metadata["jupyter"] = NotebookNode(hidden)
    if cell.metadata.get("cellView"):
        metadata["cellView"] = cell.metadata["cellView"]
    return metadata


def _output(output: NotebookNode, count: int) -> NotebookNode:
    new = NotebookNode(output)
    if "data" in new:
        new.data = NotebookNode({k: v for k, v in new.data.items() if k not in OURS})
        new.metadata = NotebookNode(
            {k: v for k, v in (new.get("metadata") or {}).items() if k in KEPT_OUTPUT_METADATA}
        )
    if new.output_type == "execute_result":
        new.execution_count = count
    return new


PREPROCESSORS = (Prose, Constants, Introduction, Clean)


class LearnerExporter(NotebookExporter):
    """A page's notebook -> a learner's copy (.ipynb). With the resource ``outputs_kept`` the
    outputs stay."""

    def __init__(self, **options: Any) -> None:
        super().__init__(preprocessors=list(PREPROCESSORS), **options)
