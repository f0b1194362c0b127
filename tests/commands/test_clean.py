"""`clean` removes products, and nothing else; what it can't remove it says."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from scripts.cli import main


def cleaned(root: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["clean", "--root", str(root), *options])
    return result.exit_code, result.output


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A book with a cache and, elsewhere, somebody's files."""
    root, other = tmp_path / "book", tmp_path / "other"
    for folder in (root / ".cache/render-book/x", root / ".cache/runs", other):
        folder.mkdir(parents=True)
        (folder / "file").touch()
    (root / ".cache" / "state-book.json").touch()
    return root


def products(folder: Path) -> None:
    (folder / "html" / "deep").mkdir(parents=True)
    (folder / "report.md").touch()
    (folder / "link").symlink_to(folder.parent.parent / "other")
    (folder / "nowhere").symlink_to("nothing")
    os.mkfifo(folder / "pipe")


def inside(root: Path) -> None:
    products(root / "products")
    (root / "_build").symlink_to("products")


LEFT: dict[str, tuple[Callable[[Path], object], int, str]] = {
    "nothing": (lambda root: root.stat(), 0, ""),
    "a folder": (lambda root: products(root / "_build"), 0, ""),
    "a link in the root": (inside, 0, ""),
    "a link out of it": (
        lambda root: (root / "_build").symlink_to(root.parent / "other"), 1, "_build: a link to ",
    ),
    "a link to nothing": (lambda root: (root / "_build").symlink_to("x"), 1, "_build: a link to x"),
    "a link to a file": (
        lambda root: (root / "_build").symlink_to(".cache/state-book.json"), 1, "_build: a link to",
    ),
    "a file": (lambda root: (root / "_build").write_text("mine"), 1, "_build: a file"),
}  # fmt: skip


@pytest.mark.parametrize("what", LEFT)
def test_products(what: str, root: Path) -> None:
    make, code, said = LEFT[what]
    make(root)
    found, output = cleaned(root)
    assert found == code and said in output
    if code == 0:
        assert not [p for p in root.rglob("*") if p.name in ("html", "report.md", "link", "pipe")]
        assert not (root / ".cache" / "render-book").exists()
    else:
        assert (root / "_build").is_symlink() or (root / "_build").read_text() == "mine"
        assert (root / ".cache" / "state-book.json").exists()
    assert (root / ".cache" / "runs" / "file").exists()
    assert (root.parent / "other" / "file").exists()


def test_a_cache_with_links(root: Path) -> None:
    (root / ".cache" / "render-smoke").symlink_to(root.parent / "other")
    assert cleaned(root, "--cache")[0] == 0
    assert [path.name for path in (root / ".cache").iterdir()] in ([], ["lock"])
    assert (root.parent / "other" / "file").exists()


def test_a_mounted_folder_is_emptied(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    products(root / "_build")
    monkeypatch.setattr(Path, "is_mount", lambda path: path == root / "_build")
    assert cleaned(root)[0] == 0
    assert list((root / "_build").iterdir()) == []
