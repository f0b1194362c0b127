"""What earlier builds left counts only as they left it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.core.files import remove
from scripts.core.problems import BookError
from scripts.rendering.kept import kept

PAGE, PICTURE = "html/a.html", "html/_images/a.png"
ALL = {PAGE, PICTURE, "jupyter_execute/a.ipynb", "doctrees/a.doctree", "search/pages/a.html",
       "doctrees/_typst/keys.json", "doctrees/_typst/a.typ", "pdf/a.pdf"}  # fmt: skip


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def there(work: Path) -> set[str]:
    """What a build finds."""
    with kept(work, lambda _: None):
        files = (path for path in work.rglob("*") if path.is_file() and path.name != "kept.json")
        return {path.relative_to(work).as_posix() for path in files}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    work = tmp_path / "render"
    with kept(work, pytest.fail):
        for path in ALL:
            write(work / path, "whole")
    assert there(work) == ALL
    return work


def folder(path: Path) -> None:
    remove(path)
    write(path / "x", "x")


def same(path: Path) -> None:
    path.unlink()
    write(path, "whole")


CHANGES: list[tuple[str, Callable[[Path], None], set[str]]] = [
    (PAGE, Path.unlink, ALL - {PAGE}),
    (PAGE, folder, ALL - {PAGE}),
    (PAGE, same, ALL),
    (PICTURE, lambda path: write(path, "who"), set()),
    (PICTURE, lambda path: write(path.with_name("new"), "x"), ALL),
    ("html/new.html", lambda path: write(path, "x"), ALL),
    ("html/pipe", os.mkfifo, ALL),
    ("html", lambda path: (remove(path), path.touch()), set()),
    ("", lambda path: (remove(path), path.touch()), set()),
    ("jupyter_execute/a.ipynb", Path.unlink, ALL - {"jupyter_execute/a.ipynb",
                                                     "doctrees/a.doctree"}),
    ("search/pages/a.html", Path.unlink, ALL - {"search/pages/a.html"}),
    ("doctrees/_typst/a.typ", Path.unlink, ALL - {"doctrees/_typst/a.typ",
                                                   "doctrees/_typst/keys.json"}),
    ("kept.json", lambda path: write(path, "[[1]]"), set()),
    ("kept.json", lambda path: write(path, "[" * 100_000), set()),
    ("kept.json", lambda path: write(path, '{"html/a.html": {}, "pdf/a.pdf": []}'), set()),
]  # fmt: skip


@pytest.mark.parametrize(("path", "change", "left"), CHANGES)
def test_what_was_changed_since_is_gone_with_what_would_keep_it_so(
    work: Path, path: str, change: Callable[[Path], None], left: set[str]
) -> None:
    change(work / path)
    assert there(work) == left
    assert there(work) == left


def test_of_a_build_that_was_killed_nothing_stays(work: Path) -> None:
    with pytest.raises(KeyboardInterrupt), kept(work, pytest.fail):
        for path in ("html/_images/new.png", "html/new.html", "doctrees/a.doctree"):
            write(work / path, "who")
        raise KeyboardInterrupt
    assert there(work) == ALL - {"doctrees/a.doctree"}


def test_of_a_build_with_problems_all_stays(work: Path) -> None:
    with pytest.raises(BookError), kept(work, pytest.fail):
        write(work / "html/new.html", "whole")
        raise BookError([])
    assert there(work) == {*ALL, "html/new.html"}
