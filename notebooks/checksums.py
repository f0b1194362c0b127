"""Whether files are those that they should be: a checksum is a SHA-256 in hexadecimal, or several
with "|" between them, of which one fits."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from unpacking import DataError

CHECKSUM = re.compile(r"[0-9a-f]{64}(\|[0-9a-f]{64})*")


def verify(path: Path, check: str) -> None:
    """Raise DataError if the file is missing or isn't what its checksum says."""
    if not path.is_file():
        raise DataError(f"{path.name} is missing")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found not in check.split("|"):
        raise DataError(f"{path.name} has SHA-256 {found}, expected {check}")


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 of named files together: of lines "HEX  NAME", in the order of their names."""
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def checked(found: dict[str, bytes], content: str) -> dict[str, bytes]:
    """The same files; DataError if all together are not what their checksum says."""
    have = digest_of(found)
    if have != content:
        raise DataError(f"its {len(found)} files have together SHA-256 {have}, expected {content}")
    return found
