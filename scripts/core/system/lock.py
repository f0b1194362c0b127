"""One builder at a time in one root, and what a killed one left."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from scripts.core.problems import BookError, Problem


@contextmanager
def only_builder(root: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold the root's lock, which the system frees even when the process is killed. Raises
    `BookError` if another build holds it and this one shall not ``wait``."""
    path = root / ".cache" / "lock"
    path.parent.mkdir(exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(blocking=wait)
    except Timeout:
        right = "Wait for it to end; the lock is freed even if it is killed."
        problem = Problem(".cache/lock", 0, "another build of this root is running", right)
        raise BookError([problem]) from None
    try:
        yield
    finally:
        lock.release()


def scratch_folder(cache: Path) -> Path:
    """A new folder among the system's temporary ones for the builder that holds the lock in
    ``cache``. Those of its predecessors, which must have been killed, are taken away."""
    status = cache.stat()
    prefix = f"nl-{os.getuid()}-{status.st_dev:x}-{status.st_ino:x}-"
    for left in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        if left.lstat().st_uid == os.getuid():
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=prefix))
