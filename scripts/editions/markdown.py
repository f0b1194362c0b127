"""The Markdown edition: nbconvert's Markdown exporter with preprocessors of ours.

Outputs become plain Markdown before the exporter sees them: checks a line each, pictures files with
their alt text, tables tables, all else quoted text. Files gather in the resource ``files``.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from docutils.nodes import make_id
from nbconvert.exporters import MarkdownExporter
from nbconvert.preprocessors import Preprocessor, TagRemovePreprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_output
from traitlets.config import Config

from scripts.book.outline import figure_of
from scripts.core import steps
from scripts.core.record import CHECKS_MIME
from scripts.core.untrusted.excerpts import ROWS_NOTE, of_cell
from scripts.core.words import without_escapes
from scripts.editions.lessons.notebooks import Constants, Lesson, Opening, Prose, Resources
from scripts.editions.plain.fences import fenced
from scripts.editions.plain.inline import escape
from scripts.pages.outputs import check_line, drawn

SUFFIXES = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}

TEMPLATE = """\
{%- extends 'markdown/index.md.j2' -%}
{%- block input %}
{{ cell.source | fenced(nb.metadata.get('language_info', {}).get('name', 'python')) }}
{% endblock input %}
"""


class Outputs(Preprocessor):
    """Every output of a cell as Markdown, pictures as files in ``NAME_files/``."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        name = resources["lesson"].name
        files: dict[str, bytes] = resources.setdefault("files", {})
        for cell in nb.cells:
            if cell.cell_type != "code" or not cell.outputs:
                continue
            parts = [
                _output(output, cell, name, files) for output in _merged(of_cell(cell.outputs))
            ]
            text = "\n\n".join(part.strip("\n") for part in parts if part.strip())
            data = {"text/markdown": text + "\n"}
            cell.outputs = [new_output("display_data", data=data)] if text else []
        return nb, resources


def _merged(outputs: Iterable[dict[str, Any]]) -> list[NotebookNode]:
    """Outputs with neighbouring pieces of one stream put together."""
    result: list[NotebookNode] = []
    for output in map(NotebookNode, outputs):
        last = result[-1] if result else None
        if last and output.output_type == "stream" == last.output_type and last.name == output.name:
            last.text = _text(last.text) + _text(output.text)
        else:
            result.append(output)
    return result


def _output(output: NotebookNode, cell: NotebookNode, name: str, files: dict[str, bytes]) -> str:
    if output.output_type == "stream":
        return fenced(_text(output.text), "text")
    if output.output_type == "error":
        return fenced(without_escapes("\n".join(output.traceback)), "text")
    data: dict[str, Any] = output.get("data") or {}
    if CHECKS_MIME in data:
        return "\n\n".join(check_line(check) for check in data[CHECKS_MIME]["checks"])
    if "text/markdown" in data:
        return _text(data["text/markdown"])
    words = _text(data.get("text/plain", ""))
    for mime, suffix in SUFFIXES.items():
        if picture := _picture(data.get(mime, ""), mime):
            file = _file_name(cell, name, suffix, files)
            files[file] = picture
            value = f"{words}\n\n" if steps.MIME in data else ""  # of which step it is
            return f"{value}![{_alt(cell)}]({file})"
    if "text/latex" in data:
        return _text(data["text/latex"])
    if "text/html" in data:
        page = _text(data["text/html"])
        table = "\n\n".join(filter(None, [table_of(page), *ROWS_NOTE.findall(page)]))
        if table or words.startswith("<IPython"):
            return table or page
    return fenced(words, "text") if words.strip() else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "".join(value)


def _picture(value: Any, mime: str) -> bytes:
    """The content of a picture; empty if it can't be read."""
    try:
        return drawn(value).encode() if mime == "image/svg+xml" else b64decode(_text(value))
    except ValueError:
        return b""


def _file_name(cell: NotebookNode, name: str, suffix: str, files: dict[str, bytes]) -> str:
    """``NAME_files/LABEL.svg``, from the figure's label where it has one; each name once."""
    stem = make_id(str(figure_of(cell).get("name") or "")) or "figure"
    count = 1
    while True:
        file = f"{name}_files/{stem}{f'-{count}' if count > 1 else ''}.{suffix}"
        if file not in files:
            return file
        count += 1


def _alt(cell: NotebookNode) -> str:
    image = (cell.metadata.get("mystnb") or {}).get("image") or {}
    return escape(" ".join(str(image.get("alt") or "").split()))


class _Table(HTMLParser):
    """Collects the rows of the one table of a page; ``simple`` if it is plain rows and columns."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tables = 0
        self.simple = True
        self.open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tables += tag == "table"
        self.simple &= not any(key in ("colspan", "rowspan") and v != "1" for key, v in attrs)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self.open = True
        elif tag == "br" and self.open:
            self.rows[-1][-1] += " "

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.open = False

    def handle_data(self, data: str) -> None:
        if self.open:
            self.rows[-1][-1] += data


def table_of(html: str) -> str:
    """A table in HTML (of pandas, say) as a table in Markdown; empty if it isn't one simple table
    with a row of headings."""
    parser = _Table()
    parser.feed(html)
    rows = [[" ".join(cell.split()) for cell in row] for row in parser.rows if row]
    if parser.tables != 1 or not parser.simple or len({len(row) for row in rows}) != 1:
        return ""
    cells = [[escape(cell).replace("|", "\\|") for cell in row] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


class EditionExporter(MarkdownExporter):
    """A page's notebook with its outputs -> the Markdown edition."""

    def __init__(self, **options: Any) -> None:
        tags = TagRemovePreprocessor(
            enabled=True,
            remove_cell_tags={"remove-cell"},
            remove_input_tags={"remove-input", "hide-input", "hide-cell"},
            remove_all_outputs_tags={"remove-output"},
        )
        steps = [Prose, Constants, tags, Opening, Outputs]
        super().__init__(preprocessors=steps, raw_template=TEMPLATE, **options)
        self.register_filter("fenced", fenced)

    @property
    def default_config(self) -> Config:
        # The pictures are ours to name; attachments are left to nbconvert.
        config = Config({"ExtractOutputPreprocessor": {"enabled": False}})
        merged: Config = super().default_config.copy()
        merged.merge(config)
        return merged


@lru_cache(1)
def _exporter() -> EditionExporter:
    return EditionExporter()  # compiles its templates: once is enough


def edition(notebook: NotebookNode, lesson: Lesson) -> tuple[str, Resources]:
    """The Markdown edition of a page, and the resources: ``files``, ``problems``."""
    resources: Resources = {"lesson": lesson, "output_files_dir": f"{lesson.name}_files"}
    text, left = _exporter().from_notebook_node(notebook, resources=resources)
    files = left.setdefault("files", {})
    for name, content in (left.get("outputs") or {}).items():  # attachments
        files[str(name)] = content
    return tidy(text), left


def tidy(text: str) -> str:
    """Markdown with at most one blank line between blocks; fenced code is left alone."""
    result: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = re.match(r"[>\s]*(`{3,}|~{3,})", line)
        if mark and not fence:
            fence = mark.group(1)
        elif mark and mark.group(1).startswith(fence) and not line.strip("> `~"):
            fence = ""
        elif not fence:
            line = line.rstrip() if not line.endswith("  ") or not line.strip() else line
            if not line and (not result or not result[-1]):
                continue
        result.append(line)
    return "\n".join(result).strip("\n") + "\n"
