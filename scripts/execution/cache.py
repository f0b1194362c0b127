"""Finished runs, one file each, named by their key: written atomically, checked when read."""

from __future__ import annotations

import json
from pathlib import Path

from scripts.core.files import digest, write_atomic
from scripts.core.record import Record, Run


class Cache:
    """A folder of finished runs. Failed runs are never kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.damaged: list[Path] = []

    def path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def get(self, key: str) -> Run | None:
        """The run of ``key``, or None. A damaged entry is noted, removed and counts as none."""
        path = self.path(key)
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError):
            text = ""
        head, _, body = text.partition("\n")
        if digest(body) != head:
            self.damaged.append(path)
            path.unlink(missing_ok=True)
            return None
        data = json.loads(body)
        try:
            return Run(Record.from_json(data["record"]), data["notebook"])
        except TypeError:  # of another version of the toolchain: its records had other fields
            return None

    def put(self, run: Run) -> None:
        """Keep a successful run."""
        assert run.record.outcome == "ok"
        body = json.dumps({"record": run.record.to_json(), "notebook": run.notebook})
        write_atomic(self.path(run.record.key), f"{digest(body)}\n{body}")
