"""Which files below a folder a notebook read without saying so: an audit hook in its kernel.

Pages of other people's books run in their own folder and declare nothing. What they read decides
what they show, so a kept run counts only while those files are as they were. It is a help for
authors: a cell that wants to hide what it reads can.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

# IPython runs this before the first cell; it leaves no name behind.
WATCH = """\
def _watch(root, log):
    import os, sys

    out, told = os.open(log, os.O_WRONLY | os.O_APPEND), set()

    def hook(event, arguments):
        if event not in ("open", "os.listdir", "os.scandir"):
            return
        path = "." if arguments[0] is None else arguments[0]
        try:
            full = os.path.abspath(os.fsdecode(path))
        except TypeError:  # the number of a file that is open already
            return
        mode = arguments[1] if event == "open" else ""
        if mode is None:  # of os.open, which says it in flags
            mode = "w" if arguments[2] & (os.O_WRONLY | os.O_RDWR) else ""
        kind = "w" if set(mode) & set("wax+") else "r"
        if (full + os.sep).startswith(root + os.sep) and (kind, full) not in told:
            told.add((kind, full))
            os.write(out, (kind + full).encode("utf-8", "surrogateescape") + b"\\0")

    sys.addaudithook(hook)


_watch({root!r}, {log!r})
del _watch
"""
PASSED_OVER = {"_build", ".cache", ".git", "site-packages", ".ipynb_checkpoints"}
LIMIT = 2**24  # characters of a log
DAMAGED = "a cell damaged the list of the files that it read (opened, beside its folder)"
COMPILED = re.compile(r"__pycache__/([^/]+)\.[^/.]+\.pyc$")


class Log:
    """What kernels whose IPython lives in ``folder`` open below ``root``. They write into a file;
    whatever a cell does to its name, this is what was written."""

    def __init__(self, root: str, folder: Path) -> None:
        self.root = root
        startup = folder / "ipython" / "profile_default" / "startup"
        startup.mkdir(parents=True)
        log = folder / "opened"
        self.file = log.open("x+b")
        text = WATCH.replace("{root!r}", repr(root)).replace("{log!r}", repr(str(log)))
        (startup / "00-watch.py").write_text(text, encoding="utf-8")

    def read(self) -> tuple[dict[str, str], str]:
        """The files and folders below the root that were read and not written, by their path in
        it, with what `state` says of them; and what is wrong with the log, "" if nothing is."""
        with self.file:
            text = self.file.read(LIMIT + 1).decode("utf-8", "surrogateescape")
        found: dict[str, set[str]] = {"r": set(), "w": set()}
        if len(text) > LIMIT or (text and not text.endswith("\0")):
            return {}, DAMAGED
        for line in filter(None, text.split("\0")):
            kind, full = line[0], os.path.normpath(line[1:])
            if kind not in found or not (full + os.sep).startswith(self.root + os.sep):
                return {}, DAMAGED
            path = COMPILED.sub(r"\1.py", Path(full).relative_to(self.root).as_posix())
            if not PASSED_OVER & set(path.split("/")):
                found[kind].add(path)
        return {path: state(self.root, path) for path in sorted(found["r"] - found["w"])}, ""


def state(root: str, path: str) -> str:
    """A digest of a file's content or of the names in a folder; "" if there is nothing."""
    place = Path(root, path)
    try:
        if place.is_dir():
            names = {entry.name for entry in place.iterdir()}
            kept = sorted(names - PASSED_OVER - {"__pycache__"})
            data = "\0".join(kept).encode("utf-8", "surrogateescape")
        elif place.is_file():
            data = place.read_bytes()
        else:
            return ""
    except OSError:
        return ""
    return hashlib.sha256(data).hexdigest()[:16]
