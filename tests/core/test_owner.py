"""Pickles that came with a cache from elsewhere are never loaded; our own are kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scripts.core.system.owner import claim

PICKLES = ("memo.pickle", "render-book/doctrees/environment.pickle", "render-x/a/b.doctree")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with pickles, and another account's home."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in (*PICKLES, "runs/kept.json"):
        (tmp_path / "cache" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "cache" / name).write_text("x")
    return tmp_path / "cache"


def left(cache: Path) -> list[str]:
    return [name for name in PICKLES if (cache / name).exists()]


@pytest.mark.parametrize("owner", [None, "", "0" * 64, "\udcff", "é"])
def test_a_cache_from_elsewhere(owner: str | None, cache: Path) -> None:
    if owner is not None:
        (cache / "owner").write_text(owner, encoding="utf-8", errors="surrogateescape")
    claim(cache)
    assert left(cache) == []
    assert (cache / "runs" / "kept.json").exists()


def test_our_own_cache_is_kept_wherever_it_is_moved(cache: Path, tmp_path: Path) -> None:
    claim(cache)
    shutil.copytree(cache, tmp_path / "copy")
    (tmp_path / "copy" / "memo.pickle").write_text("x")
    claim(tmp_path / "copy")
    assert (tmp_path / "copy" / "memo.pickle").exists()


def test_another_account_does_not_trust_it(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim(cache)
    (cache / "memo.pickle").write_text("x")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
    claim(cache)
    assert left(cache) == []


def test_links_are_taken_out_and_not_followed(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("x")
    (cache / "render-link").symlink_to(tmp_path / "mine")
    (cache / "owner").symlink_to(tmp_path / "mine" / "file")
    claim(cache)
    assert (tmp_path / "mine" / "file").read_text() == "x"
    assert not (cache / "render-link").exists()


def test_without_a_home_nothing_kept_is_trusted(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    claim(cache)
    (cache / "memo.pickle").write_text("x")
    claim(cache)
    assert left(cache) == []


def test_the_secret_is_for_this_account_only(cache: Path, tmp_path: Path) -> None:
    claim(cache)
    (secret,) = (tmp_path / "state" / "nlp-newsletter").iterdir()
    assert secret.stat().st_mode & 0o077 == 0
    assert secret.read_bytes().hex() not in (cache / "owner").read_text()
