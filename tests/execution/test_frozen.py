"""Frozen issues don't run again; a thaw says what changed."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import scripts

from scripts.core.record import Check
from scripts.execution.frozen import comparison, drifted

Edit = Callable[[Path, str, str], None]


@pytest.fixture
def frozen(built_copy: Path) -> Path:
    result = scripts("freeze", "1", "--root", built_copy)
    assert result.returncode == 0, result.stderr
    return built_copy


def test_frozen_issue_does_not_run_again(frozen: Path, edit: Edit) -> None:
    path = frozen / "issues/frozen/001.zip"
    manifest = json.loads(zipfile.ZipFile(path).read("manifest.json"))
    assert set(manifest["runs"]) == {"issues/001", "notebooks/averages"}
    entry = manifest["runs"]["notebooks/averages"]
    assert {"key", "parts", "packages", "machine", "seconds", "sha256"} <= set(entry)
    again = path.read_bytes()
    assert scripts("freeze", "1", "--root", frozen).returncode == 0
    assert path.read_bytes() == again, "equal runs make an equal file"

    (frozen / "notebooks/style.py").write_text(
        (frozen / "notebooks/style.py").read_text() + "\n# another version\n"
    )
    lock = frozen / "constraints.txt"
    lock.write_text("numpy==0.1\n")  # every key changes
    result = scripts("run", "--root", frozen)
    assert result.returncode == 0, result.stderr
    assert "issues/002.md: ok" in result.stdout, "issue 2 is not frozen"
    assert "issues/001.md: ok" not in result.stdout and "averages.md: ok" not in result.stdout

    edit(frozen / "notebooks/averages.md", "repeats = 400 ", "repeats = 401 ")
    result = scripts("run", "--root", frozen)
    assert result.returncode == 0, result.stderr
    assert "notebooks/averages.md changed since its issue was frozen" in result.stdout
    assert "averages.md: ok" in result.stdout and "issues/001.md: ok" not in result.stdout


def test_thaw(frozen: Path, edit: Edit) -> None:
    result = scripts("thaw", "--root", frozen)
    assert result.returncode == 0, result.stderr
    assert "0 verdicts changed, 0 numbers drifted" in result.stdout
    edit(frozen / "notebooks/checks.py", "HOLDS if result else FAILS", "FAILS if result else HOLDS")
    site = (frozen / "_build/html/index.html").read_bytes()
    result = scripts("thaw", "--root", frozen)
    assert result.returncode == 1
    assert "averages-spread: holds -> fails" in result.stdout
    assert "averages-spread: holds -> fails" in (frozen / "_build/thaw.md").read_text()
    assert (frozen / "_build/html/index.html").read_bytes() == site, "a thaw publishes nothing"


def test_damaged_or_unknown(frozen: Path) -> None:
    path = frozen / "issues/frozen/001.zip"
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    entries["notebooks/averages.json"] += b" "
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    for wrong in (path.read_bytes(), b"no zip"):
        path.write_bytes(wrong)
        result = scripts("build", "--root", frozen)
        assert result.returncode == 1
        assert "issues/frozen/001.zip: damaged:" in result.stderr
    path.unlink()
    result = scripts("thaw", "--root", frozen)
    assert result.returncode == 1 and "no issue is frozen" in result.stderr
    result = scripts("freeze", "7", "--root", frozen)
    assert result.returncode == 1 and "there is no issue 7" in result.stderr


def check(measured: object, spread: object = None, verdict: str = "holds", **other: str) -> Check:
    return Check(
        other.get("id", "a"), other.get("kind", "claim"), "n", "i", "book", "c", "", None,  # type: ignore[arg-type]
        measured, "s", spread, "rule", verdict, "holds", "", 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        (check(100.0), check(104.0), False),
        (check(100.0), check(106.0), True),
        (check(100.0, spread=10.0), check(106.0), False),
        (check(100.0, spread=[90.0, 110.0]), check(109.0), False),
        (check(100.0, spread=[99.0, 101.0]), check(109.0), True),
        (check([1.0, 2.0]), check([1.0, 2.5]), True),
        (check([1.0, 2.0]), check([1.0]), True),
        (check("a"), check("b"), True),
        (check(1e-12, kind="exactness"), check(3e-12, kind="exactness"), False),
        (check(None), check(None), False),
    ],
)
def test_drift(old: Check, new: Check, moved: bool) -> None:
    assert drifted(old, new) is moved


def test_comparison() -> None:
    old = {"a": check(1.0), "b": check(1.0), "gone": check(1.0)}
    new = {"a": check(0.1, verdict="fails"), "b": check(2.0), "new": check(1.0)}
    verdicts, drift = comparison(old, new)
    assert verdicts == ["gone: gone", "new: new, holds", "a: holds -> fails (1.0 -> 0.1 s)"]
    assert drift == ["b: 1.0 -> 2.0 s"]
