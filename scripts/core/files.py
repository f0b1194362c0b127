"""Files written whole or not at all, folders made equal to what they should hold."""

from __future__ import annotations

import filecmp
import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from scripts.core.problems import BookError, Problem

TOOLCHAIN = Path(__file__).parents[1]  # the folder of our own source

# Size in bytes, times in nanoseconds of the last change of a file's content, and of anything of it:
# the second can't be set by those who write.
Stamp = tuple[int, int, int]


def digest(data: bytes | str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """An `OSError` of this block has this path, which the system's lacks if a disk is full."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def write(path: Path, data: bytes) -> None:
    """Write a file."""
    with writing(path):
        path.write_bytes(data)


def write_atomic(path: Path, content: str | bytes, *, shared: bool = False) -> None:
    """Write beside the target and rename: a reader sees the old file or the new one. What a killed
    builder left beside it is written over; ``shared``: several processes may write it at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid() if shared else ''}part")
    try:
        with writing(path):
            part.write_bytes(content.encode() if isinstance(content, str) else content)
            part.chmod(0o644)
            part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def to_json(data: Any) -> str:
    """JSON as the project writes it: indented, keys in the order given, a newline at the end."""
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def zipped(files: Mapping[str, bytes], *, first: str = "") -> bytes:
    """A zip file whose bytes depend on nothing but the files: fixed times, order and rights. The
    ``first`` is stored as it is, where a format wants that."""
    import zipfile  # not for a build that finds nothing changed

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files, key=lambda name: (name != first, name)):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, files[name], compresslevel=9)
    return buffer.getvalue()


def sync(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """Make ``folder`` hold exactly ``files``; untouched files keep their times. Returns the paths
    that were written."""
    written = []
    clear(folder, files)
    for path, content in files.items():
        target = folder / path
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            write(target, content)
            written.append(path)
    return written


def holds(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Whether a folder holds exactly ``files``, as `sync` leaves it."""
    there = stamps(folder) if folder.is_dir() else {}
    return there.keys() == files.keys() and all(
        (folder / path).read_bytes() == content for path, content in files.items()
    )


def alike(one: Path, other: Path) -> bool:
    """Whether two files have one content and one time, as a copy has. That times agree doesn't
    prove it: what a crash left may have the right ones."""
    if not other.is_file() or one.stat().st_mtime_ns != other.stat().st_mtime_ns:
        return False
    return filecmp.cmp(one, other, shallow=False)


def mirror(files: Mapping[str, Path], folder: Path) -> None:
    """Make ``folder`` hold exactly copies of ``files``, by their paths in it."""
    clear(folder, files)
    for path, source in files.items():
        target = folder / path
        if not alike(source, target):
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f".{target.name}.new")
            shutil.copy2(source, fresh)
            fresh.replace(target)


def clear(folder: Path, wanted: Container[str]) -> None:
    """Take what is not ``wanted`` out of ``folder``: other files, links, folders that are empty
    then or that stand where a file is wanted."""
    if not folder.is_dir():
        remove(folder)
    for target in sorted(folder.rglob("*"), reverse=True):
        path = target.relative_to(folder).as_posix()
        if target.is_symlink() or target.is_dir() == (path in wanted):
            remove(target)
        elif target.is_dir() and not any(target.iterdir()):
            target.rmdir()


def remove(path: Path) -> None:
    """Remove a file, a link (not what it leads to) or a folder with all that is in it, if it is
    there; a folder that something is mounted on is emptied."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    elif path.is_mount():
        empty(path)
    else:
        shutil.rmtree(path)


def empty(folder: Path) -> None:
    """Remove all that a folder holds."""
    for path in folder.iterdir():
        remove(path)


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
    """Paths of the root's regular files; hidden ones and those below ``left_out`` passed over.
    Raises `BookError` for names that aren't text."""

    def passed_over(path: str) -> bool:
        return path.rsplit("/", 1)[-1].startswith(".") or path.split("/", 1)[0] in left_out

    # A pipe would never end.
    found = sorted(path for path, entry in walk(root, passed_over) if entry.is_file())
    if not "".join(found).isascii():
        shown = [path.encode("utf-8", "backslashreplace").decode() for path in found]
        wrong = [name for name, path in zip(shown, found, strict=True) if name != path]
        if wrong:
            what = "the file's name is not UTF-8"
            raise BookError(Problem(name, 0, what, "Give it another name.") for name in wrong)
    return found


def stamps(root: Path, passed_over: Callable[[str], bool] = lambda _: False) -> dict[str, Stamp]:
    """Size and time of every file below a folder, by its path in it; files and folders whose path
    is ``passed_over`` are left out."""
    found: dict[str, Stamp] = {}
    for path, entry in walk(root, passed_over):
        with suppress(FileNotFoundError):  # an editor's own file, gone already
            status = entry.stat()
            found[path] = (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return found
