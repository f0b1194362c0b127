"""Code, words and tables as Typst markup."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from docutils import nodes

from scripts.pdf.writer import code, html, markup, tables, tags, theorems


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


def test_html_nested_too_deeply_is_named_and_its_words_stay() -> None:
    reports: list[str] = []
    shared = SimpleNamespace(report=lambda _kind, what, _node: reports.append(what))
    writer: Any = SimpleNamespace(in_cell=False, shared=shared, text=lambda text, _node: text)
    for body in ("<div>" * 5000, "<p>" * 5000, "<ul>" + "<li>" * 5000):
        assert html.write(writer, nodes.raw("", f"{body}words", format="html")) == "words\n"
    assert len(reports) == 3 and "nested too deeply" in reports[0]


def raw(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


def test_html_tags_in_a_line_mean_what_is_between_them() -> None:
    def joined(*children: nodes.Node) -> str:
        return tags.joined(
            children, lambda n: "" if isinstance(n, nodes.raw) else n.astext(),
            lambda tag, body, _node: f"{tag.name}[{body}]",
        )  # fmt: skip

    assert joined(nodes.Text("H"), raw("<sub>"), nodes.Text("2"), raw("</sub>")) == "Hsub[2]"
    nested = (raw("<b>"), raw('<a href="x">'), nodes.Text("t"), raw("</a>"), raw("</b>"))
    assert joined(*nested) == "b[a[t]]"
    assert joined(raw("<sub>"), nodes.Text("never closed")) == "never closed"
    assert joined(nodes.Text("x"), raw("</sub>")) == "x"


def test_a_theorem_has_its_kind_and_number() -> None:
    theorem = nodes.admonition("", realtype="theorem")
    assert theorems.entitled(theorem, " (Name)", "Proof 1.2.") == "Theorem 1.2 (Name)"
    assert theorems.entitled(theorem, "", "") == "Theorem"
    assert theorems.entitled(nodes.admonition(), "Title", "") == "Title"


def test_what_paper_cannot_play_is_its_address_or_named() -> None:
    reports: list[str] = []
    shared = SimpleNamespace(report=lambda _kind, what, _node: reports.append(what))
    writer: Any = SimpleNamespace(in_cell=False, shared=shared, text=lambda text, _node: text)
    made = html.write(writer, raw('<iframe src="https://a.org/p" title="Player"></iframe>'))
    assert "https://a.org/p" in made and "[Player]" in made and not reports
    assert not html.write(writer, raw("<canvas></canvas>")).strip()
    assert "<canvas>" in reports[0]
