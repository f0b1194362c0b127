"""What earlier builds left in the work folder counts only if it is as they left it.

A build that is killed, or whose disk is full, leaves files cut short; so does a failing disk.
Sphinx, MyST-NB and Typst ask only whether a file is there. So each build notes what it leaves, and
the next one takes out what differs from that, with whatever keeps it from being made again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts.core.files import digest, remove, stamps, write_atomic
from scripts.core.problems import BookError

NOTE = "kept.json"
# All others are compared with what they should hold by each build (`files.sync`).
FOLDERS = ("html", "doctrees", "jupyter_execute", "pdf", "search", "cards")

Known = dict[str, list[Any]]  # path -> size, times and digest of a file


@contextmanager
def kept(work: Path, tell: Callable[[str], None]) -> Iterator[bool]:
    """Work in a folder that holds what the last build left, and note what this block leaves. Gives
    whether all was as it was left. If the block ends by anything but a `BookError`, the old note
    stays, from which what it wrote differs."""
    for folder in (work, *(work / name for name in FOLDERS)):
        if not folder.is_dir():
            remove(folder)
    known = _noted(work)
    now = _look(work, known)
    differing = {path for path in known.keys() | now.keys() if known.get(path) != now.get(path)}
    if differing:
        gone = {*differing, *map(undone, differing & known.keys())}
        for path in sorted(gone):
            remove(work / path)
        first = min(differing)
        which = f"{len(differing)} files, {first} first," if len(differing) > 1 else first
        what = "all" if "" in gone else "that"
        tell(f"{which} in {work.name} not as the last build left it: {what} is made anew")
    try:
        yield not differing
    except BookError:
        _note(work, known)
        raise
    _note(work, known)


def undone(path: str) -> str:
    """What must be gone with the file ``path`` so that the next build makes it again: nothing but
    it, something else as well, or ("") the whole folder. Paths are below the work folder."""
    top, _, rest = path.partition("/")
    if top == "search":
        return top
    if path.startswith("doctrees/_typst/"):
        return "doctrees/_typst/keys.json"
    if top == "jupyter_execute" and path.endswith(".ipynb"):
        return f"doctrees/{rest.removesuffix('.ipynb')}.doctree"
    page = top == "html" and (path.endswith(".html") or rest.startswith("_static/"))
    return path if page or top in ("doctrees", "pdf", "cards") or rest in MADE else ""


MADE = ("objects.inv", ".buildinfo")  # of Sphinx's files those that each build writes


def _noted(work: Path) -> Known:
    try:
        known = json.loads((work / NOTE).read_text(encoding="utf-8"))
        return {str(path): list(entry) for path, entry in known.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _look(work: Path, known: Known) -> Known:
    """Every file that is there. One whose size and times are ``known`` is not read again; one whose
    content is counts as known."""
    found: Known = {}
    for folder in FOLDERS:
        there = stamps(work / folder) if (work / folder).is_dir() else {}
        for name, stamp in there.items():
            path = f"{folder}/{name}"
            entry = known.get(path, [])
            if entry[:-1] != [*stamp]:
                file = work / path
                content = digest(file.read_bytes()) if file.is_file() else ""
                if entry[-1:] == [content]:
                    entry[:-1] = stamp
                else:
                    entry = [*stamp, content]
            found[path] = entry
    return found


def _note(work: Path, known: Known) -> None:
    text = json.dumps(_look(work, known))
    write_atomic(work / NOTE, text)
