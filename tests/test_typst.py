"""The PDF route: fonts, tables and code alone, then a book with everything in it."""

from __future__ import annotations

import base64
import json
import logging
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from pdf import TEX, embedded, fonts_of, links, outside, reader, text_of

from scripts.pdf import fonts
from scripts.pdf.writer import code, markup, tables

ROOT = Path(__file__).resolve().parents[1]


# Fonts


def tiny_font(path: Path, family: str, text: str) -> None:
    """A font of boxes for the characters of a text."""
    names = [".notdef", *(f"u{ord(c):04X}" for c in text)]
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0)), pen.lineTo((50, 700)), pen.lineTo((450, 700)), pen.lineTo((450, 0))
    pen.closePath()
    box = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(c): f"u{ord(c):04X}" for c in text})
    builder.setupGlyf(dict.fromkeys(names, box))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (500, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    path.parent.mkdir(parents=True, exist_ok=True)
    builder.save(path)


def test_fonts_unpack_to_the_same_bytes(tmp_path: Path) -> None:
    found = [fonts.collect([ROOT / "_static" / "fonts"], [], tmp_path / n) for n in ("a", "b")]
    files = [{p.name: p.read_bytes() for p in s.folders[0].iterdir()} for s in found]
    assert files[0] == files[1]
    assert found[0].emoji == "Noto Color Emoji"
    assert {ord("a"), ord("ł"), ord("∑"), ord("📙")} <= found[0].covered
    assert ord("7") not in found[0].emoji_chars


def test_variable_fonts_become_static_and_script_ranges_get_names(tmp_path: Path) -> None:
    if not list((ROOT / "_static" / "fonts").glob("*.woff2")):
        pytest.skip("the book has no fonts of its own yet")
    found = fonts.collect([ROOT / "_static" / "fonts"], [], tmp_path)
    assert found.families["serif"][:2] == ["Literata", "Literata Ext"]
    assert found.families["sans"][0] == "Public Sans"
    assert found.families["mono"][0] == "IBM Plex Mono"
    weights = set()
    for path in tmp_path.glob("PublicSans-*.ttf"):
        font = TTFont(path)
        assert "fvar" not in font
        weights.add(font["OS/2"].usWeightClass)
    assert weights == {400, 600}


def test_a_book_without_fonts_has_the_toolchains(tmp_path: Path) -> None:
    found = fonts.collect([tmp_path / "none"], [], tmp_path / "cache")
    first = {voice: families[0] for voice, families in found.families.items()}
    assert first == {
        "serif": "Literata", "sans": "Public Sans", "mono": "IBM Plex Mono",
        "math": "STIX Two Math",
    }  # fmt: skip
    assert found.emoji == "Noto Color Emoji"
    assert ord("中") not in found.covered
    assert {ord(c) for c in "éЖ←∯┼⠿𝔛"} <= found.covered


def test_the_voices_that_a_book_has_are_its_own(tmp_path: Path) -> None:
    tiny_font(tmp_path / "own" / "serif.ttf", "Boxes", "abc")
    found = fonts.collect([tmp_path / "own"], [], tmp_path / "cache")
    assert found.families["serif"][0] == "Boxes"
    assert "Literata" not in found.families["serif"]
    assert found.families["sans"][0] == "Public Sans"


def test_typst_has_every_family_that_it_is_told_of_and_no_other(tmp_path: Path) -> None:
    found = fonts.collect([ROOT / "_static" / "fonts"], [], tmp_path)
    told = {name for families in found.families.values() for name in families}
    assert set(fonts.only(found.folders).families()) == told | {found.emoji}


# Text, code, tables


def test_wrapped_code_keeps_every_character() -> None:
    line = [("kw", "x" * 50), ("", "中" * 30)]
    rows = list(code.wrap(line, 40))
    assert "".join(t for row in rows for _, t in row) == "x" * 50 + "中" * 30
    assert all(sum(code.cells(c) for _, t in row for c in t) <= 40 for row in rows)
    assert "#cut;" in code.write("y" * 100, "text", 80)
    assert code.write("if x:", "python", 80).startswith('#kw("if");')


def test_long_words_may_break_and_short_ones_stay() -> None:
    assert markup.breakable("short words stay") == "short words stay"
    broken = markup.breakable("a_very_long_identifier_that_never_ends(with, arguments)")
    assert broken.replace(markup.SOFT_BREAK, "") == (
        "a_very_long_identifier_that_never_ends(with, arguments)"
    )
    assert markup.SOFT_BREAK in broken


def grid(rows: list[list[str]]) -> tables.Grid:
    return tables.Grid([[tables.Cell(t, t) for t in row] for row in rows], heads=1)


def test_numbers_stand_right_and_text_left() -> None:
    table = grid([["model", "BLEU", "note"], ["base", "27.3", "a"], ["big", "-1.5e3", "2 b"]])
    assert tables.alignments(table, 3) == ["left", "right", "left"]


def test_a_table_too_wide_for_words_is_split_with_its_first_column() -> None:
    table = grid([[f"column{i}" for i in range(30)], [f"{i}.123456" for i in range(30)]])
    parts = tables.split(table, 425)
    assert len(parts) > 1
    assert all(part.rows[0][0].plain == "column0" for part in parts)
    assert sum(len(part.rows[0]) - 1 for part in parts) == 29
    assert tables.split(grid([["a", "b", "c"]] * 2), 425) == [grid([["a", "b", "c"]] * 2)]


# A book with everything


def png(width: int, height: int) -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (width, height), "#2A9D80").save(out, "PNG")
    return out.getvalue()


FRAME = (
    '<div><style scoped>td {color: red}</style><table border="1" class="dataframe"><thead>'
    '<tr style="text-align: right;"><th></th><th>alpha</th></tr></thead><tbody>'
    "<tr><th>row one</th><td>1.25</td></tr></tbody></table></div>"
)
CHECK = (
    '<div class="nl-check" data-verdict="fails"><svg viewBox="0 0 16 16"><path d="M0 0"/></svg>'
    "<strong>fails</strong>&ensp;The claim that was tested. Measured 2 "
    '<span class="nl-rule">(rule: measured &gt; 3)</span></div>'
)


def cell(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": "code", "id": f"c{abs(hash(source)) % 10**6}", "metadata": {},
        "execution_count": 1, "source": source, "outputs": list(outputs),
    }  # fmt: skip


def shown(**data: str) -> dict[str, Any]:
    bundle = {key.replace("_", "/", 1): value for key, value in data.items()}
    return {"output_type": "display_data", "data": bundle, "metadata": {}}


META = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}


def notebook() -> str:
    figure = cell("draw()", shown(image_png=base64.b64encode(png(400, 200)).decode()))
    figure["metadata"] = {
        "mystnb": {
            "figure": {"caption": "Drawn in a cell.\n", "name": "fig-cell"},
            "image": {"alt": "A green plane"},
        }
    }
    cells = [
        {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "# Cells and outputs"},
        cell(
            "def f(x):\n    return 'a string'  # " + "long comment " * 9,
            {"output_type": "stream", "name": "stdout", "text": "printed " + "z" * 120},
            {"output_type": "stream", "name": "stderr", "text": "\x1b[31mwarned\x1b[0m"},
        ),
        cell("frame", shown(text_plain="   alpha", text_html=FRAME)),
        cell("check()", shown(text_plain="fails: ...", text_html=CHECK)),
        cell("widget", shown(text_plain="plain form", text_html="<script>alert(1)</script><p>x")),
        cell("latex", shown(text_plain="x", text_latex=r"$\displaystyle \frac{p}{q}$")),
        cell(
            "1 / 0",
            {
                "output_type": "error", "ename": "ZeroDivisionError", "evalue": "division by zero",
                "traceback": ["ZeroDivisionError: division by zero"],
            },
        ),
        figure,
    ]  # fmt: skip
    return json.dumps({"cells": cells, "metadata": META, "nbformat": 4, "nbformat_minor": 5})


KITCHEN = r"""# Kitchen sink

(my-anchor)=
## Formulas

Inline $\frac{a}{b}$, $\nu \qquad \ln \rho$ and $\R^d$ cost \$5 and `code_with_$dollar`.

$$
\mathrm{Attention}(Q, K, V) = \text{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right) V
$$ (attention)

As {eq}`attention` says, and {numref}`fig-plot`, {numref}`tab-results`, {numref}`fig-cell`.

```{figure} plot.svg
:name: fig-plot
:alt: A rising line

What to see, with {cite}`vaswani2017`.
```

```{table} Results
:name: tab-results
| model | BLEU |
| :--- | ---: |
| base | 27.3 |
```

| a | b | c | d | e | f | g | h |
|---|---|---|---|---|---|---|---|
| CELL | CELL | CELL | CELL | CELL | CELL | CELL | unbelievablylongwordthatmustbreakapart |

## Boxes and lists

:::{admonition} Corrected.
:class: correction
Was 64 GB, is 16 GB.
:::

```{note}
A note with

    preformatted text that is longer than the box in which it stands, and therefore must be wrapped
```

```{admonition} Answer
:class: dropdown
Forty-two.
```

1. one
   - nested

Term
: Definition.

:field: value

```{sidebar} Beside
Sidebar text.
```

Emoji 📙 🎨 ⚙️ ⭐️ and 中文 and العربية, Łukasz.[^n]

العربية نص كامل من اليمين.

```{index} hashing
```

Links: [out](https://example.org/x?y=1&z=2), [in](intro.md), {ref}`my-anchor`, {doc}`cells`.
{download}`the data <plot.svg>`. Raw:<br>next line.
Special: # * _ ` ~ @ < > [ ] { } \\ // -- "q" = + -

```{code-block} python
:linenos:
:caption: A listing
:name: list-a
x: int = 3
```

[^n]: The footnote's text.
""".replace("CELL", "a cell with text")


def make_book(root: Path, **config: Any) -> Path:
    """A Jupyter Book with parts, notebooks and every kind of block, nothing to execute."""
    root.mkdir(parents=True)
    (root / "_config.yml").write_text(
        yaml.safe_dump(
            {
                "title": "A book of kinds", "author": "Ada, Łukasz",
                "execute": {"execute_notebooks": "off"},
                "bibtex_bibfiles": ["references.bib"],
                "html": {"baseurl": "https://example.org/book"},
                "parse": {"myst_enable_extensions": [
                    "colon_fence", "dollarmath", "amsmath", "deflist", "fieldlist"]},
                "sphinx": {
                    "extra_extensions": ["scripts.pdf"],
                    "config": {
                        "mathjax3_config": {"tex": {"macros": {"R": r"\mathbb{R}"}}},
                        "numfig_format": {"figure": "Figure %s", "table": "Table %s"},
                        "typst_fonts": ["more-fonts"],
                        "typst_documents": [
                            {"name": "whole", "subtitle": "All of it", "date": "2020-01-19"},
                            {"name": "one", "docnames": ["kitchen"], "date": "2020-01-19"},
                        ],
                        **config,
                    },
                },
            }
        )
    )  # fmt: skip
    (root / "_toc.yml").write_text(
        "format: jb-book\nroot: intro\nparts:\n- caption: First part\n  chapters:\n"
        "  - file: kitchen\n    sections:\n    - file: nested\n- caption: Second part\n"
        "  chapters:\n  - file: cells\n  - file: references\n"
    )
    (root / "intro.md").write_text("# Welcome\n\nGo to {doc}`kitchen` or {ref}`my-anchor`.\n")
    (root / "kitchen.md").write_text(KITCHEN)
    (root / "nested.md").write_text("# Nested\n\nBelow the kitchen.\n\n## Inside\n\nText.\n")
    (root / "cells.ipynb").write_text(notebook())
    (root / "references.md").write_text("# References\n\n```{bibliography}\n```\n")
    (root / "references.bib").write_text(
        "@article{vaswani2017, title={Attention is all you need}, author={Vaswani, Ashish}, "
        "journal={NeurIPS}, year={2017}}\n"
    )
    (root / "plot.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="160"><path '
        'd="M10 150 L390 20" stroke="#3D57D6" fill="none"/></svg>'
    )
    tiny_font(root / "more-fonts" / "cjk.ttf", "Boxes", "中文")
    if (ROOT / "_static" / "fonts").is_dir():
        shutil.copytree(ROOT / "_static" / "fonts", root / "_static" / "fonts")
    return root


def build(root: Path, builder: str = "typst", **over: Any) -> Any:
    """Build as the render stage does; the result has app, text of warnings, folder."""
    import io

    from jupyter_book.config import get_final_config
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    logging.getLogger("fontTools").setLevel(logging.WARNING)
    config, _ = get_final_config(
        user_yaml=root / "_config.yml",
        cli_config={"latex_individualpages": False, "external_toc_path": str(root / "_toc.yml")},
        sourcedir=root,
    )
    config.update(over)
    out, status, warnings = root / "_build", io.StringIO(), io.StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(root, None, out / builder, out / "doctrees", builder, config, status, warnings)
        app.build()
    text = re.sub(r"\x1b\[[0-9;]*m", "", warnings.getvalue())
    return SimpleNamespace(
        app=app, warnings=text, status=status.getvalue(), folder=out / builder, root=root
    )


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
