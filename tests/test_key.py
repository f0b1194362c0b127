"""The cache key: a row for every part of it, and what must not be in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.cache import Cache
from scripts.read import read
from scripts.run import plan

Edit = Callable[[Path, str, str], None]


def keys(root: Path, profile: str = "book") -> dict[str, str]:
    book, problems = read(root)
    assert not problems
    return {task.page.name: task.key for task in plan(book, profile)}


# what changes, file, text, replacement, whose key changes
CHANGES = [
    ("code of a notebook", "notebooks/averages.md", "seed = 0", "seed = 1", {"averages"}),
    ("prose of a notebook", "notebooks/averages.md", "falls with", "sinks with", set()),
    ("title", "notebooks/averages.md", "title: The mean", "title: A mean", set()),
    ("render-only tag", "notebooks/averages.md", "tags: [hide-input]",
     "tags: [remove-input]", set()),
    ("tag that changes the run", "notebooks/averages.md", "tags: [hide-input]",
     "tags: [raises-exception]", {"averages"}),
    ("caption", "notebooks/averages.md", "Means lie", "They lie", set()),
    ("smoke parameters", "notebooks/averages.md", "{repeats: 20}", "{repeats: 30}", set()),
    ("a module", "notebooks/checks.py", '"""', '"""A word. ', {"averages"}),
    ("a module nobody imports", "notebooks/data.py", '"""', '"""A word. ', set()),
    ("words of an issue", "issues/001.md", "of a few words", "of a few more words", {"001"}),
    ("a work's date", "references.bib", "2020-02-01", "2020-02-02", {"002"}),
]  # fmt: skip


@pytest.mark.parametrize("what, file, old, new, changed", CHANGES, ids=[c[0] for c in CHANGES])
def test_change(
    tiny: Path, edit: Edit, what: str, file: str, old: str, new: str, changed: set[str]
) -> None:
    before = keys(tiny)
    edit(tiny / file, old, new)
    after = keys(tiny)
    assert {name for name in before if before[name] != after[name]} == changed


def test_profile_and_parameters(tiny: Path, edit: Edit) -> None:
    book, smoke = keys(tiny), keys(tiny, "smoke")
    assert all(book[name] != smoke[name] for name in book)
    edit(tiny / "notebooks/averages.md", "{repeats: 20}", "{repeats: 30}")
    again = keys(tiny, "smoke")
    assert again["averages"] != smoke["averages"] and again["001"] == smoke["001"]


def test_locked_versions(tiny: Path) -> None:
    shutil.copy(Path(__file__).parent.parent / "constraints.txt", tiny)
    before = keys(tiny)
    text = (tiny / "constraints.txt").read_text()
    (tiny / "constraints.txt").write_text(text.replace("numpy==", "# numpy=="))
    assert keys(tiny) != before


def test_font_files_belong_to_style(tiny: Path) -> None:
    before = keys(tiny)
    font = next((tiny / "notebooks/fonts").glob("*.ttf"))
    font.write_bytes(font.read_bytes() + b"\0")
    after = keys(tiny)
    assert {name for name in before if before[name] != after[name]} == {"averages"}


def test_damaged_entry_counts_as_none(built_copy: Path) -> None:
    cache = Cache(built_copy / ".cache" / "runs")
    entry = next(cache.folder.glob("*.json"))
    key = entry.stem
    assert cache.get(key) is not None
    entry.write_bytes(entry.read_bytes()[:-9] + b"tampered}")
    assert cache.get(key) is None
    assert cache.damaged == [entry] and not entry.exists()
