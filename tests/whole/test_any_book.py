"""Any Jupyter Book: nothing of a page vanishes in site, PDF, EPUB and Markdown edition."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, scripts
from kinds import PAGES, make_kinds, words_of
from pdf_reader import reader, text_of

from scripts.editions.epub import Chapter, Edition, epub

EXTENSIONS = {"proofs": "sphinx_proof", "exercises": "sphinx_exercise"}
# All that the build says of these pages: what one edition can't show, with its place.
NAMED = {
    "designs.md:19": "card header/footer separators are deprecated",
    "notes.md:3": "Strikethrough is currently only supported in HTML output",  # MyST; we do
    "pictures.md:20": "picture without a description",
    "restructured.md:3": "the directive {eval-rst} has no plain form",
    "tables.md:31": "the directive {eval-rst} has no plain form",
}


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book of all kinds, built; without the pages of extensions that aren't installed."""
    there = tuple(name for name in EXTENSIONS.values() if find_spec(name))
    root = make_kinds(tmp_path_factory.mktemp("kinds") / "book", there)
    done = scripts("build", "--root", root)
    (root / "said.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return root


def in_html(html: str) -> str:
    """What readers of HTML get, those who hear it and those who point at it included."""
    soup = BeautifulSoup(html, "html.parser")
    said = [
        str(tag[name]) for tag in soup.find_all(True) for name in ("alt", "title") if tag.get(name)
    ]
    return " ".join([soup.get_text(" "), *said])


def site(root: Path, name: str) -> str:
    page = (root / "_build" / "html" / f"{name}.html").read_text("utf-8")
    return in_html(str(BeautifulSoup(page, "html.parser").find(role="main")))


def markdown(root: Path, name: str) -> str:
    return (root / "_build" / "html" / "markdown" / f"{name}.md").read_text("utf-8")


def in_epub(root: Path, name: str) -> str:
    chapter = Chapter(name, name, markdown(root, name), "")
    made = epub(Edition("T", "S", ("A",), "en", "", "2026-01-01", "", (chapter,), {}, b""))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return in_html(archive.read(f"OEBPS/001-{name}.xhtml").decode())


def pdf(root: Path, _name: str) -> str:
    path = root / "_build" / "pdf" / "book.pdf"
    alts = [str(found.get_object().get("/Alt", "")) for found in structure(path)]
    return re.sub(r"\s+", "", text_of(path)) + " ".join(alts)


def structure(path: Path) -> list[object]:
    pdf = reader(path)
    objects = (pdf.get_object(number) for number in range(1, pdf.trailer["/Size"]))
    return [found for found in objects if isinstance(found, dict) and found.get("/Alt")]


@pytest.mark.parametrize("edition", [site, pdf, markdown, in_epub])
@pytest.mark.parametrize("name", PAGES)
def test_every_word_of_the_source_is_in_every_edition(
    kinds: Path, name: str, edition: Callable[[Path, str], str]
) -> None:
    if name in EXTENSIONS:
        pytest.importorskip(EXTENSIONS[name])
    words = words_of(PAGES[name])
    assert len(words) > 1, "the page says something"
    text = edition(kinds, name)
    assert [word for word in words if word not in text] == []


def test_what_an_edition_cannot_show_is_named_with_its_place(kinds: Path) -> None:
    said = (kinds / "said.txt").read_text("utf-8")
    told = dict(re.findall(r"^warning: (\w+\.md:\d+): (.*)$", said, re.M))
    assert told.keys() == NAMED.keys()
    assert all(NAMED[place] in told[place] for place in told)


def test_numbers_and_marks_of_the_site_are_in_the_pdf(kinds: Path) -> None:
    text = text_of(kinds / "_build" / "pdf" / "book.pdf")
    numbered = ["Fig. 1. Captioned drawing", "Table 1. Listed caption", "Listing 1. Captioned"]
    if find_spec("sphinx_proof"):
        numbered += ["Theorem 1 (Pythagoras renamed).", "Definition 1.", "Algorithm 1 (Euclid"]
    if find_spec("sphinx_exercise"):
        numbered += ["Exercise 1 (Drill title).", "Exercise 2.", "Solution to Exercise 1"]
    assert [words for words in numbered if words not in text] == []


def test_a_domain_that_cannot_be_brought_together_is_read_by_one_process(tmp_path: Path) -> None:
    """sphinx-proof says that it may be read in parallel, and stops the build where it is."""
    root = make_kinds(tmp_path / "book", ("single",), ("lists", "notes"))
    (root / "single.py").write_text(
        "from sphinx.domains import Domain\n\n\nclass Single(Domain):\n    name = 'single'\n\n\n"
        "def setup(app):\n    app.add_domain(Single)\n"
        "    return {'parallel_read_safe': True, 'parallel_write_safe': True}\n"
    )
    command = [sys.executable, "-m", "scripts", "build", "--root", root, "--jobs", "2"]
    around = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=around)
    assert done.returncode == 0, done.stdout + done.stderr


LOST = {  # a page's parts, and what the build says of each
    "```{mystery}\nx\n```": "warning: Unknown directive type: 'mystery'",
    "![alt](gone.png)": "gone.png",
    "$\\ce{H2O}$": "warning: formula shown as code (unknown command \\ce)",
    "<canvas>drawn</canvas>": "warning: <canvas> in HTML, which the PDF can't show",
    "{{ unknown }}": "the substitution {{ unknown }} has no plain form",
}


def test_what_no_edition_can_show_is_named(tmp_path: Path) -> None:
    root = make_kinds(tmp_path / "book", names=("lists",))
    text = "# Kind lists\n\n" + "\n\n".join(LOST)
    (root / "lists.md").write_text(text, encoding="utf-8")
    done = scripts("build", "--root", root)
    said = done.stdout + done.stderr
    for part, words in LOST.items():
        line = text[: text.index(part)].count("\n") + 1
        assert re.search(rf"lists\.md:{line}: .*{re.escape(words)}", said), (part, said)
