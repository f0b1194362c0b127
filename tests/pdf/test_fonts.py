"""Fonts for Typst: unpacked, named, and known by what they cover."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from kitchen import ROOT, tiny_font

from scripts.pdf import fonts


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
