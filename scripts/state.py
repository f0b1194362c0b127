"""Whether anything changed since the last good build, and one builder at a time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from scripts.files import other_files, to_json, write_atomic
from scripts.key import packages
from scripts.problems import BookError, Problem


def inputs(root: Path, options: dict[str, Any]) -> str:
    """Digest of everything that a build depends on: the root's files, the toolchain's, the
    installed versions and the options."""
    result = hashlib.sha256()
    toolchain = Path(__file__).parent
    for base, left_out in ((root, {"_build", "tests"}), (toolchain, {"__pycache__"})):
        for path in other_files(base, left_out):
            if "__pycache__" not in path:
                content = hashlib.sha256((base / path).read_bytes()).hexdigest()
                result.update(f"{path}\0{content}\n".encode())
    result.update(json.dumps([packages(root), options], sort_keys=True).encode())
    return result.hexdigest()


def outputs(folders: list[Path]) -> dict[str, list[int]]:
    """Size and time of every file below ``folders``."""
    found = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                status = path.stat()
                found[f"{folder.name}/{path.relative_to(folder)}"] = [
                    status.st_size, status.st_mtime_ns
                ]  # fmt: skip
    return found


def unchanged(file: Path, digest: str, folders: list[Path]) -> bool:
    """Whether the last good build had these inputs and its outputs are as it left them."""
    try:
        state = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return state.get("inputs") == digest and state.get("outputs") == outputs(folders)


def remember(file: Path, digest: str, folders: list[Path]) -> None:
    """Note a good build."""
    write_atomic(file, to_json({"inputs": digest, "outputs": outputs(folders)}))


@contextmanager
def only_builder(root: Path) -> Iterator[None]:
    """Hold the root's lock, which the system frees even when the process is killed."""
    path = root / ".cache" / "lock"
    path.parent.mkdir(exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        right = "Wait for it to end; the lock is freed even if it is killed."
        problem = Problem(".cache/lock", 0, "another build of this root is running", right)
        raise BookError([problem]) from None
    try:
        yield
    finally:
        lock.release()
