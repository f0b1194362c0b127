"""The cache key: a row for every part of it, and what must not be in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, scripts

from scripts.book.read import read
from scripts.execution.cache import Cache
from scripts.execution.key import kernelspec
from scripts.execution.plan import plan
from scripts.execution.why import changes

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
    ("render-only tag", "notebooks/averages.md", "tags: [hide-input, lead]",
     "tags: [remove-input]", set()),
    ("tag that changes the run", "notebooks/averages.md", "tags: [hide-input, lead]",
     "tags: [raises-exception]", {"averages"}),
    ("caption", "notebooks/averages.md", "Means lie", "They lie", set()),
    ("smoke parameters", "notebooks/averages.md", "{repeats: 20}", "{repeats: 30}", set()),
    ("modules imported before", "notebooks/averages.md", "deadline:",
     "preload: [json]\ndeadline:", {"averages"}),
    ("a limit", "notebooks/averages.md", "deadline:", "gpu: false\ndeadline:", set()),
    ("a module", "notebooks/checks.py", '"""', '"""A word. ', {"averages"}),
    ("a module nobody imports", "notebooks/data.py", '"""', '"""A word. ', set()),
    ("words of an issue", "issues/001.md", "of a few words", "of a few more words", {"001"}),
    ("a work's date", "references.bib", "2020-02-01", "2020-02-02", set()),
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


def test_how_jupyter_starts_another_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    spec = tmp_path / "kernels" / "other" / "kernel.json"
    spec.parent.mkdir(parents=True)
    found = {kernelspec("python3"), kernelspec("nowhere")}
    for argv in ("[a]", "[b]"):
        spec.write_text(argv)
        kernelspec.cache_clear()
        found.add(kernelspec("other"))
    assert len(found) == 3 and kernelspec("python3") == ""


def test_locked_versions(tiny: Path) -> None:
    shutil.copy(ROOT / "constraints.txt", tiny)
    shutil.copy(ROOT / "requirements.txt", tiny)
    for name, package in (("constraints", "attrs"), ("requirements", "torch")):
        before, lock = keys(tiny), tiny / f"{name}.txt"
        lock.write_text(lock.read_text().replace(f"\n{package}==", f"\n# {package}=="))
        assert keys(tiny) != before, package


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


def test_why(built_copy: Path, edit: Edit) -> None:
    """Every change is named in words; prose is none."""
    page = built_copy / "notebooks/averages.md"
    edit(page, "falls with", "sinks with")
    result = scripts("why", "averages", "--root", built_copy)
    assert result.stdout == "nothing changed: averages is taken from the cache\n"
    edit(page, "seed = 0", "seed = 1")
    edit(built_copy / "notebooks/checks.py", '"""', '"""A word. ')
    result = scripts("why", "averages", "--root", built_copy)
    assert result.stdout.splitlines() == ["code cell 1 changed", "notebooks/checks.py"]
    result = scripts("why", "averages", "--root", built_copy, "--profile", "smoke")
    assert result.stdout == "averages has never run under the profile 'smoke'\n"
    result = scripts("why", "average", "--root", built_copy)
    assert result.returncode == 1 and "Did you mean 'averages'?" in result.stderr


def test_changes_in_words() -> None:
    before = {
        "code": ["a", "b", "c"], "files": {}, "packages": {"torch": "2.13.0"},
        "parameters": {"epochs": 1}, "settings": {}, "profile": "book", "kernel": "python3",
        "python": "3.11.7", "datasets": [], "preload": [], "kernelspec": "", "runner": "x",
    }  # fmt: skip
    after = {
        **before, "code": ["a", "x", "c", "d"], "preload": ["torch"], "kernelspec": "1",
        "packages": {"torch": "2.14.0", "numpy": "2.4.6"},
        "parameters": {"epochs": 30}, "python": "3.12.0", "runner": "y",
    }  # fmt: skip
    assert changes(before, after) == [
        "code cell 2 changed",
        "code cell 4 added",
        "numpy added",
        "torch 2.13.0 -> 2.14.0",
        "parameter epochs 1 -> 30",
        "python 3.11.7 -> 3.12.0",
        "preload [] -> ['torch']",
        "how Jupyter starts the kernel python3 (kernel.json)",
        "the modules of scripts/worker/, which execute notebooks",
    ]
    assert changes(before, before) == []
