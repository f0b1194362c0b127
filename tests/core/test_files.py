"""Files written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from scripts.core.files import sync, zipped


def test_sync_touches_only_what_differs(tmp_path: Path) -> None:
    sync({"a": b"1", "b/c": b"2"}, tmp_path)
    time = (tmp_path / "a").stat().st_mtime_ns
    assert sync({"a": b"1", "b": b"3"}, tmp_path) == ["b"]
    assert (tmp_path / "a").stat().st_mtime_ns == time
    assert sync({}, tmp_path) == [] and list(tmp_path.iterdir()) == []


def test_archives_depend_on_nothing_but_their_files() -> None:
    assert zipped({"b": b"1", "a": b"2"}) == zipped({"a": b"2", "b": b"1"})
