"""What pages, notebooks and bibliographies hold: read within limits, or a problem with its line."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import TINY
from kitchen import png

from scripts.book.check import check
from scripts.book.notebooks import read_notebook
from scripts.book.read import parsed, read
from scripts.commands.check import look
from scripts.core.problems import BookError, Problem

HEAD = "---\nkernelspec: {name: python3, display_name: Python 3, language: python}\n---\n# Page\n\n"


def said(problems: list[Problem]) -> str:
    return "\n".join(map(str, problems))


# MyST text: what stands in a cell from line 7 on, and the message.
CELLS = {
    ":tags: [parameters": "p.md:7:8: the options are not YAML that can be read",
    ":tags: 3": "p.md:7:2: options of the cell, 'tags': 3 is not a list",
    ":tags:": "p.md:7:2: options of the cell, 'tags': nothing is not a list",
    ":name: x\n:tags: [a, a]": "p.md:8:2: options of the cell, 'tags'",
    ":tags: [[a]]": "p.md:7:9: options of the cell, 'tags.0': a list is not text",
    ":mystnb: hello": "p.md:7:2: options of the cell, 'mystnb': 'hello' is not a mapping",
    "---\nmystnb: hello\n---": "p.md:8:1: options of the cell, 'mystnb': 'hello' is not a mapping",
    "---\nmystnb:\n  figure: text\n---": "p.md:9:3: options of the cell, 'mystnb.figure'",
    "---\ntags: [a]\nx = 1": "p.md:7: the block of options that begins here is never closed",
    "---\n- a\n---": "p.md:8: the options are no mapping",
    "---\ntags: &a [*a]\n---": "p.md:8:11: the options are not YAML that can be read: the alias",
    "x = 1\n```\n\n+++ {\n\n```{code-cell}": "p.md:10: '+++ {' begins a cell",
}


@pytest.mark.parametrize("options", CELLS)
def test_options_of_a_cell_are_checked(options: str) -> None:
    page, problems = parsed(("p.md", f"{HEAD}```{{code-cell}}\n{options}\n\nx = 1\n```\n"))
    assert page is not None and page.notebook is None
    assert CELLS[options] in said(problems)


@pytest.mark.parametrize(
    "options", [":tags: [a b]", "---\n---", ":foo: bar", "---\nmystnb: {new: 3}\n---"]
)
def test_what_other_books_may_write_of_a_cell(options: str) -> None:
    page, problems = parsed(("p.md", f"{HEAD}```{{code-cell}}\n{options}\nx = 1\n```\n"))
    assert (page is not None and page.notebook is not None, problems) == (True, [])


# JSON: a notebook of a Markdown cell and this one, and the message.
def cell(**changes: Any) -> dict[str, Any]:
    kept = {"cell_type": "code", "id": "a", "source": "x = 1", "metadata": {}, "outputs": []}
    return {k: v for k, v in {**kept, "execution_count": None, **changes}.items() if v != "no"}


def notebook(*cells: Any, **changes: Any) -> str:
    cells = ({"cell_type": "markdown", "id": "m", "source": "# Page", "metadata": {}}, *cells)
    kept = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps({**kept, **changes})


NOTEBOOKS = {
    "no source": (notebook(cell(source="no")), "cell 2: 'source' is a required property"),
    "unknown kind": (notebook(cell(cell_type="x")), "cell 2: not what Jupyter's format has there"),
    "tags": (notebook(cell(metadata={"tags": "a"})), "cell 2: 'metadata.tags': 'a' is not of type"),
    "metadata": (notebook(cell(metadata="x")), "not a notebook"),
    "mystnb": (notebook(cell(metadata={"mystnb": "x"})), "cell 2, 'mystnb': 'x' is not a mapping"),
    "outputs": (notebook(cell(outputs=[{}])), "cell 2: 'outputs.0': not what Jupyter's format"),
    "an output of numbers": (
        notebook(
            cell(
                outputs=[{"output_type": "display_data", "data": {"text/plain": 3}, "metadata": {}}]
            )
        ),
        "cell 2: its output 'text/plain' is not text",
    ),
    "half a character": (notebook(cell(source="'\udfff'")), "cell 2: half of a character"),
    "kernelspec": (notebook(metadata={"kernelspec": "x"}), "'metadata.kernelspec': 'x' is not"),
    "cells": (notebook(cells={}), "'cells': {} is not of type 'array'"),
    "cells of numbers": (notebook(1), "not a notebook"),
    "version": (notebook(nbformat=10**30), "not a notebook"),
    "depth": ("[" * 100_000, "it is nested too deeply"),
    "a list": ("[]", "not a notebook"),
    "depth of directives": (
        notebook({"cell_type": "markdown", "id": "d", "source": "D", "metadata": {}}).replace(
            '"D"', json.dumps("\n".join(":" * (20 - n) + "{note}" for n in range(12)))
        ),
        "p.ipynb: cell 2: more than 10 directives are nested",
    ),
}


@pytest.mark.parametrize("fault", NOTEBOOKS)
def test_a_notebook_in_json_is_what_its_format_says(fault: str) -> None:
    text, message = NOTEBOOKS[fault]
    page, problems = parsed(("p.ipynb", text))
    assert page is None
    assert message in said(problems) and said(problems).startswith("p.ipynb: ")


def test_notebooks_that_jupyter_reads_are_read() -> None:
    """Older and newer ones, with one id for two cells or none, with half a pair that isn't half."""
    old = notebook(cell(id="no"), nbformat_minor=2).replace('"id": "m", ', "")
    for text in (old, notebook(cell(), cell()), notebook(cell(source="'😀'"), nbformat_minor=99)):
        page, problems = parsed(("p.ipynb", text))
        assert page is not None and page.notebook is not None, problems
        ids = [each.id for each in page.notebook.cells]
        assert len(set(ids)) == len(ids)
        assert parsed(("p.ipynb", text))[0] == page, "ids are made by chance"


# Pages that a parser, ours or Sphinx's, would not come back from, and the line that is named.
ENDLESS = {
    "emphasis": ("\n*a " * 3 + "*a " * 100_000, "p.md:3: a paragraph with 100,003 marks"),
    "emphasis in a note": (":::{note}\n\n" + "*a " * 9000 + "\n:::", "p.md:4: a paragraph with"),
    "directives": (
        "\n".join(":" * (1003 - n) + "{note}" for n in range(1000)),
        "p.md:12: more than 10 directives are nested in one another",
    ),
    "size": ("words\n" * 1_000_000, "p.md: 6,000,002 characters, where a page can have 5,000,000"),
}


@pytest.mark.parametrize("way", ENDLESS)
def test_a_page_is_read_soon_or_refused(way: str) -> None:
    text, message = ENDLESS[way]
    began = time.process_time()
    page, problems = parsed(("p.md", f"\n\n{text}" if way == "size" else f"\n{text}"))
    assert page is None and message in said(problems)
    assert time.process_time() - began < 3


def test_reading_has_a_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.book.read.SECONDS", 0.2)
    text = "# Page\n\n" + "\\begin{align}\n" * 20_000 + "a longer line than all of the others"
    page, problems = parsed(("p.md", text))
    assert page is None
    assert "p.md:20003: reading the page takes more than" in said(problems)


@pytest.mark.parametrize("mark", "\v\f\x1c\x1d\x1e\x85\u2028\u2029")
def test_lines_are_those_of_editors(mark: str) -> None:
    """Python splits lines at these, editors don't."""
    text = f"{HEAD}A{mark}B\n\n```{{code-cell}}\n:tags: [a]\n\nx = '{mark}'\n```\n\nLast.\n"
    cells, lines = read_notebook(text)
    assert [each.source for each in cells.cells] == [
        f"# Page\n\nA{mark}B",
        f"x = '{mark}'",
        "Last.",
    ]
    assert lines == (4, 11, 14)


# What is wrong between pages -------------------------------------------------------------------

LEAD = "A lead of a few words"  # line 30 of issues/001.md
OURS = {
    "a note": (
        f":::{{note}}\n{LEAD}",
        ":41: the block that begins with ':::{correction}' is never closed, or the ':::' that does "
        "closes that of line 30",
    ),
    "a fence": (
        f"```\n{LEAD}",
        ":30: the block that begins with '```' holds '```{code-cell}' in line 57: is it closed?",
    ),
    "a table in a note": (
        f"::::{{note}}\n```{{list-table}}\n- - a\n::::\n\n{LEAD}",
        ":31: the block that begins with '```{list-table}' is never closed",
    ),
    "a comment": (f"<!-- {LEAD}", ":30: the HTML that begins with '<!--' is never closed"),
    "options": (f":::{{note}}\n---\nclass: a\n:::\n\n{LEAD}", ":31: the block of options that"),
    "lists": (
        "\n".join(f"{'  ' * n}- a" for n in range(12)) + f"\n\n{LEAD}",
        ":39: lists and quotes are nested so deeply that Markdown leaves out what they hold",
    ),
    "file:": (f"[a](file:///etc/hostname) {LEAD}", ":30:1: the link 'file:///etc/hostname' is"),
    "javascript:": (f"<javascript:alert(1)> {LEAD}", ":30:1: the link 'javascript:alert(1)' is"),
    "a link": (f"[a](../../../x.txt) {LEAD}", ":30:1: the link '../../../x.txt' lies outside of"),
    "a picture": (f"![a](../../x.png) {LEAD}", ":30:1: the picture '../../x.png' lies outside of"),
    "a linked picture": (
        f"![a](/linked.png) {LEAD}",
        ":30:1: the picture '/linked.png' lies",
    ),
    "a local picture": (f"![a](file:///x.png) {LEAD}", ":30:1: the picture 'file:///x.png' is not"),
    "a download": (
        f"{{download}}`a <../../x>` {LEAD}",
        ":30:1: the file '../../x' lies outside of",
    ),
    "an inclusion": (f"```{{include}} ../../x\n```\n\n{LEAD}", ":30:14: the file '../../x' lies"),
    "a table": (
        f"```{{csv-table}}\n:file: ../../x\n```\n\n{LEAD}",
        ":31:2: the file '../../x' lies",
    ),
    "no inclusion": (f"```{{include}} x\n```\n\n{LEAD}", ":30:14: the file 'x' is not there"),
    "a nested picture": (
        f"::::{{note}}\n:::{{figure}} x.png\n:::\n::::\n\n{LEAD}",
        ":31:13: the picture 'x.png' has no alt text",
    ),
    "an unknown option": (
        f"```{{code-cell}}\n:tag: [a]\n\nx\n```\n\n{LEAD}",
        ":31:2: options of the cell: unknown key 'tag'",
    ),
    "a tag with a blank": (
        f"```{{code-cell}}\n:tags: [hide input]\n\nx\n```\n\n{LEAD}",
        ":31:9: options of the cell, 'tags.0': 'hide input' is no tag",
    ),
    "a caption": (
        f"```{{code-cell}}\n---\nmystnb:\n  figure: {{caption: 3}}\n---\nx\n```\n\n{LEAD}",
        ":33:12: options of the cell, 'mystnb.figure.caption': 3 is not text",
    ),
    "no Python": (
        f"```{{code-cell}}\n:tags: [parameters]\n\nfactor = 1\nx = \n```\n\n{LEAD}",
        ":34: the cell tagged 'parameters' is no Python: invalid syntax",
    ),
}


@pytest.fixture
def newsletter(tmp_path: Path) -> Path:
    root = Path(shutil.copytree(TINY, tmp_path / "tiny"))
    (tmp_path / "x.png").write_bytes(b"x")
    (root / "linked.png").symlink_to(tmp_path / "x.png")
    return root


def problems_of(root: Path) -> str:
    book, problems = read(root)
    return said(problems or check(book))


@pytest.mark.parametrize("fault", OURS)
def test_a_newsletter_is_refused(fault: str, newsletter: Path) -> None:
    text, message = OURS[fault]
    path = newsletter / "issues" / "001.md"
    path.write_text(path.read_text("utf-8").replace(LEAD, text, 1), "utf-8")
    assert f"issues/001.md{message}" in problems_of(newsletter)


def test_names_with_blanks_and_umlauts_and_pictures_in_a_page_are_fine(newsletter: Path) -> None:
    for name in ("a b.png", "ä.png", "100%.png", "a page.txt"):
        (newsletter / "issues" / name).write_bytes(png(1, 1))
    text = (
        "![a](<a b.png>) ![a](a%20b.png) ![a](ä.png) ![a](100%.png) [a](<a page.txt>) "
        "![a](data:image/png;base64,AAAA)\n\n```{image} a%20b.png\n:alt: a\n```\n"
    )
    path = newsletter / "issues" / "001.md"
    path.write_text(path.read_text("utf-8").replace(LEAD, f"{text}\n{LEAD}", 1), "utf-8")
    assert problems_of(newsletter) == ""


def test_broken_yaml_is_one_problem(newsletter: Path) -> None:
    path = newsletter / "notebooks" / "averages.md"
    path.write_text(path.read_text("utf-8").replace("title: ", "title: [", 1), "utf-8")
    assert "no 'item:'" not in problems_of(newsletter)


def test_a_faulty_head_hides_nothing_else_and_nothing_follows_from_it(newsletter: Path) -> None:
    edits = {
        "notebooks/averages.md": ("level: beginner", "levle: beginner"),
        "issues/001.md": ("{cite}`student1908probable`", "{cite}`student1908`"),
    }
    for name, (old, new) in edits.items():
        path = newsletter / name
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(BookError) as error:
        look(newsletter)
    assert [p.what.partition(": ")[2] or p.what for p in error.value.problems] == [
        "the citation 'student1908' has no entry in references.bib",
        "'level' is missing",
        "unknown key 'levle'",
    ]


def test_other_books_bring_in_nothing_from_outside(tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text("title: Other\n")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: intro\n")
    (tmp_path / "intro.md").write_text("# Page\n\n![a](../x.png)\n\n```{include} ../x\n```\n")
    assert problems_of(tmp_path).count("lies outside of the book") == 2
    (tmp_path / "intro.md").write_text("# Page\n\n:::{note}\n[a](nowhere.md) <!-- ![](b.png)\n")
    assert problems_of(tmp_path) == "", "the rest is Sphinx's matter"


def test_a_name_that_is_no_text_is_a_problem(tmp_path: Path) -> None:
    import os

    (tmp_path / os.fsdecode(b"a\xff.png")).touch()
    with pytest.raises(BookError, match=r"^a.udcff.png: the file's name is not UTF-8"):
        read(tmp_path)


@pytest.mark.parametrize("name", ["a folder", "a pipe"])
def test_what_is_no_file_is_a_problem(name: str, tmp_path: Path) -> None:
    import os

    from scripts.core.problems import read_text

    path = tmp_path / name
    path.mkdir() if name == "a folder" else os.mkfifo(path)
    text, problems = read_text(path, name)
    assert text is None and said(problems).startswith(f"{name}: it is no file")
