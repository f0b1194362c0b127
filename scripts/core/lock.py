"""One builder at a time in one root."""

from __future__ import annotations

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
