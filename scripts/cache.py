"""Finished runs, one file each, named by their key: written atomically, checked when read."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from scripts.key import digest
from scripts.record import Record, Run


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write beside the target and rename: a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def to_json(data: Any) -> str:
    """JSON as the project writes it: indented, keys in the order given, a newline at the end."""
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


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
        return Run(Record.from_json(data["record"]), data["notebook"])

    def put(self, run: Run) -> None:
        """Keep a successful run."""
        assert run.record.outcome == "ok"
        body = json.dumps({"record": run.record.to_json(), "notebook": run.notebook})
        write_atomic(self.path(run.record.key), f"{digest(body)}\n{body}")
