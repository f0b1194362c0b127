"""Pages with code as nbformat, from MyST text and from JSON, and what is wrong with their cells."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from typing import Any

import nbformat
from nbformat import NotebookNode

from scripts.book import myst
from scripts.book.front_matter import front_matter
from scripts.book.outline import LEAD, figure_in
from scripts.core.problems import Problem
from scripts.core.untrusted.schema import FLAG, Schema, faults, mapping
from scripts.core.untrusted.yaml_data import Yaml

KERNELSPEC = {"name": "python3", "language": "python", "display_name": "Python 3"}


# What a cell's options may be -------------------------------------------------------------------

WORDS: Schema = {"type": "string", "minLength": 1}
SIZE: Schema = {"type": ["string", "integer"]}
TAGS: Schema = {
    "type": "array",
    "items": {"type": "string", "title": "tag", "pattern": r"\A[^,\s]+\Z"},
    "uniqueItems": True,
    "description": "A list such as ':tags: [hide-input]'; a tag holds neither blank nor comma.",
}
FIGURE = mapping(
    caption=WORDS, name=WORDS, align={"enum": ["left", "center", "right"]}, classes=WORDS,
    caption_before=FLAG,
)  # fmt: skip
IMAGE = mapping(
    alt=WORDS, width=SIZE, height=SIZE, scale=SIZE, classes=WORDS,
    align={"enum": ["left", "center", "right", "top", "middle", "bottom"]},
)  # fmt: skip
# Those of MyST-NB (its `NbParserConfig`, the settings of cells).
RENDER = mapping(
    figure=FIGURE, image=IMAGE, merge_streams=FLAG, remove_code_source=FLAG,
    remove_code_outputs=FLAG, scroll_outputs=FLAG, number_source_lines=FLAG,
    code_prompt_show=WORDS, code_prompt_hide=WORDS, text_lexer=WORDS, error_lexer=WORDS,
    output_stderr={"enum": ["show", "remove", "remove-warn", "warn", "error", "severe"]},
    markdown_format={"enum": ["commonmark", "gfm", "myst"]},
)  # fmt: skip
# Those of nbformat, which jupytext and papermill insist on.
FORMAT: dict[str, Schema] = {
    "tags": {**TAGS, "items": {"type": "string", "title": "tag", "pattern": "^[^,]+$"}},
    "name": WORDS,
    "collapsed": FLAG,
    "scrolled": {"enum": [True, False, "auto"]},
    "jupyter": {"type": "object"},
    "execution": {"type": "object"},
}
# Of other books' cells what we look at; in ours an unknown option would be left aside in silence.
ANY: Schema = {
    "type": "object",
    "properties": {
        **FORMAT,
        "mystnb": {
            "type": "object",
            "properties": {"figure": {"type": "object"}, "image": {"type": "object"}},
        },
    },
}
OURS = mapping(
    **{**FORMAT, "tags": TAGS}, mystnb=RENDER, label=WORDS, editable=FLAG, deletable=FLAG,
    slideshow={"type": "object"},
)  # fmt: skip


# MyST text --------------------------------------------------------------------------------------


def cell_problems(text: str, path: str, *, ours: bool) -> Iterator[Problem]:
    """What is wrong with the cells of a MyST text notebook; ``ours``: it is a newsletter's."""
    found = myst.flow(text)
    for block in found.directives:
        if block.name in myst.CELLS:
            yield from (Problem(path, *fault) for fault in block.faults)
            yield from faults(block.yaml, OURS if ours else ANY, path, "options of the cell")
    if ours:
        yield from _lead_problems(found.directives, path)
    for token in found.tokens:
        if token.type == "myst_block_break" and token.content:
            try:
                wrong = not isinstance(json.loads(token.content), dict)
            except ValueError:
                wrong = True
            if wrong:
                assert token.map is not None
                what = f"'+++ {token.content[:40]}' begins a cell, and its metadata are no JSON"
                right = """Write '+++', or '+++ {"tags": ["remove-cell"]}'."""
                yield Problem(path, token.map[0] + 1, what, right)


def _lead_problems(blocks: list[myst.Directive], path: str) -> Iterator[Problem]:
    """The figure at the top of a page is one, and can be named where its cell stands."""
    cells = [block for block in blocks if block.name in myst.CELLS]
    leads = [block for block in cells if LEAD in (block.options.get("tags") or ())]
    for block in leads[:1]:
        if not {"caption", "name"} <= set(figure_in(block.options)):
            right = "Give it 'mystnb: figure:' with 'caption' and 'name'."
            yield Problem(path, block.line, f"the cell tagged '{LEAD}' has no figure", right)
    for block in leads[1:]:
        what = f"a second cell is tagged '{LEAD}'"
        yield Problem(path, block.line, what, "One figure stands at the top of a page.")


# What str.splitlines, which jupytext uses, and no editor takes for the end of a line; characters
# that no text may hold stand for them meanwhile.
BREAKS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
MARKS = "".join(chr(0xFDD0 + number) for number in range(len(BREAKS)))


def read_notebook(text: str) -> tuple[NotebookNode, tuple[int, ...]]:
    """A MyST text notebook as nbformat, and the 1-based source line of each cell's first line.

    Cell ids are numbers in order, so that two conversions are equal.
    """
    from jupytext.myst import myst_to_notebook

    head, _ = front_matter(text, "")
    source = text.split("\n")
    # Blank lines instead of the front matter keep the numbers of all others; jupytext would hand
    # nbformat a kernelspec that may lack what nbformat and papermill insist on.
    body = "\n" * head.end + "\n".join(source[head.end :])
    with warnings.catch_warnings(action="ignore"):  # cells of several languages
        whole = body.translate(str.maketrans(BREAKS, MARKS))
        notebook = myst_to_notebook(whole, add_source_map=True)
    starts = notebook.metadata.pop("source_map")
    notebook.metadata = nbformat.from_dict(head.data)
    given = head.data.get("kernelspec")
    spec = {**KERNELSPEC, **given} if isinstance(given, dict) else KERNELSPEC
    notebook.metadata["kernelspec"] = nbformat.from_dict(spec)
    lines = []
    for number, (cell, start) in enumerate(zip(notebook.cells, starts, strict=True)):
        cell["id"] = f"cell-{number}"
        cell.source = cell.source.translate(str.maketrans(MARKS, BREAKS))
        # jupytext gives the fence's line; options may stand between it and the code.
        own = cell.source.split("\n")
        first = next((line for line in own if line.strip()), "")
        offset = own.index(first) if first else 0
        at = next((i for i in range(max(start - 1, 0), len(source)) if source[i] == first), start)
        lines.append(at + 1 - offset)
    return notebook, tuple(lines)


# JSON -------------------------------------------------------------------------------------------


def read_jupyter(text: str, path: str) -> tuple[NotebookNode | None, list[Problem]]:
    """A notebook in JSON as nbformat 4, and what is wrong with it, by the numbers of its cells."""
    from nbformat import reader
    from nbformat.validator import iter_validate

    try:
        notebook = nbformat.convert(reader.reads(text), 4)
        notebook.nbformat_minor = max(5, notebook.nbformat_minor)
        _name_cells(notebook.cells)
        errors = list(iter_validate(notebook, version=4, version_minor=5, relax_add_props=True))
    except RecursionError:
        raise
    except Exception as error:  # nbformat raises many kinds; all mean the same to an editor
        reason = " ".join(str(error or "").split()) or type(error).__name__
        return None, [Problem(path, 0, f"not a notebook: {reason[:200]}", SAVE)]
    problems = [Problem(path, 0, _said(error), SAVE) for error in errors]
    if not problems:
        problems = list(_metadata_problems(notebook, text, path))
    return (None if problems else notebook), problems


SAVE = "Open it with Jupyter and save it again."
ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def _name_cells(cells: list[NotebookNode]) -> None:
    """Older formats have no ids, and copies of cells the same: those get their number."""
    known: set[str] = set()
    for number, cell in enumerate(cells):
        id = cell.get("id")
        if not isinstance(id, str) or not ID.fullmatch(id) or id in known:
            cell["id"] = f"cell-{number}"
        known.add(cell["id"])


def _said(error: Any) -> str:
    """An error of nbformat's validation in one line."""
    place = list(error.absolute_path)
    where = f"cell {place[1] + 1}: " if place[:1] == ["cells"] and len(place) > 1 else ""
    inner = ".".join(map(str, place[2:] if where else place))
    begin = f"'{inner}': " if inner else ""
    known = len(error.message) < 120 and "any of the given schemas" not in error.message
    return where + begin + (error.message if known else "not what Jupyter's format has there")


def _metadata_problems(notebook: NotebookNode, text: str, path: str) -> Iterator[Problem]:
    torn = re.search(r"\\u[dD][89a-fA-F]", text)  # half of a character, or of a pair
    for number, cell in enumerate(notebook.cells, 1):
        yield from faults(Yaml(cell.metadata), ANY, path, f"cell {number}")
        for output in cell.get("outputs", ()):
            for mime, data in output.get("data", {}).items():
                if not isinstance(data, str) and not mime.endswith("json"):
                    what = f"cell {number}: its output '{mime}' is not text"
                    yield Problem(path, 0, what, SAVE)
        if torn and not _is_text(cell):
            what = f"cell {number}: half of a character (an escape \\ud800 to \\udfff alone)"
            yield Problem(path, 0, what, "Take it out.")
    if torn and not _is_text(notebook.metadata):
        yield Problem(path, 0, "metadata: half of a character", "Take it out.")


def _is_text(data: Any) -> bool:
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
