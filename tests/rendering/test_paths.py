"""Files that pages bring in: named as people name them, and from nowhere else."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from conftest import scripts

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def book(root: Path, page: str, name: str = "page.md") -> Path:
    """A book of another kind than ours, below a folder that isn't part of it."""
    (root / "book").mkdir()
    (root / "outside.png").write_bytes(PNG)
    (root / "outside.txt").write_text("A secret.\n")
    (root / "book" / "_config.yml").write_text("title: Paths\n")
    (root / "book" / "_toc.yml").write_text(
        "format: jb-book\nroot: intro\nchapters:\n- file: page\n"
    )
    (root / "book" / "intro.md").write_text("# Intro\n")
    (root / "book" / name).write_text(page.replace("OUT", f"{'../' * 30}{root}/outside"))
    return root / "book"


def cells(text: str) -> str:
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": text}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


HIDDEN = {  # from `check`, which reads Markdown only
    "page.md": "# Page\n\n```{eval-rst}\n.. literalinclude:: OUT.txt\n```\n",
    "page.rst": "Page\n====\n\n.. image:: OUT.png\n\n:download:`file <OUT.txt>`\n",
    "page.ipynb": cells("# Page\n\n![a](OUT.png)\n\n```{include} OUT.txt\n```\n"),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_nothing_from_outside_of_a_book_is_published(name: str, tmp_path: Path) -> None:
    root = book(tmp_path, HIDDEN[name], name)
    for _ in range(2):  # what Sphinx kept is no excuse
        result = scripts("build", "--root", root)
        assert result.returncode == 1, result.stdout
        assert f"error: {name}: the file '" in result.stderr
        assert "lies outside of the book" in result.stderr
    assert not (root / "_build" / "html").exists()


def test_pictures_with_blanks_and_umlauts_are_shown(tmp_path: Path) -> None:
    shown = "![a](<a b.png>) ![b](ä.png) ![c](100%.png)\n\n```{image} c%20d.png\n:alt: d\n```\n"
    root = book(tmp_path, f"# Page\n\n{shown}")
    for name in ("a b", "ä", "100%", "c d"):
        (root / f"{name}.png").write_bytes(PNG)
    result = scripts("build", "--root", root)
    assert result.returncode == 0 and "warning" not in result.stdout, result.stdout + result.stderr
    text = (root / "_build" / "html" / "page.html").read_text("utf-8")
    for name in ("a%20b.png", "%C3%A4.png", "100%25.png", "c%20d.png"):
        assert f'src="_images/{name}"' in text


def test_a_page_that_includes_itself_is_a_problem(tmp_path: Path) -> None:
    root = book(tmp_path, "# Page\n\n```{include} page.md\n```\n")
    result = scripts("build", "--root", root)
    assert result.returncode == 1
    assert "error: page.md: it is nested too deeply, or includes itself" in result.stderr
