"""A long book in several PDFs: every page once, every link with an end, no level skipped."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import archives
import pytest
from docutils import nodes
from kitchen import build, make_book
from pdf_reader import links, reader, text_of

from scripts.pdf.document import Chapter, Document
from scripts.pdf.volumes import WEIGHT, volumes_of
from scripts.rendering import configuration

EMPTY = nodes.document(None, None)


def document(*chapters: tuple[str, int, str]) -> Document:
    found = [Chapter(name, level, EMPTY, part) for name, level, part in chapters]
    return Document("book", "Book", "", [], "", "en", "", True, False, chapters=found)


def volumes(found: Document, most: int) -> list[list[tuple[str, int, str]]]:
    env = SimpleNamespace(metadata={c.docname: {WEIGHT: 1000} for c in found.chapters})
    made = volumes_of(found, env, most)
    return [[(c.docname, c.level, c.part) for c in volume.chapters] for volume in made]


def test_a_volume_says_again_in_which_part_it_begins_and_skips_no_level() -> None:
    book = document(
        ("index", 1, ""), ("a", 2, "One"), ("b", 2, ""), ("c", 3, ""), ("d", 4, ""),
        ("e", 2, "Two"),
    )  # fmt: skip
    assert (
        volumes(book, 0)
        == volumes(book, 6000)
        == [[(c.docname, c.level, c.part) for c in book.chapters]]
    )
    assert volumes(book, 2000) == [
        [("index", 1, ""), ("a", 2, "One")],
        [("b", 2, "One"), ("c", 3, "")],
        [("d", 2, "One"), ("e", 2, "Two")],
    ]
    plain = document(("index", 1, ""), ("a", 1, ""), ("b", 2, ""), ("c", 3, ""))
    assert volumes(plain, 2000) == [[("index", 1, ""), ("a", 1, "")], [("b", 1, ""), ("c", 2, "")]]


def test_only_volumes_are_new_files_and_a_page_may_be_heavier_than_one() -> None:
    book = document(("index", 1, ""), ("a", 1, ""), ("b", 1, ""))
    env = SimpleNamespace(metadata={name: {WEIGHT: 9000} for name in ("index", "a", "b")})
    found = volumes_of(book, env, 10)
    assert [volume.name for volume in found] == ["book", "book-2", "book-3"]
    assert [volume.title for volume in found] == [f"Book ({n}/3)" for n in (1, 2, 3)]


@pytest.mark.parametrize("base", ["https://example.org/book", ""])
def test_no_link_is_lost_between_volumes(base: str, tmp_path: Path) -> None:
    root = make_book(tmp_path / "book")
    whole = {"name": "whole", "date": "2020-01-19"}
    one = build(root, typst_documents=[whole], html_baseurl=base)
    before = text_of(one.folder / "whole.pdf")
    inside = len([n for n in links(one.folder / "whole.pdf") if "/URI" not in n.get("/A", {})])
    several = build(root, typst_documents=[{**whole, "most": 1500}], html_baseurl=base)
    assert "typst" not in several.warnings and several.app.builder.problems == []
    paths = sorted(several.folder.glob("*.pdf"))
    assert [path.name for path in paths] == [
        "whole-2.pdf", "whole-3.pdf", "whole-4.pdf", "whole-5.pdf", "whole.pdf",
    ]  # fmt: skip
    books = {path.name: reader(path) for path in paths}
    across = 0
    for path in paths:
        assert "pdfuaid" in books[path.name].trailer["/Root"]["/Metadata"].get_data().decode()
        for note in links(path):
            address = str(note.get("/A", {}).get("/URI", ""))
            if ":" in address or not address:
                continue
            name, _, place = address.partition("#nameddest=")
            assert name in books and name != path.name
            assert not place or unquote(place) in books[name].named_destinations, address
            across += bool(place)
    assert across >= 6
    text = "".join(text_of(path) for path in paths)
    for heading in ("Welcome", "First part", "Kitchen sink", "Nested", "References"):
        assert heading in before and heading in text
    assert inside > 15
    # What was a volume is taken away when the book is one again.
    build(root, typst_documents=[whole], html_baseurl=base)
    assert [path.name for path in several.folder.glob("*.pdf")] == ["whole.pdf"]


def test_an_edit_writes_one_volume_again_and_another_title_all(tmp_path: Path) -> None:
    root = make_book(tmp_path / "book")
    over = {"typst_documents": [{"name": "whole", "date": "2020-01-19", "most": 1500}]}
    times = []
    for old, new in (("", ""), ("Below the kitchen", "Above the kitchen"), ("# Nested", "# Nest")):
        page = root / "nested.md"
        page.write_text(page.read_text().replace(old, new, 1))
        folder = build(root, **over).folder
        times.append({path.name: path.stat().st_mtime_ns for path in folder.glob("*.pdf")})
    changed = [
        {name for name in after if after[name] != before[name]} for before, after in pairwise(times)
    ]
    assert len(changed[0]) == 1
    assert changed[1] == set(times[0])


def test_a_newsletters_pdfs_are_one_file_each() -> None:
    """Pages lead to `002.pdf`, however many notebooks an issue has; other books have volumes."""
    given, _ = archives.book(3)
    for issue in given.issues:
        issue.front["authors"] = [{"name": "We"}]
    entries = configuration.documents(given, {})
    assert [entry["most"] for entry in entries] == [0] * 4
    plain = replace(given, pages=tuple(page for page in given.pages if page.kind == "page"))
    assert "most" not in configuration.documents(plain, {})[0]
