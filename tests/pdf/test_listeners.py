"""The PDF for those who listen: PDF/UA-1 as far as it can be asked of the file itself.

Typst refuses what isn't PDF/UA-1 under `typst_strict`. What it can't know is asked here: whether
alternatives are words, whether all that is painted is tagged or decoration, in the tags' order.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from kitchen import build, make_book
from pdf_reader import TEX, links, poppler, reader, spoken_of
from pypdf.generic import ContentStream

PAINTING = {
    b"Tj",
    b"TJ",
    b"'",
    b'"',
    b"Do",
    b"f",
    b"f*",
    b"S",
    b"s",
    b"B",
    b"B*",
    b"b",
    b"b*",
    b"sh",
}


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory, built: Path) -> dict[str, Path]:
    """A book with every kind of block; an issue and the whole of the tiny newsletter."""
    kitchen = build(make_book(tmp_path_factory.mktemp("ua") / "book"), typst_strict=True)
    folder = built / "_build" / "pdf"
    return {
        "kitchen": kitchen.folder / "whole.pdf",
        "issue": folder / "001.pdf",
        "whole": folder / "tiny.pdf",
    }


NAMES = ("kitchen", "issue", "whole")


@pytest.mark.parametrize("name", NAMES)
def test_the_document_says_what_a_reader_asks_first(pdfs: dict[str, Path], name: str) -> None:
    pdf = reader(pdfs[name])
    root = pdf.trailer["/Root"]
    assert "pdfuaid:part>1<" in root["/Metadata"].get_data().decode()
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] and pdf.metadata.title
    assert root["/Lang"] == "en" and root["/MarkInfo"]["/Marked"]
    assert all(page["/Tabs"] == "/S" for page in pdf.pages if page.get("/Annots"))


@pytest.mark.parametrize("name", NAMES)
def test_all_that_is_painted_is_tagged_or_decoration(pdfs: dict[str, Path], name: str) -> None:
    pdf = reader(pdfs[name])
    for number, page in enumerate(pdf.pages, 1):
        depth, untagged = [], []
        for operands, operator in ContentStream(page.get_contents(), pdf).operations:
            if operator in (b"BDC", b"BMC"):
                tagged = len(operands) > 1 and "/MCID" in operands[1]
                depth.append(tagged or operands[0] == "/Artifact")
            elif operator == b"EMC":
                depth.pop()
            elif operator in PAINTING and not any(depth):
                untagged.append(operator)
        assert not untagged, f"page {number}"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_text_has_words(pdfs: dict[str, Path], name: str) -> None:
    figures, formulas = (spoken_of(pdfs[name], kind) for kind in ("/Figure", "/Formula"))
    assert figures and all(said.strip() for said in figures + formulas)
    assert formulas or name == "issue", "the digest of its notebook has none"
    assert not [said for said in figures if TEX.search(said)]


@pytest.mark.parametrize("name", NAMES)
def test_pages_are_painted_in_the_order_of_their_tags(pdfs: dict[str, Path], name: str) -> None:
    pdf = reader(pdfs[name])
    told: dict[int, list[int]] = {}
    notes: list[tuple[int, int]] = []
    tags = list(_marks(pdf.trailer["/Root"]["/StructTreeRoot"], None, notes))
    for page, mark in [*tags, *notes]:
        told.setdefault(page, []).append(mark)
    for number, page in enumerate(pdf.pages, 1):
        painted = [
            int(operands[1]["/MCID"])
            for operands, operator in ContentStream(page.get_contents(), pdf).operations
            if operator == b"BDC" and "/MCID" in operands[1]
        ]
        order = told.get(page.indirect_reference.idnum, [])
        assert sorted(order) == sorted(set(painted)), f"page {number}: a mark without its tag"
        rank = {mark: place for place, mark in enumerate(order)}
        moved = sum(rank[b] < rank[a] for a, b in pairwise(painted))
        assert not moved, f"page {number}: {moved} of {len(painted)}"


def _marks(node: Any, page: Any, notes: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Page object and number of every piece of content, in the order of the tags. But a caption's
    tag is the first in its figure's, wherever it stands; and a note's is where it is referred to,
    while it stands at the foot: ``notes`` gets those."""
    kids = node.get("/K", [])
    own = node.raw_get("/Pg").idnum if "/Pg" in node else page
    there = [kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]
    for kid in sorted(there, key=lambda k: isinstance(k, dict) and k.get("/S") == "/Caption"):
        if isinstance(kid, int):
            yield own, int(kid)
        elif kid.get("/Type") == "/MCR":
            yield (kid.raw_get("/Pg").idnum if "/Pg" in kid else own), int(kid["/MCID"])
        elif kid.get("/Type") != "/OBJR":
            inside = _marks(kid, own, notes)
            if kid.get("/S") == "/Note":
                notes.extend(inside)
            else:
                yield from inside


@pytest.mark.parametrize("name", NAMES)
def test_an_address_is_a_link(pdfs: dict[str, Path], name: str) -> None:
    linked = {str(n["/A"]["/URI"]) for n in links(pdfs[name]) if "/URI" in n.get("/A", {})}
    text = poppler("pdftotext", "-raw", pdfs[name], "-")
    typed = [
        word.strip("().,;\"'") for word in text.split() if word.startswith(("http:", "https:"))
    ]
    assert not [t for t in typed if not any(address.startswith(t) for address in linked)]
