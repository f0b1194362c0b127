"""The pure parts between a run and a finished site: stage, sync, assemble, swap, verify, report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.core.words import file_size
from scripts.publishing.assemble import assemble
from scripts.publishing.swap import beside, exchange, recover, swap


def test_sizes() -> None:
    assert [file_size(n) for n in (812, 41_400, 3_140_000)] == ["812 B", "41 KB", "3.1 MB"]


def test_assemble_fills_sizes(tmp_path: Path) -> None:
    html, pdf = tmp_path / "html", tmp_path / "x.pdf"
    html.mkdir()
    link = '<span class="filesize" data-file="downloads/x.pdf"></span>'
    (html / "index.html").write_text(f"<p>{link}</p>")
    pdf.write_bytes(b"%" * 41_400)
    site, new = tmp_path / "site", tmp_path / "new"
    assemble(html, {"downloads/x.pdf": pdf}, site, site)
    shown = (site / "index.html").read_text()
    assert re.sub("<[^>]+>", "", shown) == ", 41 KB", "as text, it keeps apart from the link before"
    assert (html / "index.html").read_text() == f"<p>{link}</p>", "the render's own is untouched"
    # What is as it was is the same file; what changed is not written into the site in use.
    (html / "other.html").write_text("<p>new</p>")
    pdf.write_bytes(b"%" * 51_400)
    assemble(html, {"downloads/x.pdf": pdf, "a/y.pdf": pdf}, new, site)
    assert "51 KB</span>" in (new / "index.html").read_text()
    assert "41 KB</span>" in (site / "index.html").read_text()
    assert (site / "downloads/x.pdf").stat().st_size == 41_400
    again = tmp_path / "again"
    assemble(html, {"downloads/x.pdf": pdf}, again, new)
    for path in ("index.html", "other.html", "downloads/x.pdf"):
        assert (again / path).samefile(new / path)
    assert not (again / "a").exists()


@pytest.mark.parametrize("atomic", [True, False])
def test_swap_and_recover(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, atomic: bool) -> None:
    if not atomic:
        monkeypatch.setattr("scripts.publishing.swap.exchange", lambda *_names: False)
    site, new, old = tmp_path / "html", tmp_path / ".html.new", tmp_path / ".html.old"
    for text in ("one", "two"):
        new.mkdir()
        (new / "index.html").write_text(text)
        swap(site)
        assert (site / "index.html").read_text() == text
        assert not new.exists() and not old.exists()
    site.rename(old)  # killed between the two renames
    recover(site)
    assert (site / "index.html").read_text() == "two"


def test_the_site_is_put_where_a_link_leads(tmp_path: Path) -> None:
    disk, site = tmp_path / "disk", tmp_path / "html"
    disk.mkdir()
    site.symlink_to(disk / "site")  # leads nowhere yet
    for text in ("one", "two"):
        new, old = beside(site)
        assert new.parent == disk
        new.mkdir()
        (new / "index.html").write_text(text)
        old.touch()  # something else of that name
        swap(site)
        assert site.is_symlink() and (site / "index.html").read_text() == text
        assert [path.name for path in disk.iterdir()] == ["site"]


def test_exchange_is_one_step(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    (one / "a").touch()
    if not exchange(one, two):
        pytest.skip("this system has no renameat2(2)")
    assert (two / "a").exists() and not (one / "a").exists()
