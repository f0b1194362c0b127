"""Our builder of pages makes the pages that Sphinx's makes, and says what it says."""

from __future__ import annotations

import shutil
from pathlib import Path
from unittest.mock import Mock

import pytest
from books import make_book
from conftest import scripts
from kitchen import build
from kitchen import make_book as make_kitchen
from sphinx.builders.html import StandaloneHTMLBuilder

from scripts.rendering import page_builder
from scripts.rendering.page_builder import Pages


def test_contents_and_search_are_those_of_sphinx(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_kitchen(tmp_path / "book")
    config = root / "_config.yml"
    config.write_text(config.read_text().replace("scripts.pdf", "scripts.rendering.page_builder"))

    def made() -> dict[str, str]:
        shutil.rmtree(root / "_build", ignore_errors=True)
        folder = build(root, "html").folder
        return {p.name: p.read_text() for p in (*folder.glob("*.html"), folder / "searchindex.js")}

    short = Mock(side_effect=page_builder.without_sections)
    monkeypatch.setattr(page_builder, "without_sections", short)
    ours = made()
    assert len(ours) > 6 and short.call_count == 5
    for name in ("prepare_writing", "_get_local_toctree"):
        monkeypatch.setattr(Pages, name, getattr(StandaloneHTMLBuilder, name))
    assert made() == ours and short.call_count == 5


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_name_that_two_pages_have_is_found_however_many_processes_read(
    jobs: int, tmp_path: Path
) -> None:
    names = [f"p{number}" for number in range(8)]
    root = make_book(tmp_path / "book", {name: [] for name in names})
    for name in ("p0", "p7"):
        with (root / f"{name}.md").open("a") as page:
            page.write("\n(twice)=\n## Here\n\n```{math}\n:label: one\nx\n```\n")
    done = scripts("build", "--root", root, "--jobs", jobs)
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout + done.stderr
    assert said.count("duplicate label twice") == 1, said
    assert said.count("duplicate label of equation one") == 1, said
    assert "p7.md" in said and "p0.md" in said
