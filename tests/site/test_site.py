"""The parts of the site that can be looked at without a browser."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import ROOT
from wcag import contrast, rgb

from scripts.core.languages.speech import speech
from scripts.core.page_data.frame import PageName
from scripts.core.verdicts import VERDICTS
from scripts.site import assets, figures, icons, surroundings
from scripts.site.accessible import accessible


def test_dark_copy_changes_our_colours_only() -> None:
    svg = '<svg><path fill="#2440C0"/><path stroke="#14211c"/><path fill="#123456"/></svg>'
    assert figures.dark(svg) == (
        '<svg><path fill="#6f92fa"/><path stroke="#e4ece8"/><path fill="#123456"/></svg>'
    )
    assert figures.dark('<svg><path fill="#123456"/></svg>') is None


def test_sizes_of_pictures(tmp_path: Path) -> None:
    svg = tmp_path / "a.svg"
    svg.write_text('<?xml version="1.0"?>\n<svg viewBox="0 0 1 1" width="403.2pt" height="72pt">')
    assert figures.size(svg) == (538, 96)
    png = tmp_path / "a.png"
    png.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\2\0\0\0\1\0rest")
    assert figures.size(png) == (512, 256)
    assert figures.size(tmp_path / "none.png") is None


def test_marks_and_icons_are_in_the_sprite() -> None:
    sprite = ElementTree.fromstring(icons.sprite())
    ids = {symbol.get("id") for symbol in sprite.iter("symbol")}
    for word in VERDICTS:
        assert f"mark-{word.replace(' ', '-')}" in ids
    templates = "".join(p.read_text("utf-8") for p in (ROOT / "_templates").glob("*.html"))
    for name in re.findall(r'icon\("([\w-]+)"\)', templates):
        assert f"icon-{name}" in ids


def test_side_column_does_not_grow() -> None:
    entries = [PageName(f"/notebooks/n{i}", str(i)) for i in range(300)]
    for here in (0, 150, 299):
        shown = surroundings._window(entries, f"notebooks/n{here}")
        assert len(shown) == surroundings.WINDOW
        assert entries[here] in shown


def test_markup_of_others_is_made_accessible() -> None:
    body = '<div class="highlight"><pre>x</pre></div><th></th>'
    body += '<summary aria-label="Toggle hidden content">'
    body += '<thead><th class="head">a</th><th scope="colgroup">b</th></thead>'
    body += "<tbody><tr><th>c</th></tr></tbody>"
    made = accessible(body, speech("en"))
    assert '<th scope="col" class="head">a</th><th scope="colgroup">b</th>' in made
    assert '<th scope="row">c</th>' in made
    assert '<pre tabindex="0">' in made
    assert "<th></th>" not in made
    assert "aria-label" not in made


def test_style_and_script_ask_no_other_host() -> None:
    for path in [*(ROOT / "_static").glob("*.*"), *(ROOT / "_templates").glob("*.html")]:
        if path.suffix == ".png":
            continue
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")  # only a name
        text = re.sub(r'xmlns="[^"]+"', "", text)
        assert not re.search(r"(?:https?:)?//[\w-]+\.\w+", text), path.name


def test_every_font_is_there_with_its_licence() -> None:
    static = ROOT / "_static"
    css = "".join(p.read_text("utf-8") for p in static.glob("*.css"))
    named = set(re.findall(r'url\("(fonts/[^"]+)"\)', css))
    assert named
    assert {n for n in named if not (static / n).is_file()} == set()
    assert {p.name for p in (static / "fonts").glob("*.woff2")} == {Path(n).name for n in named}
    assert len(list((static / "fonts").glob("LICENSE-*.txt"))) == 4


def test_files_that_pages_load_are_kept() -> None:
    assert {"site.js", "style.css", "search.js", "fonts"} <= assets.KEPT
    assert "scripts" not in assets.KEPT


@pytest.mark.parametrize("theme", [":root {", ':root[data-theme="dark"] {'])
def test_colours_have_enough_contrast(theme: str) -> None:
    css = (ROOT / "_static" / "tokens.css").read_text("utf-8")
    block = css.split(theme, 1)[1].split("}", 1)[0]
    found = re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)
    tokens = {name: rgb(colour) for name, colour in found}
    text = ("ink", "ink-2", "link", "holds", "fails", "not-testable", "note")
    for name in (*text, "code-number", "code-comment"):
        for ground in ("paper", "tint"):
            assert contrast(tokens[name], tokens[ground]) >= 4.5, (name, ground)
    assert contrast(tokens["note"], tokens["note-ground"]) >= 4.5
    for ground in ("paper", "tint"):
        assert contrast(tokens["rule-2"], tokens[ground]) >= 3


@pytest.mark.parametrize(
    ("lang", "figure", "note"),
    [("en", "Figure 2. ", "Note"), ("de", "Abbildung 2. ", "Bemerkung"), ("zh", "图 2. ", "备注")],
)
def test_what_sphinx_says_is_in_the_language_of_the_page(lang: str, figure: str, note: str) -> None:
    caption, title = '<span class="caption-number">{}</span>', '<p class="admonition-title">{}</p>'
    body = (
        caption.format("Figure 2. ") + title.format("Note") + title.format("A title of one's own")
    )
    made = accessible(body, speech(lang))
    assert made == caption.format(figure) + title.format(note) + title.format(
        "A title of one's own"
    )
