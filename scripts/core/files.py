"""Files written whole or not at all, folders made equal to what they should hold."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

TOOLCHAIN = Path(__file__).parents[1]  # the folder of our own source

Stamp = tuple[int, int]  # size in bytes, time of the last change in nanoseconds


def digest(data: bytes | str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def write_atomic(path: Path, content: str | bytes, *, shared: bool = False) -> None:
    """Write beside the target and rename: a reader sees the old file or the new one. What a killed
    builder left beside it is written over; ``shared``: several processes may write it at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid() if shared else ''}part")
    try:
        part.write_bytes(content.encode() if isinstance(content, str) else content)
        part.chmod(0o644)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def to_json(data: Any) -> str:
    """JSON as the project writes it: indented, keys in the order given, a newline at the end."""
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip file whose bytes depend on nothing but the files: fixed times, order and rights."""
    import zipfile  # not for a build that finds nothing changed

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, files[name], compresslevel=9)
    return buffer.getvalue()


def sync(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """Make ``folder`` hold exactly ``files``; untouched files keep their times. Returns the paths
    that were written."""
    written = []
    for path, content in files.items():
        target = folder / path
        if target.is_dir():
            shutil.rmtree(target)
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            written.append(path)
    clear(folder, files)
    return written


def alike(one: Path, other: Path) -> bool:
    """Whether two files have one size and one time, as a copy has."""
    if not other.is_file():
        return False
    a, b = one.stat(), other.stat()
    return (a.st_size, a.st_mtime_ns) == (b.st_size, b.st_mtime_ns)


def mirror(files: Mapping[str, Path], folder: Path) -> None:
    """Make ``folder`` hold exactly copies of ``files``, by their paths in it."""
    for path, source in files.items():
        target = folder / path
        if not alike(source, target):
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f".{target.name}.new")
            shutil.copy2(source, fresh)
            fresh.replace(target)
    clear(folder, files)


def clear(folder: Path, wanted: Container[str]) -> None:
    """Take what is not ``wanted`` out of ``folder``, and folders that are empty then."""
    for target in sorted(folder.rglob("*"), reverse=True):
        if target.is_file() and target.relative_to(folder).as_posix() not in wanted:
            target.unlink()
        elif target.is_dir() and not any(target.iterdir()):
            target.rmdir()


def walk(root: Path, passed_over: Callable[[str], bool]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """The files below a folder, by their path in it; those that are ``passed_over`` and folders
    that a link leads into again are left out."""
    waiting = [("", str(root))]
    while waiting:
        above, folder = waiting.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                path = f"{above}{entry.name}"
                if passed_over(path):
                    continue
                if not entry.is_dir():
                    yield path, entry
                elif not (entry.is_symlink() and _leads_back(Path(entry.path))):
                    waiting.append((f"{path}/", entry.path))


def _leads_back(folder: Path) -> bool:
    """Whether a folder, a link, is one that it lies in."""
    return folder.resolve() in {above.resolve() for above in folder.parents}


def other_files(root: Path, left_out: set[str]) -> list[str]:
    """Paths of the root's regular files; hidden ones and those below ``left_out`` passed over."""

    def passed_over(path: str) -> bool:
        return path.rsplit("/", 1)[-1].startswith(".") or path.split("/", 1)[0] in left_out

    # A pipe would never end.
    return sorted(path for path, entry in walk(root, passed_over) if entry.is_file())


def stamps(root: Path, passed_over: Callable[[str], bool] = lambda _: False) -> dict[str, Stamp]:
    """Size and time of every file below a folder, by its path in it; files and folders whose path
    is ``passed_over`` are left out."""
    found: dict[str, Stamp] = {}
    for path, entry in walk(root, passed_over):
        with suppress(FileNotFoundError):  # an editor's own file, gone already
            status = entry.stat()
            found[path] = (status.st_size, status.st_mtime_ns)
    return found
