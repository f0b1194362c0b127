"""Frozen issues: a published issue keeps its outputs, so that it doesn't run again for ever.

`freeze NUMBER` packs the runs of an issue and of its notebooks, with a manifest, into one file
that is committed: `issues/frozen/002.zip`. From then on `build` takes them from there, whatever
happens to versions and shared modules, as long as the pages' own code and parameters stay as they
were. `thaw` runs everything again, and reports which verdicts changed and which numbers drifted.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from scripts.book.model import Book, Page
from scripts.core.files import digest, to_json, write_atomic, zipped
from scripts.core.options import BOOK
from scripts.core.problems import BookError, Problem
from scripts.core.record import Check, Run, Runs
from scripts.execution import stored
from scripts.execution.plan import Task

FOLDER = "issues/frozen"
OWN = ("code", "parameters", "profile", "kernel", "datasets")  # of a key's parts: the page's own
DRIFT = 0.05  # of the old value, where a check's own spread allows less
LIMIT = 2**28  # bytes that a file may unpack to


def pages_of(book: Book, issue: Page) -> list[Page]:
    """An issue's page and its companion notebooks."""
    own = [page for page in book.notebooks if book.issue_of(page) is issue]
    return [issue, *own]


def pack(book: Book, issue: Page, runs: Runs, date: str) -> bytes:
    """The file of an issue: a manifest, and a run for each of its pages."""
    entries: dict[str, str] = {}
    manifest: dict[str, Any] = {"issue": issue.front["issue"], "date": date, "runs": {}}
    manifest["anchors"] = {issue.docname: [item.anchor for item in issue.items]}
    for page in pages_of(book, issue):
        run = runs[page.docname]
        body = stored.to_text(run)
        record = run.record.to_json()
        kept = ("key", "parts", "start", "seconds", "memory", "python", "packages", "machine")
        name = f"{page.docname}.json"
        entries[name] = body
        manifest["runs"][page.docname] = {
            "file": name,
            "sha256": digest(body),
            **{key: record[key] for key in kept},
        }
    texts = {"manifest.json": to_json(manifest), **entries}
    return zipped({name: text.encode() for name, text in texts.items()})


class Entry(msgspec.Struct):
    """A run in a manifest, which tells more of it for people."""

    file: str
    sha256: str


class Manifest(msgspec.Struct):
    """What a frozen issue's file says of itself."""

    date: str
    runs: dict[str, Entry]
    anchors: dict[str, list[str]] = msgspec.field(default_factory=dict)


@dataclass(frozen=True)
class Frozen:
    """The kept runs of the frozen issues, by docname, and when each was frozen."""

    runs: dict[str, Run]
    dates: dict[str, str]

    def get(self, task: Task) -> Run | None:
        """The kept run, unless the page's own code or parameters have changed since."""
        run = self.runs.get(task.page.docname) if task.profile == BOOK else None
        if run is None or any(run.record.parts[part] != task.parts[part] for part in OWN):
            return None
        return run


def read_frozen(root: Path) -> Frozen:
    """Every frozen issue under ``root``. Raises `BookError` for files that are damaged."""
    runs: dict[str, Run] = {}
    dates: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted((root / FOLDER).glob("*.zip")):
        try:
            found, date = unpack(path)
        except ValueError as error:
            right = f"Restore it from git, or make it again: python -m scripts freeze {path.stem}"
            problems.append(Problem(f"{FOLDER}/{path.name}", 0, f"damaged: {error}", right))
            continue
        runs |= found
        dates |= dict.fromkeys(found, date)
    if problems:
        raise BookError(problems)
    return Frozen(runs, dates)


def published(root: Path) -> dict[str, list[str]]:
    """The anchors of the items of every frozen issue, by docname: others may link to them.
    A damaged file is `read_frozen`'s to report."""
    found: dict[str, list[str]] = {}
    for path in sorted((root / FOLDER).glob("*.zip")):
        with suppress(ValueError), _archive(path) as archive:
            found |= _manifest(archive).anchors
    return found


def unpack(path: Path) -> tuple[dict[str, Run], str]:
    """Runs and date of a frozen issue's file, read in memory: nothing is written anywhere. Raises
    ValueError if the file is damaged, or a run is not the one that the manifest names."""
    runs = {}
    with _archive(path) as archive:
        manifest = _manifest(archive)
        for docname, entry in manifest.runs.items():
            body = archive.read(entry.file)
            if digest(body) != entry.sha256:
                raise ValueError(f"{entry.file} is not what was frozen")
            try:
                runs[docname] = run = stored.run_of_text(body)
            except ValueError as error:
                raise ValueError(f"{entry.file}: {error}") from None
            if run.record.notebook != docname:
                raise ValueError(f"{entry.file} is a run of {run.record.notebook}")
    return runs, manifest.date


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """A frozen issue's file. Raises ValueError for all that is wrong with it: `zipfile` has no one
    word for damage, but raises whatever a wrong byte leads to."""
    try:
        if not path.is_file() or path.stat().st_size > LIMIT:
            raise ValueError("no file of a frozen issue")
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            if sum(info.file_size for info in archive.infolist()) > LIMIT:
                raise ValueError(f"it unpacks to more than {LIMIT // 2**20} MiB")
            yield archive
    except ValueError:
        raise
    except Exception as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    found = msgspec.convert(stored.json_of(archive.read("manifest.json")), Manifest)
    datetime.date.fromisoformat(found.date)
    return found


def freeze(book: Book, number: int, runs: Runs) -> str:
    """Write the file of issue ``number``; returns its path under the root."""
    issue = issue_of(book, number)
    path = f"{FOLDER}/{issue.name}.zip"
    date = datetime.datetime.now(datetime.UTC).date().isoformat()
    write_atomic(book.root / path, pack(book, issue, runs, date))
    return path


def issue_of(book: Book, number: int) -> Page:
    """The issue of this number; raises `BookError` if there is none."""
    for issue in book.issues:
        if issue.front["issue"] == number:
            return issue
    known = ", ".join(str(issue.front["issue"]) for issue in book.issues)
    raise BookError([Problem("issues", 0, f"there is no issue {number}", f"Known: {known}.")])


def drifted(old: Check, new: Check) -> bool:
    """Whether a measurement moved by more than its own spread, and by more than 5 %."""
    if isinstance(old.measured, list) and isinstance(new.measured, list):
        if len(old.measured) != len(new.measured):
            return True
        pairs = zip(old.measured, new.measured, strict=True)
        return any(drifted(replace(old, measured=a), replace(new, measured=b)) for a, b in pairs)
    if not _number(old.measured) or not _number(new.measured):
        return bool(old.measured != new.measured)
    allowed = abs(old.measured) * DRIFT
    if _number(old.spread):
        allowed = max(allowed, abs(old.spread))
    elif isinstance(old.spread, list) and all(map(_number, old.spread)) and old.spread:
        allowed = max(allowed, (max(old.spread) - min(old.spread)) / 2)
    if old.kind == "exactness":  # its rule says how exact; the digits behind that are noise
        return False
    return bool(abs(new.measured - old.measured) > allowed)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def comparison(old: Mapping[str, Check], new: Mapping[str, Check]) -> tuple[list[str], list[str]]:
    """What a thaw found, in words: verdicts that changed (or checks that came and went), and
    measurements that drifted."""
    verdicts = [f"{id}: gone" for id in sorted(set(old) - set(new))]
    verdicts += [f"{id}: new, {new[id].verdict}" for id in sorted(set(new) - set(old))]
    drift = []
    for id in sorted(set(old) & set(new)):
        a, b = old[id], new[id]
        numbers = f"{a.measured} -> {b.measured} {a.unit}".strip()
        if a.verdict != b.verdict:
            verdicts.append(f"{id}: {a.verdict} -> {b.verdict} ({numbers})")
        elif drifted(a, b):
            drift.append(f"{id}: {numbers}")
    return verdicts, drift
