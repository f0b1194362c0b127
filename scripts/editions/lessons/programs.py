"""Learners' programs: nbconvert's Python exporter, for cells that have to run without Jupyter."""

from __future__ import annotations

import ast
import re
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager
from nbconvert.exporters import PythonExporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from scripts.editions.lessons.notebooks import PREPROCESSORS, Lesson, Resources, tags

# Percent format: editors show the cells, and Python sees comments.
TEMPLATE = """\
{%- extends 'null.j2' -%}
{%- block header -%}
#!/usr/bin/env python3
{% endblock header %}
{%- block input %}
# %%
{{ cell.source }}
{% endblock input %}
{%- block markdowncell scoped %}
# %% [markdown]
{{ cell.source | as_comment }}
{% endblock markdowncell %}
"""

WINDOWLESS = """\
# A program draws into files; set MPLBACKEND to have windows instead.
import os

os.environ.setdefault("MPLBACKEND", "Agg")"""

DISPLAY = """\
try:
    from IPython.display import display
except ImportError:  # a plain Python: show what can be shown

    def display(*values, **options):
        print(*values)"""

FIGURES = """\
# A notebook would have shown the figures by now; here they become files.
import matplotlib.pyplot

for _number in matplotlib.pyplot.get_fignums():
    matplotlib.pyplot.figure(_number).savefig(f"{name}-{{_number}}.svg")
    print(f"figure {{_number}}: {name}-{{_number}}.svg")"""


class Program(Preprocessor):
    """Rewrites what only works in a notebook."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        lesson: Lesson = resources["lesson"]
        shown: set[str] = resources.get("shown", set())
        written = [c for c in nb.cells if c.cell_type == "code" and not c.source.startswith("%pip")]
        texts = [cell.source for cell in written]
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.source = program_cell(cell.source, tags(cell), cell.source in shown)
        before, after = [], []
        if any("matplotlib" in text for text in texts):
            before.append(new_code_cell(WINDOWLESS))
            after.append(new_code_cell(FIGURES.format(name=lesson.name)))
        if any(re.search(r"\bdisplay\(", text) for text in texts):
            before.append(new_code_cell(DISPLAY))
        nb.cells = [*nb.cells[:1], *before, *nb.cells[1:], *after]
        return nb, resources


def program_cell(source: str, cell_tags: set[str], shown: bool) -> str:
    """One cell's code for a plain Python. ``shown``: its last expression had an output."""
    if cell_tags & {"raises-exception", "skip-execution"}:
        note = "raises an exception on purpose" if "raises-exception" in cell_tags else "is skipped"
        return f"# This cell {note}:\n{as_comment(source)}"
    if source.startswith("%pip install"):
        return f"# Needs: pip install {source.removeprefix('%pip install --quiet ')}"
    if re.search(r"^\s*[%!?]|\?\s*$", source, re.M):
        source = TransformerManager().transform_cell(source).rstrip("\n")
        source = re.sub(
            r"^(\s*)(\w+ = )?(get_ipython\(\)\..*)$", r"\1pass  # only in a notebook: \3", source,
            flags=re.M,
        )  # fmt: skip
    return printing(source, shown)


def printing(source: str, shown: bool) -> str:
    """``source`` with its last expression printed, as a notebook shows it: if it was ``shown``, or
    if it is no call and no text (a call mostly acts, and its value is of no interest)."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return source
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr) or last.end_lineno is None:
        return source
    quiet = isinstance(last.value, ast.Call | ast.Constant | ast.Await | ast.Yield)
    lines = [line.encode() for line in source.split("\n")]
    end = lines[last.end_lineno - 1]
    tail = end[last.end_col_offset or 0 :]
    if (quiet and not shown) or tail.strip().startswith(b";"):
        return source
    # From the back, so that the first position stays right.
    lines[last.end_lineno - 1] = end[: last.end_col_offset] + b")" + tail
    first = lines[last.lineno - 1]
    lines[last.lineno - 1] = first[: last.col_offset] + b"print(" + first[last.col_offset :]
    return b"\n".join(lines).decode()


def as_comment(text: str) -> str:
    """Every line as a comment of Python, without blanks at its end."""
    return "\n".join(f"# {line}".rstrip() for line in text.split("\n"))


class ProgramExporter(PythonExporter):
    """A page's notebook -> a program that runs by itself: ``python NAME.py``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(preprocessors=[*PREPROCESSORS, Program], raw_template=TEMPLATE, **options)
        self.register_filter("as_comment", as_comment)
