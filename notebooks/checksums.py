"""Whether files are those that they should be: a checksum is "sha256:HEX" or "md5:HEX", or several
with "|" between them, of which one fits, or "size:BYTES"."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from unpacking import CHUNK, DataError

CHECKSUM = re.compile(r"sha256:[0-9a-f]{64}(\|[0-9a-f]{64})*|md5:[0-9a-f]{32}|size:\d+")


def verify(path: Path, check: str) -> None:
    """Raise DataError if the file is missing or isn't what its checksum says."""
    if not path.is_file():
        raise DataError(f"{path.name} is missing")
    kind, _, expected = check.partition(":")
    if kind == "size":
        found = str(path.stat().st_size)
    elif kind:
        digest = hashlib.new(kind, usedforsecurity=False)
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
        found = digest.hexdigest()
    if kind and found not in expected.split("|"):
        raise DataError(f"{path.name} has {kind} {found}, expected {expected}")


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 of named files together: of lines "HEX  NAME", in the order of their names."""
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def checked(found: dict[str, bytes], content: str) -> dict[str, bytes]:
    """The same files; DataError if all together are not what their checksum says."""
    have = f"sha256:{digest_of(found)}"
    if have != content:
        raise DataError(f"its {len(found)} files have together {have}, expected {content}")
    return found
