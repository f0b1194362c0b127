"""Citations: what the library would show, and its warnings in every build."""

from __future__ import annotations

import os
import re
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


TWINS = """\
@article{ann2001one, author = {Ann Able and Cy Cole and Di Dole}, title = {Zwei}, journal = {J},
 year = {2001}, url = {https://arxiv.org/abs/1}, eprint = {1}, doi = {10.1/x}}
@article{ann2001two, author = {Ann Able and Bo Bull and Di Dole}, title = {Eins}, journal = {J},
 year = {2001}, doi = {10.1/y}}
@book{dole2001, editor = {Dole, Di}, title = {Drei}, publisher = {P}, year = {2001}}
"""


def test_the_list_names_works_as_the_text_does(tmp_path: Path) -> None:
    """By author and year, with a letter where two are alike, and with one link."""
    root = tmp_path / "book"
    write(root, {**PAGES, **dict.fromkeys(("one", "two", "inner/three"), "# Page\n\nText.\n")})
    (root / "works.bib").write_text(TWINS)
    (root / "conf.py").write_text(CONFIG + 'bibtex_default_style = "author_year"\n')
    cited = "# One\n\n{cite}`ann2001one,dole2001` {cite:t}`ann2001two` {cite}`ann2001two`\n"
    write(root, {"one": cited})
    pages, warnings = build(root, "scripts.rendering.citations", "ours")
    assert not warnings
    text = {name: re.sub("<[^>]+>", "", page) for name, page in pages.items()}
    works = ("Able et al., 2001a", "Able et al., 2001b", "Dole, 2001")
    listed = re.findall(r"\[((?:Able|Dole)[^\]]*)\]", text["works"])
    assert listed == list(works)  # sorted by authors: Bull before Cole
    assert f"[{works[1]}, {works[2]}] Able et al. [2001a] [{works[0]}]" in text["one"]
    links = re.findall(r'class="reference external" href="([^"]*)">([^<]*)', pages["works"])
    addresses = ("https://doi.org/10.1/y", "https://arxiv.org/abs/1")
    assert links == list(zip(addresses, ("doi:10.1/y", "arXiv:1"), strict=True))


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
