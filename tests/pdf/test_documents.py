"""The PDF route: fonts, tables and code alone, then a book with everything in it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from kitchen import build, make_book
from pdf_reader import TEX, embedded, fonts_of, links, outside, reader, text_of


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return build(make_book(tmp_path_factory.mktemp("typst") / "book"))


def test_both_documents_come_out_without_a_warning(book: Any) -> None:
    ours = [line for line in book.warnings.splitlines() if "WARNING" in line or "ERROR" in line]
    assert [line for line in ours if "mystnb" not in line] == []
    assert {p.name for p in book.folder.glob("*.pdf")} == {"whole.pdf", "one.pdf"}
    assert book.app.builder.problems == []


def test_metadata_tags_and_language(book: Any) -> None:
    pdf = reader(book.folder / "whole.pdf")
    root = pdf.trailer["/Root"]
    assert pdf.metadata.title == "A book of kinds"
    assert pdf.metadata.author == "Ada, Łukasz"
    assert str(pdf.metadata.creation_date).startswith("2020-01-19")
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    assert (pdf.pages[0].mediabox.width, pdf.pages[0].mediabox.height) == pytest.approx(
        (595.276, 841.89), abs=0.01
    )


def test_every_font_is_embedded_and_emoji_have_colour(book: Any) -> None:
    lines = fonts_of(book.folder / "whole.pdf")
    assert lines and all(map(embedded, lines))
    assert any("Type 3" in line for line in lines)  # colour glyphs
    assert any("Boxes" in line for line in lines)  # the font from `typst_fonts`


def test_contents_name_the_pages_where_things_are(book: Any) -> None:
    pdf = reader(book.folder / "whole.pdf")
    contents = pdf.pages[1].extract_text()
    titles = ["Welcome", "First part", "Kitchen sink", "Boxes and lists", "Nested", "References"]
    for title in titles:
        number = re.search(rf"{title}\s*(\d+)", contents)
        assert number, title
        assert title in pdf.pages[int(number[1]) - 1].extract_text()
    assert "Index" in contents


def test_outline_follows_the_toc(book: Any) -> None:
    def tree(items: list[Any]) -> list[Any]:
        return [tree(i) if isinstance(i, list) else i.title.strip() for i in items]

    outline = tree(reader(book.folder / "whole.pdf").outline)
    assert [x for x in outline if isinstance(x, str)] == [
        "Welcome", "First part", "Second part", "Index",
    ]  # fmt: skip
    first = outline[outline.index("First part") + 1]
    assert first[0] == "Kitchen sink"
    assert "Nested" in first[1]


def addresses(path: Path) -> set[str]:
    found = (n["/A"]["/URI"] for n in links(path) if "/URI" in n.get("/A", {}))
    return {str(address) for address in found}


def test_links_lead_inside_or_to_the_website(book: Any) -> None:
    whole, one = (addresses(book.folder / f"{n}.pdf") for n in ("whole", "one"))
    assert "https://example.org/x?y=1&z=2" in whole & one
    assert "https://example.org/book/intro.html" in one - whole
    assert "https://example.org/book/references.html" not in whole
    assert any(a.startswith("https://example.org/book/references.html#") for a in one)
    assert any(a.startswith("https://example.org/book/_downloads/") for a in whole)
    assert not any(a.startswith(("page:", "#", "file:")) for a in whole | one)
    inside = [n for n in links(book.folder / "whole.pdf") if "/URI" not in n.get("/A", {})]
    assert len(inside) > 15
    assert all(n.get("/Dest") is not None or "/D" in n.get("/A", {}) for n in inside)


def test_no_tex_is_left_and_text_is_complete(book: Any) -> None:
    text = text_of(book.folder / "whole.pdf")
    assert not TEX.search(text)
    assert "cost $5 and code_with_$dollar" in text
    for words in (
        "softmax", "Figure 1. What to see", "Table 1. Results", "Figure 2. Drawn in a cell.",
        "Listing 1", "Corrected.", "Was 64 GB, is 16 GB.", "Note.", "Answer.", "Forty-two.",
        "Sidebar text.", "The footnote’s text.", "中文", "Łukasz", "📙", "printed zzz", "warned",
        "row one", "1.25", "The claim that was tested.", "plain form", "ZeroDivisionError",
        "Attention is all you need", "hashing",
    ):  # fmt: skip
        assert words in text, words
    assert "alert(1)" not in text
    assert "color: red" not in text
    assert "\x1b" not in text
    assert "العربية" in text or "ةيبرعلا" in text  # poppler gives the drawn or the read order
    assert all(sign in text for sign in "#*_`~@<>[]{}=+")


def test_formulas_never_see_the_names_of_the_template(book: Any) -> None:
    text = text_of(book.folder / "whole.pdf")
    assert re.search(r"[ν𝜈]\s+ln\s*[ρ𝜌]", text)  # `nu`, `wide` and `ln` are functions there


def test_numbers_agree_with_the_environment(book: Any) -> None:
    env = book.app.env
    text = text_of(book.folder / "whole.pdf")
    figure = env.toc_fignumbers["cells"]["figure"]["fig-cell"]
    assert f"Figure {'.'.join(map(str, figure))}. Drawn" in text
    assert re.search(r"As \(1\) says, and Figure 1, Table 1, Figure 2", text)


def test_nothing_leaves_the_page(book: Any) -> None:
    for name in ("whole", "one"):
        assert len(text_of(book.folder / f"{name}.pdf").split()) > 100
        assert outside(book.folder / f"{name}.pdf") == []


def test_long_lines_are_wrapped_with_a_mark(book: Any) -> None:
    source = (book.root / "_build" / "doctrees" / "_typst" / "whole.typ").read_text()
    assert source.count("#cut;") >= 3
    text = text_of(book.folder / "whole.pdf")
    assert "".join(re.findall(r"z{5,}", text)) == "z" * 120


def test_two_runs_give_the_same_bytes_without_paths_of_this_machine(book: Any) -> None:
    before = {p.name: p.read_bytes() for p in book.folder.glob("*.pdf")}
    again = build(book.root)
    assert {p.name: p.read_bytes() for p in again.folder.glob("*.pdf")} == before
    assert all(str(book.root).encode() not in data for data in before.values())
    assert "0 added, 0 changed, 0 removed" in again.status


def test_changing_the_builder_reads_nothing_again(tmp_path: Path) -> None:
    root = make_book(tmp_path / "book")
    build(root, "dummy")
    later = build(root)
    assert "0 added, 0 changed, 0 removed" in later.status
    assert (later.folder / "whole.pdf").exists()


def test_problems_are_named_with_file_and_line(tmp_path: Path) -> None:
    root = make_book(tmp_path / "book")
    (root / "kitchen.md").write_text(
        "# Kitchen sink\n\nFirst.\n\nA formula $\\ce{H2O}$ here.\n\n"
        "(my-anchor)=\n## Pictures\n\n![](plot.svg)\n\nStrange \U00012000 glyph.\n\n"
        "```{figure} plot.svg\n:name: fig-plot\n```\n"
    )
    found = build(root, typst_strict=True)
    problems = {p.kind: p for p in found.app.builder.problems}
    assert set(problems) == {"math", "glyph", "alt"}
    assert re.search(r"kitchen\.md:5: ERROR: formula shown as code.*ce.*\[?", found.warnings)
    assert re.search(r"kitchen\.md:12: ERROR: no font covers .*U\+12000", found.warnings)
    assert re.search(
        r"kitchen\.md:10: ERROR: picture without a description.*plot\.svg", found.warnings
    )
    lenient = build(root)
    assert "ERROR" not in lenient.warnings
    assert (lenient.folder / "whole.pdf").exists()


def test_a_stock_jupyter_book_comes_out(tmp_path: Path) -> None:
    import jupyter_book

    source = Path(jupyter_book.__file__).parent / "book_template"
    if not source.is_dir():
        pytest.skip("this jupyter-book has no template folder")
    root = Path(shutil.copytree(source, tmp_path / "stock"))
    config = yaml.safe_load((root / "_config.yml").read_text())
    config["execute"] = {"execute_notebooks": "off"}
    config.setdefault("sphinx", {})["extra_extensions"] = ["scripts.pdf"]
    (root / "_config.yml").write_text(yaml.safe_dump(config))
    found = build(root)
    (pdf,) = found.folder.glob("*.pdf")
    assert len(reader(pdf).pages) >= 6
    assert "MyST" in text_of(pdf)
