"""Frozen issues don't run again; a thaw says what changed."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import scripts

from scripts.book.read import read
from scripts.core.files import digest
from scripts.core.problems import BookError
from scripts.core.record import CHECKS_MIME, Check
from scripts.execution.cache import Cache
from scripts.execution.frozen import (
    FOLDER,
    comparison,
    drifted,
    issue_of,
    pack,
    published,
    read_frozen,
)
from scripts.execution.plan import plan

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


def test_published_claims_keep_their_length(frozen: Path) -> None:
    """Rules on how claims are written came later than the first issues."""
    path = frozen / "issues" / "frozen" / "001.zip"
    long = "It was published before claims were short, " * 3

    def lengthen(kept: Any) -> None:
        for cell in kept["notebook"]["cells"]:
            for output in cell.get("outputs", ()):
                for check in output.get("data", {}).get(CHECKS_MIME, {}).get("checks", ()):
                    check["claim"] = long

    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    path.write_bytes(zip_of(resealed(entries, lengthen)))
    assert scripts("build", "--root", frozen).returncode == 0
    assert long.strip() in (frozen / "_build" / "html" / "notebooks" / "averages.html").read_text()


def test_thaw(frozen: Path, edit: Edit) -> None:
    result = scripts("thaw", "--root", frozen)
    assert result.returncode == 0, result.stderr
    assert "0 verdicts changed, 0 numbers drifted" in result.stdout
    edit(frozen / "notebooks/checks.py", "HOLDS if _judge", "HOLDS if not _judge")
    site = (frozen / "_build/html/index.html").read_bytes()
    result = scripts("thaw", "--root", frozen)
    assert result.returncode == 1
    assert "averages-spread: holds -> fails" in result.stdout
    assert "averages-spread: holds -> fails" in (frozen / "_build/thaw.md").read_text()
    assert (frozen / "_build/html/index.html").read_bytes() == site, "a thaw publishes nothing"


def test_damaged_or_unknown(frozen: Path) -> None:
    path = frozen / "issues/frozen/001.zip"
    path.write_bytes(b"no zip")
    checked, result = (scripts(verb, "--root", frozen) for verb in ("check", "build"))
    assert result.returncode == checked.returncode == 1
    said = "issues/frozen/001.zip: damaged: BadZipFile"
    assert result.stderr.count(said) == checked.stderr.count(said) == 1
    assert "Restore it from git, or make it again: python -m scripts freeze 001" in result.stderr
    path.unlink()
    result = scripts("thaw", "--root", frozen)
    assert result.returncode == 1 and "no issue is frozen" in result.stderr
    result = scripts("freeze", "7", "--root", frozen)
    assert result.returncode == 1 and "there is no issue 7" in result.stderr


Entries = dict[str, bytes]


def resealed(entries: Entries, change: Callable[[Any], object]) -> Entries:
    """The entries with a change in the kept run of the notebook, its digest right."""
    kept, manifest = (json.loads(entries[n]) for n in ("notebooks/averages.json", "manifest.json"))
    change(kept)
    body = json.dumps(kept).encode()
    manifest["runs"]["notebooks/averages"]["sha256"] = digest(body)
    said = json.dumps(manifest).encode()
    return entries | {"notebooks/averages.json": body, "manifest.json": said}


def in_manifest(entries: Entries, **values: Any) -> Entries:
    said = json.loads(entries["manifest.json"]) | values
    return entries | {"manifest.json": json.dumps(said).encode()}


def cell(kept: Any) -> Any:
    return next(c for c in kept["notebook"]["cells"] if c["cell_type"] == "code" and c["outputs"])


WRONG: dict[str, tuple[Callable[[Entries], Entries], str]] = {
    "other content": (
        lambda e: e | {"notebooks/averages.json": e["notebooks/averages.json"] + b" "},
        "notebooks/averages.json is not what was frozen",
    ),
    "no manifest": (lambda e: {"x": e["manifest.json"]}, "manifest.json"),
    "manifest no JSON": (lambda e: e | {"manifest.json": b"{"}, "Expecting"),
    "manifest a list": (lambda e: e | {"manifest.json": b"[]"}, "Expected `object`"),
    "manifest deep": (lambda e: e | {"manifest.json": b"[" * 10**5}, "nested too deeply"),
    "manifest not UTF-8": (lambda e: e | {"manifest.json": b'{"a": "\xff"}'}, "utf-8"),
    "runs a list": (lambda e: in_manifest(e, runs=[]), "$.runs"),
    "a run's file a number": (lambda e: in_manifest(e, runs={"a": {"file": 3}}), "$.runs"),
    "a run's file not there": (
        lambda e: in_manifest(e, runs={"a": {"file": "b", "sha256": ""}}), "no item named 'b'",
    ),
    "date wrong": (lambda e: in_manifest(e, date="2020-02-31"), "day is out of range"),
    "anchors wrong": (lambda e: in_manifest(e, anchors={"issues/001": 3}), "$.anchors"),
    "a run under another name": (
        lambda e: in_manifest(e, runs={
            "issues/001": json.loads(e["manifest.json"])["runs"]["notebooks/averages"]
        }), "is a run of notebooks/averages",
    ),
    "bomb": (lambda e: e | {"x": bytes(2**28)}, "unpacks to more than 256 MiB"),
    "no record": (lambda e: resealed(e, lambda k: k.pop("record")), "`record`"),
    "field missing": (lambda e: resealed(e, lambda k: k["record"].pop("parts")), "`parts`"),
    "parts wrong": (lambda e: resealed(e, lambda k: k["record"]["parts"].pop("code")), "`code`"),
    "time not a number": (
        lambda e: resealed(e, lambda k: k["record"].update(seconds=float("nan"))), "no time",
    ),
    "start no time": (lambda e: resealed(e, lambda k: k["record"].update(start="x")), "isoformat"),
    "a failed run": (
        lambda e: resealed(e, lambda k: k["record"].update(outcome="died")), "that failed",
    ),
    "no cells": (lambda e: resealed(e, lambda k: k["notebook"].pop("cells")), "`cells`"),
    "a cell taken out": (
        lambda e: resealed(e, lambda k: k["notebook"]["cells"].remove(cell(k))),
        "its cells are not those that should have run",
    ),
    "a cell's code": (lambda e: resealed(e, lambda k: cell(k).update(source="1")), "its cells"),
    "cell of no kind": (lambda e: resealed(e, lambda k: cell(k).update(cell_type="x")), "'x'"),
    "output of no kind": (
        lambda e: resealed(e, lambda k: cell(k)["outputs"].append({"output_type": "x"})), "'x'",
    ),
    "output no text": (
        lambda e: resealed(e, lambda k: cell(k)["outputs"].append(
            {"output_type": "display_data", "data": {"text/html": 3}, "metadata": {}}
        )), "'text/html' that isn't text",
    ),
}  # fmt: skip


def zip_of(entries: Entries) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def packed(built: Path) -> bytes:
    """The file of the tiny newsletter's first issue, from its kept runs."""
    book = read(built)[0]
    cache, tasks = Cache(built / ".cache" / "runs"), plan(book, "book")
    runs = {t.page.docname: run for t in tasks if (run := cache.get(t.key)) is not None}
    return pack(book, issue_of(book, 1), runs, "2026-01-01")


@pytest.mark.parametrize("fault", WRONG)
def test_content_that_is_not_what_was_frozen(fault: str, packed: bytes, tmp_path: Path) -> None:
    path = tmp_path / FOLDER / "001.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(packed)
    assert len(read_frozen(tmp_path).runs) == 2
    change, said = WRONG[fault]
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    path.write_bytes(zip_of(change(entries)))
    with pytest.raises(BookError) as error:
        read_frozen(tmp_path)
    assert "issues/frozen/001.zip: damaged: " in str(error.value) and said in str(error.value)
    published(tmp_path)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """With a bit turned, cut, or with something put in, taken out or written over."""
    at, length = chance.randrange(len(data)), chance.choice([1, 4, 40, 4000])
    noise = chance.randbytes(length)
    return chance.choice([
        data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :],
        data[:at], data[at:], data[:at] + noise + data[at:], data[:at] + data[at + length :],
        data[:at] + noise + data[at + length :],
    ])  # fmt: skip


@pytest.mark.parametrize("times", [200, pytest.param(5000, marks=pytest.mark.long)])
def test_damage_is_a_problem_or_none(times: int, packed: bytes, tmp_path: Path) -> None:
    """Anywhere in the file, half of it in what zip files say of themselves."""
    path = tmp_path / FOLDER / "001.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(packed)
    good, chance, found = read_frozen(tmp_path), random.Random(times), 0
    with zipfile.ZipFile(path) as archive:
        whole = {name: archive.read(name) for name in archive.namelist()}
    directory = packed.index(b"PK\x01\x02")
    for number in range(times):
        if number % 4 == 0:
            bytes_ = packed[:directory] + mutated(packed[directory:], chance)
        elif number % 4 == 1:  # of what was packed
            name = chance.choice(list(whole))
            bytes_ = zip_of(whole | {name: mutated(whole[name], chance)})
        else:
            bytes_ = mutated(packed, chance)
        path.write_bytes(bytes_)
        published(tmp_path)
        try:
            read = read_frozen(tmp_path)
        except BookError as error:
            found += 1
            assert "issues/frozen/001.zip: damaged: " in str(error)
        else:  # of what nobody reads
            assert read.runs == good.runs, number
    assert found > times / 2


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
