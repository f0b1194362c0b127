"""What the machine refuses (a full disk, a missing right, a file in the place of a folder) as
problems with their path, instead of a traceback."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.core.problems import BookError, Problem

ROOM = "Make room on its disk, and build again."
RIGHTS = "Give this account the right to read and write there."
PLACE = "Something else stands there, or a link that leads nowhere: move it away."
RIGHT = {
    errno.ENOSPC: ROOM, errno.EDQUOT: ROOM, errno.EFBIG: "Raise the limit for files (ulimit -f).",
    errno.EACCES: RIGHTS, errno.EPERM: RIGHTS, errno.EROFS: RIGHTS,
    errno.EISDIR: PLACE, errno.ENOTDIR: PLACE, errno.EEXIST: PLACE, errno.ENOENT: PLACE,
    errno.ELOOP: PLACE, errno.ENAMETOOLONG: "Choose a shorter name.",
    errno.EMFILE: "Raise the limit for open files (ulimit -n).",
    errno.EBUSY: "It is a mount, or in use: mount the folder that it lies in.",
    errno.EXDEV: "It lies on another disk than the folder that it belongs in.",
}  # fmt: skip


@contextmanager
def refusals(root: Path) -> Iterator[None]:
    """What the machine refuses in this block is a `BookError`; paths are below ``root``."""
    try:
        yield
    except OSError as error:
        found = refused(error, root)
        if not found:
            raise
        raise BookError(found) from error


def refused(error: OSError, root: Path) -> list[Problem]:
    """The problems that an exception stands for; none if it isn't the machine that said it."""
    if isinstance(error, shutil.Error):  # of many files, each with its reason in words
        return [Problem(_below(to, root), 0, str(why), ROOM) for _, to, why in error.args[0]]
    if not error.strerror or isinstance(error, BrokenPipeError):
        return []
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    path = error.filename2 if full and error.filename2 else error.filename  # of a copy, the new one
    place = _below(path, root) if path else "build"
    return [Problem(place, 0, error.strerror, RIGHT.get(error.errno or 0, ""))]


def _below(path: object, root: Path) -> str:
    text = path.decode(errors="replace") if isinstance(path, bytes) else str(path)
    return text.removeprefix(f"{root}/")
