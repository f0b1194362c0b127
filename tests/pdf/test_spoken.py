"""Formulas for those who listen: words from the book's own file, and none missing in ours."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import spoken
from conftest import ROOT
from docutils import nodes
from kitchen import build, make_book
from pdf_reader import spoken_of

from scripts.core.problems import BookError
from scripts.rendering.formulas.spoken import FILE, key, read_words

COMMAND = "PYTHONPATH=. .venv/bin/python tests/spoken.py adds it"


def test_every_formula_of_our_book_has_its_words() -> None:
    words = read_words(ROOT)
    wanted = spoken.formulas(ROOT)
    missing = [
        f"{place}: no words for {tex}; {COMMAND}"
        for tex, place in wanted.items()
        if tex not in words
    ]
    assert not missing, "\n".join(missing)
    assert words.keys() == wanted.keys(), "words of formulas that are no longer there"
    assert not [tex for tex, said in words.items() if not said.strip() or "\\" in said]


def test_no_formula_of_a_built_book_is_overlooked(smoke: Path) -> None:
    """What the tool finds in the sources is what Sphinx makes formulas of."""
    trees = (ROOT / ".cache" / "render-smoke" / "doctrees").rglob("*.doctree")
    found = {
        key(node.astext())
        for path in trees
        for node in pickle.loads(path.read_bytes()).findall(
            lambda n: isinstance(n, nodes.math | nodes.math_block)
        )
    }
    assert len(found) > 300
    assert found <= read_words(ROOT).keys()


def test_words_are_read_aloud_and_without_them_the_tex(tmp_path: Path) -> None:
    root = make_book(tmp_path / "book", typst_spoken={r"\frac{a}{b}": "a over b"})
    said = spoken_of(build(root).folder / "whole.pdf", "/Formula")
    assert "a over b" in said
    assert r"\R^d" in said


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('{"x": "x",\n "y"}', 2, "not JSON"),
        ('["x"]', 1, "not an object"),
        ('{"x": 1}', 1, "not an"),
    ],
)
def test_words_that_cannot_be_read_are_named(
    tmp_path: Path, text: str, line: int, what: str
) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(BookError, match=what) as caught:
        read_words(tmp_path)
    assert [(p.path, p.line) for p in caught.value.problems] == [(FILE, line)]
