"""Whether anything changed since the last good build."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.book.kept.bugs import planted_files
from scripts.core.files import TOOLCHAIN, other_files, stamps, to_json, write_atomic
from scripts.core.options import Options
from scripts.execution.key import packages

if TYPE_CHECKING:
    from scripts.book.model import Book
    from scripts.core.record import Runs


@dataclass(frozen=True)
class Extent:
    """Which files a book consists of: all of its root but hidden ones and those below ``left_out``,
    and those at ``also``, wherever they lie."""

    left_out: tuple[str, ...] = ("_build", "tests")
    also: tuple[str, ...] = ()


def extent_of(book: Book, runs: Runs) -> Extent:
    """A newsletter doesn't consist of its `tests/`; pages of any book, and what they read, may lie
    anywhere."""
    left_out = Extent.left_out if book.rules.filled else ("_build",)
    listed = set(other_files(book.root, set(left_out)))
    named = {page.path for page in book.pages}
    named |= {path for run in runs.values() for path in run.record.opened}
    also = sorted(path for path in named - listed if not (book.root / path).is_dir())
    return Extent(left_out, tuple(also))


def inputs(options: Options, extent: Extent) -> str:
    """Digest of everything that a build depends on: the root's files, the toolchain's, the
    installed versions and the options."""
    root, said = options.root, {"strict": options.strict, "only": options.only}
    result = hashlib.sha256()
    listed = [*other_files(root, set(extent.left_out)), *extent.also, *planted_files(root)]
    fonts = TOOLCHAIN.parent / "_static" / "fonts"  # of PDFs, whatever book it is
    ours = ((base, other_files(base, {"__pycache__"})) for base in (TOOLCHAIN, fonts))
    for base, paths in ((root, listed), *ours):
        for path in paths:
            if "__pycache__" not in path:
                content = _content(base / path)
                result.update(f"{path}\0{content}\n".encode())
    result.update(json.dumps([packages(root), said, asdict(extent)], sort_keys=True).encode())
    return result.hexdigest()


def _content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def outputs(options: Options) -> dict[str, list[int]]:
    """Size and times of every file that a build leaves to people."""
    folders = [
        options.site,
        *(options.out / name for name in ("pdf", "epub", "notebooks", "email", "records")),
    ]
    # A later build that failed has written these anew.
    reports = [options.out / name for name in ("report.md", "junit.xml", "checks.json")]
    there = {path.name: path.stat() for path in reports if path.is_file()}
    found = {
        name: [status.st_size, status.st_mtime_ns, status.st_ctime_ns]
        for name, status in there.items()
    }
    return found | {
        f"{folder.name}/{path}": list(stamp)
        for folder in folders
        if folder.is_dir()
        for path, stamp in stamps(folder).items()
    }


def _file(options: Options) -> Path:
    return options.cache / f"state-{options.profile}.json"


def last(options: Options) -> dict[str, Any]:
    """What the last build noted; empty if that can't be read."""
    try:
        state = json.loads(_file(options).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return state if isinstance(state, dict) else {}


def extent(state: dict[str, Any]) -> Extent:
    """What the book consisted of when this was noted."""
    known = state.get("extent") or {}
    try:
        return Extent(**{name: tuple(map(str, paths)) for name, paths in known.items()})
    except (AttributeError, TypeError):
        return Extent()


def unchanged(options: Options, state: dict[str, Any], digest: str) -> bool:
    """Whether the last good build had these inputs and its outputs are as it left them."""
    return state.get("inputs") == digest and state.get("outputs") == outputs(options)


def remember(options: Options, digest: str, before: Extent, now: Extent) -> None:
    """Note a good build whose inputs had this digest ``before`` it began; one of some notebooks
    only says nothing of the whole. If the book consists of other files than was thought, the
    digest is worth nothing, and the next build knows which ones they are."""
    if not options.only:
        state = {
            "inputs": digest if before == now else "",
            "outputs": outputs(options),
            "extent": asdict(now),
        }
        with suppress(OSError):  # the site is in its place; the next build looks again
            write_atomic(_file(options), to_json(state))
