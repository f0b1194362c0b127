"""Which pages a browser loads again when files of the site are others."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.preview.watch import changed_pages, looked_at

SITE = {
    "index.html": "_static/style.css?v=1",
    "a.html": 'src="_images/a%20dot.svg"',
    "deep/b.html": "nothing",
    "_images/a dot.svg": "<svg/>",
    "_static/style.css": "",
    "_static/fonts/serif.woff2": "1",
    "_static/theme.html": "no page",
}


@pytest.mark.parametrize(
    ("change", "pages"),
    [
        ({}, []),
        ({"a.html": "other"}, ["a.html"]),
        ({"deep/b.html": None}, ["deep/b.html"]),
        ({"new.html": "new"}, ["new.html"]),
        ({"_images/a dot.svg": "<svg></svg>"}, ["a.html"]),
        ({"_static/style.css": "p {}"}, ["index.html"]),
        ({"_static/fonts/serif.woff2": "2"}, ["a.html", "deep/b.html", "index.html"]),
        ({"_static/theme.html": None, "_static/more.js": "x", "objects.inv": "x"}, []),
    ],
)
def test_changed_pages(tmp_path: Path, change: dict[str, str | None], pages: list[str]) -> None:
    for name, text in SITE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text)
    before = looked_at(tmp_path, {})
    for name, new in change.items():
        (tmp_path / name).unlink(missing_ok=True)
        if new is not None:
            (tmp_path / name).write_text(new)
    assert changed_pages(tmp_path, before, looked_at(tmp_path, before)) == pages
