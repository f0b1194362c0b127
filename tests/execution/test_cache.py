"""A kept run counts only if it is the run of its key, whole and of the right shape."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from books import make_book
from conftest import scripts

from scripts.core.files import digest, to_json
from scripts.execution.cache import Cache
from scripts.execution.schedule import _read
from scripts.execution.stored import to_text


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ordinary book of two pages, run."""
    root = tmp_path_factory.mktemp("kept") / "book"
    make_book(root, {"one": ["print(1)"], "two": ["print(2)"]})
    result = scripts("run", "--root", root)
    assert result.returncode == 0, result.stderr
    return root


def resealed(path: Path, change: Callable[[Any], object]) -> None:
    """Change an entry's content; its digest is right."""
    data = json.loads(path.read_text().partition("\n")[2])
    change(data)
    body = json.dumps(data)
    path.write_text(f"{digest(body)}\n{body}")


def folder(path: Path) -> None:
    path.unlink()
    (path / "deep").mkdir(parents=True)


def fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def other(path: Path) -> Path:
    return next(each for each in path.parent.glob("*.json") if each != path)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "empty": lambda path: path.write_bytes(b""),
    "not UTF-8": lambda path: path.write_bytes(b"\xff" + path.read_bytes()),
    "another's": lambda path: shutil.copy(other(path), path),
    "another's code": lambda path: resealed(
        path, lambda data: data.update(json.loads(other(path).read_text().partition("\n")[2])
                                       | {"record": data["record"]})
    ),
    "a failed run": lambda path: resealed(path, lambda data: data["record"].update(outcome="died")),
    "no notebook": lambda path: resealed(path, lambda data: data.pop("notebook")),
    "a list": lambda path: path.write_text(f"{digest('[]')}\n[]"),
    "no JSON": lambda path: path.write_text(f"{digest('[')}\n["),
    "deep": lambda path: path.write_text(f"{digest('[' * 10**5)}\n{'[' * 10**5}"),
    "outputs": lambda path: resealed(
        path, lambda data: [c.update(outputs=[3]) for c in data["notebook"]["cells"]]
    ),
    "opened": lambda path: resealed(path, lambda data: data["record"].update(opened=[1])),
    "a folder": folder,
    "a pipe": fifo,
    "a link to itself": lambda path: (path.unlink(), path.symlink_to(path)),
}  # fmt: skip


@pytest.mark.parametrize("fault", DAMAGE)
def test_an_entry_that_is_not_the_run_of_its_key(fault: str, kept: Path, tmp_path: Path) -> None:
    runs = Path(shutil.copytree(kept / ".cache" / "runs", tmp_path / "runs"))
    path = next(p for p in sorted(runs.glob("*.json")) if '"print(1)"' in p.read_text())
    run = Cache(runs).get(path.stem)
    assert run is not None and run.record.notebook == "one"
    record = (kept / "_build" / "records" / "one.json").read_text()  # as it was run
    assert to_json(run.record.to_json()) == record
    DAMAGE[fault](path)
    cache = Cache(runs)
    assert cache.get(path.stem) is None
    assert cache.damaged == [path]
    cache.put(run)
    again = cache.get(path.stem)
    assert again == run and again is not None and to_text(again) == to_text(run)


def test_a_damaged_cache_is_told_and_made_anew(kept: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(kept, tmp_path / "book"))
    one, two = sorted((root / ".cache" / "runs").glob("*.json"))
    text = one.read_text()
    one.write_text(two.read_text())
    two.write_text(text)
    (root / ".cache" / "costs.json").write_text('{"one book": "long", "two book": NaN}')
    result = scripts("run", "--root", root)
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("is damaged or another one's; its notebook runs again") == 2
    assert result.stdout.count(": ok, ") == 2
    assert "runs again" not in scripts("run", "--root", root).stdout


@pytest.mark.parametrize("text", ["", "[1]", "{", "[" * 10**5, '{"a": "b", "c": NaN, "d": 1e999}'])
def test_costs_that_are_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "costs.json").write_text(text)
    assert _read(tmp_path / "costs.json") == {}
    assert _read(tmp_path / "none") == {}


def test_why_of_a_damaged_record(kept: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(kept, tmp_path / "book"))
    for text in ("[", "[]", '{"record": 3}'):
        (root / "_build" / "records" / "one.json").write_text(text)
        result = scripts("why", "one", "--root", root)
        assert result.returncode == 0, result.stderr
        assert "one.json is of another version of the tool or damaged" in result.stdout
