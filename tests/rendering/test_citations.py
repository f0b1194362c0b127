"""Citations: what the library would show, and its warnings in every build."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from conftest import ROOT

BIB = """\
@article{ann2001, author = {Ann Able}, title = {First}, journal = {J}, year = {2001}}
@article{bob2002, author = {Bob Bull}, title = {Second}, journal = {J}, year = {2002}}
@article{cat2003, author = {Cat Cole}, title = {Third}, journal = {J}, year = {2003}}
"""
CONFIG = """\
project = "P"
html_theme = "basic"
bibtex_bibfiles = ["works.bib"]
bibtex_reference_style = "author_year"
"""
PAGES = {
    "index": "# Home\n\n```{toctree}\none\ntwo\ninner/three\nworks\n```\n",
    "one": "# One\n\nSee {cite}`bob2002` and {cite:t}`ann2001`.\n",
    "two": "# Two\n\nSee {cite}`bob2002` and {cite}`ann2001,bob2002`.\n",
    "inner/three": "# Three\n\nSee {cite}`bob2002`.\n",
    "works": "# Works\n\n```{bibliography}\n```\n",
}


def build(root: Path, extension: str, name: str) -> tuple[dict[str, str], str]:
    """The pages by name, and what Sphinx warned of. In a process of its own, because extensions
    that other tests load stay with docutils."""
    out, doctrees = root.parent / name, root.parent / f"{name}.doctrees"
    extensions = f"extensions=myst_parser,sphinxcontrib.bibtex,{extension}"
    command = [sys.executable, "-m", "sphinx", "-q", "-d", doctrees, "-D", extensions, root, out]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {page: (out / f"{page}.html").read_text() for page in PAGES}, result.stderr


def write(root: Path, pages: dict[str, str]) -> None:
    for name, text in pages.items():
        path = root / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        later = time.time() + 2
        os.utime(path, (later, later))
    if not (root / "works.bib").exists():  # a younger one would have the list read again
        (root / "works.bib").write_text(BIB)
        (root / "conf.py").write_text(CONFIG)


def test_pages_are_those_of_the_library(tmp_path: Path) -> None:
    root = tmp_path / "book"
    write(root, PAGES)
    theirs, _ = build(root, "sphinxcontrib.bibtex", "theirs")
    ours, warnings = build(root, "scripts.rendering.citations", "ours")
    assert ours == theirs and not warnings
    assert "Ann Able" in ours["works"] and "Cat Cole" not in ours["works"]
    # A work that a page cites for the first time is listed, though the list was not edited.
    write(root, {"two": PAGES["two"] + "\nAnd {cite}`cat2003`.\n"})
    ours, _ = build(root, "scripts.rendering.citations", "ours")
    theirs, _ = build(root, "sphinxcontrib.bibtex", "clean")
    assert ours == theirs and "Cat Cole" in ours["works"]


def test_warnings_are_said_again(tmp_path: Path) -> None:
    root = tmp_path / "book"
    write(root, {**PAGES, "works": PAGES["works"] + "\n```{bibliography}\n```\n"})
    for _ in range(2):
        _, warnings = build(root, "scripts.rendering.citations", "ours")
        assert "duplicate" in warnings
        (tmp_path / "ours.doctrees" / "works.doctree").unlink()  # as `render.forget` does
    write(root, {"one": PAGES["one"] + "\nAnd {cite}`nobody`.\n"})
    _, warnings = build(root, "scripts.rendering.citations", "ours")
    assert "one.md:5" in warnings and "nobody" in warnings
