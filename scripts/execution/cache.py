"""Finished runs, one file each, named by their key: written atomically, checked when read."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from scripts.core.files import digest, remove, write_atomic
from scripts.core.memo import again
from scripts.core.record import Run
from scripts.execution import stored

LIMIT = 2**28  # bytes; what a worker answers is never larger


class Cache:
    """A folder of finished runs. Failed runs are never kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.damaged: list[Path] = []

    def path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def get(self, key: str) -> Run | None:
        """The run of ``key``, or None. An entry that isn't the run of this key is noted, removed
        and counts as none."""
        path = self.path(key)
        if not path.exists() and not path.is_symlink():
            return None
        try:
            if not path.is_file() or path.stat().st_size > LIMIT:
                raise ValueError("no file of a run")
            text = path.read_text(encoding="utf-8")
            return again(f"run {path}", (text,), partial(_run, key, text))
        except (OSError, ValueError):
            self.damaged.append(path)
            remove(path)
            return None

    def forget(self, key: str) -> None:
        """Have the run of ``key`` made again."""
        remove(self.path(key))

    def put(self, run: Run) -> None:
        """Keep a successful run."""
        assert run.record.outcome == "ok"
        body = stored.to_text(run)
        write_atomic(self.path(run.record.key), f"{digest(body)}\n{body}")


def _run(key: str, text: str) -> Run:
    """The run of ``key`` that a file holds. Raises ValueError if it isn't that."""
    head, _, body = text.partition("\n")
    if digest(body) != head:
        raise ValueError("cut")
    run = stored.run_of_text(body)
    if run.record.key != key:
        raise ValueError("the run of another key")
    return run
