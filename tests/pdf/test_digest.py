"""Companion notebooks in the PDF of their issue: in short, what is left out within reach."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from docutils import nodes
from pdf_reader import links, poppler, reader

from scripts.pdf.digest import digest_of
from scripts.pdf.document import Brief, options_of


def box(name: str, *children: nodes.Node, **attributes: Any) -> nodes.container:
    return nodes.container("", *children, classes=name.split(), **attributes)


def para(text: str, name: str = "") -> nodes.paragraph:
    return nodes.paragraph("", text, classes=name.split())


def section(title: str, *children: nodes.Node, name: str = "") -> nodes.section:
    ident = nodes.make_id(title)
    return nodes.section("", nodes.title("", title), *children, ids=[ident], classes=name.split())


def cell(*outputs: nodes.Node) -> nodes.container:
    source = box("cell_input", nodes.literal_block("", "code()"), nb_element="cell_code_source")
    shown = box("cell_output", *outputs, nb_element="cell_code_output")
    return box("cell", source, shown, nb_element="cell_code")


def figure(name: str) -> nodes.figure:
    return nodes.figure("", nodes.image(uri=f"{name}.svg"), nodes.caption("", name), ids=[name])


def row(verdict: str, *parts: nodes.Node) -> nodes.row:
    mark = nodes.inline("", verdict, classes=["verdict", f"verdict-{verdict}"])
    return nodes.row("", nodes.entry("", nodes.paragraph("", "", mark)), nodes.entry("", *parts))


def table(*rows: nodes.row) -> nodes.table:
    return nodes.table("", nodes.tgroup("", nodes.tbody("", *rows), cols=2))


def notebook(*, outcome: str = "Both came out.", led: bool = True) -> nodes.document:
    why = para("It is too small.", "aside reason")
    claims = table(
        row("holds", para("It is cheap.", "claim"), para("Rule: below 3.", "aside rule")),
        row("fails", para("It is best.", "claim"), para("Rule: above 9.", "aside rule"),
            box("fold", why)),
        row("not-run", para("It scales.", "claim"), box("fold", para("No room.", "aside reason"))),
    )  # fmt: skip
    ours = nodes.admonition("", nodes.title("", "2 checks"), table(row("holds", para("Sums."))))
    head = box("notebook-header", para("What we do.", "standfirst"), nodes.bullet_list(
        "", nodes.list_item("", para("Source: a work")), classes=["facts"]))  # fmt: skip
    note = nodes.footnote("", nodes.label("", "1"), para("A note."), ids=["n1"])
    top = section(
        "A notebook",
        head,
        nodes.paragraph("", "The answer.", nodes.footnote_reference("", "1", refid="n1")),
        *([cell(figure("lead"))] if led else []),
        box("account-line", para("What held up")),
        para("Taken for known: sums.", "note needs"),
        cell(para("parameters")),
        section("The idea", para("How it works."), cell(figure("other")), note),
        section("What held, and what did not", para(outcome), cell(para("a check"))),
        section("All checks", claims, para("1 claim of 3 held", "total"), ours, name="checks"),
    )
    tree = nodes.document(None, None)
    tree += top
    return tree


BRIEF = Brief(
    findings={"a": "What came out."},
    full_sizes={"a": "It holds there.", "c": "It fails there."},
    sections=["What held and what did not"],
)


def test_a_digest_has_answer_figure_claims_and_outcome() -> None:
    tree = digest_of(notebook(), "a", BRIEF)
    text = tree.astext()
    for told in (
        "A notebook", "What came out.", "a work", "The answer.", "lead", "It is cheap.",
        "It is best.", "It is too small.", "It scales.", "1 claim of 3 held", "Both came out.",
        "A note.",
    ):  # fmt: skip
        assert told in text, told
    for left in (
        "What we do.", "code()", "What held up", "Taken for known", "parameters", "How it works.",
        "other", "a check", "Rule:", "No room.", "Sums.", "All checks",
    ):  # fmt: skip
        assert left not in text, left
    assert "What came out.\n\nAt full size: It holds there." in text
    assert text.index("The answer.") < text.index("lead") < text.index("It is cheap.")
    assert text.index("1 claim of 3 held") < text.index("Both came out.")


def test_a_long_section_is_left_to_the_whole_and_a_figure_is_found_without_a_tag() -> None:
    tree = digest_of(notebook(outcome="word " * 121, led=False), "b", BRIEF)
    text = tree.astext()
    assert "At full size" not in text, "it has no recorded run"
    alone = digest_of(notebook(), "c", BRIEF).astext()
    assert "What we do.\n\nAt full size: It fails there." in alone, "with no finding"
    assert "word word" not in text and "What held" not in text
    assert "What we do." in text, "without a finding, what it does"
    assert text.count("other") == 1, "the first figure stands for a notebook without a lead"


def test_what_a_brief_document_may_say_is_checked() -> None:
    assert options_of({"name": "x", "brief": {"whole": "book"}}).brief == Brief(whole="book")
    with pytest.raises(
        ValueError, match="no option long; there are findings, full_sizes, sections, whole"
    ):
        options_of({"brief": {"long": 1}})


def test_an_issue_is_for_those_who_read(built: Path) -> None:
    """Its PDF has digests of its notebooks; the book's has everything. Covers say what held and
    whose the original is."""
    issue, whole = (reader(built / "_build" / "pdf" / f"{name}.pdf") for name in ("001", "tiny"))
    texts = [
        " ".join("\n".join(page.extract_text() for page in pdf.pages).split())
        for pdf in (issue, whole)
    ]
    for text in texts:
        assert "Figure 1. Means lie around nought" in text and "The mean of ten numbers" in text
        assert "The newsletter said that means are exact." in text
        assert "The spread of a mean is the spread of a number" in text
        assert "\u200b" not in text, "a character that nobody sees is copied"
    assert "Mean times n is the sum." in texts[1]
    assert 0 < texts[1].rindex("Provenance") < texts[1].rindex("Student 1908"), "checks come last"
    assert re.search(r"Cell \d+\s+repeats = 400", texts[1]), "cells are numbered as on the site"
    for left in ("repeats = 400", "Mean times n is the sum.", "The error of a mean falls", "Rule:"):
        assert left not in texts[0] and left in texts[1], left
    assert "The whole notebook: nobody.github.io/tiny/notebooks/averages.html, tiny.pdf" in texts[0]
    cover = " ".join(issue.pages[0].extract_text().split())
    assert "We rebuilt one method small enough for a laptop. 1 claim held, 0 did not." in cover
    assert "An independent edition of" in cover


def test_what_a_digest_leaves_out_is_within_reach(built: Path) -> None:
    """Links lead into the document, to the site, or to a place that the whole book really has."""
    folder = built / "_build" / "pdf"
    names = {str(name) for name in reader(folder / "tiny.pdf").named_destinations}
    found = links(folder / "001.pdf")
    addresses = [str(n["/A"]["/URI"]) for n in found if "/URI" in n.get("/A", {})]
    assert "https://nobody.github.io/tiny/notebooks/averages.html" in addresses
    places = [unquote(a.partition("#nameddest=")[2]) for a in addresses if ".pdf" in a]
    assert places and set(places) <= names
    assert all(a.startswith(("https://", "tiny.pdf#nameddest=")) for a in addresses)
    for note in found:
        if "/URI" not in note.get("/A", {}):
            assert note.get("/Dest") is not None or "/D" in note.get("/A", {})


def test_our_issue_is_a_magazine(smoke: Path) -> None:
    """Two pages a notebook at most, of which none is half empty but before a chapter."""
    path = smoke / "pdf" / "002.pdf"
    pdf = reader(path)
    assert 40 < len(pdf.pages) <= 75
    tops = [entry for entry in pdf.outline if not isinstance(entry, list)]
    chapters = {pdf.get_destination_page_number(entry) for entry in tops} | {1, len(pdf.pages)}
    pages = poppler("pdftotext", "-bbox", path, "-").split("<page ")[1:]
    lowest = [max(map(float, re.findall(r'yMax="([\d.]+)">', page))) for page in pages]
    half = float(pdf.pages[0].mediabox.height) / 2
    empty = [n for n, y in enumerate(lowest) if y < half and n + 1 not in chapters]
    assert not empty, f"pages {[n + 1 for n in empty]}"
    assert len(pages) == len(pdf.pages)
