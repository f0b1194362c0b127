"""Files out of what was downloaded, without trusting it: links, devices, paths that lead elsewhere,
names that are there twice and more bytes than agreed are refused, and nothing is unpickled."""

from __future__ import annotations

import bz2
import fnmatch
import gzip
import io
import lzma
import re
import stat
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

CHUNK = 1 << 20  # bytes
TAR = re.compile(r"\.(tar|tgz|tbz2?|txz|tar\.(gz|bz2|xz))$", re.IGNORECASE)
PACKED: dict[str, Any] = {"gz": gzip.open, "tgz": gzip.open, "xz": lzma.open, "txz": lzma.open}
PACKED |= {"bz2": bz2.open, "tbz": bz2.open, "tbz2": bz2.open}
# How files begin, for those whose name says nothing.
MAGIC: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
ZIP = (b"PK\x03\x04", b"PK\x05\x06")


class DataError(OSError):
    """A data set could not be had or is not what it should be; says every address tried."""


def safe(path: str) -> PurePosixPath:
    """The path, if it stays below the folder that it is put in; ValueError if not."""
    pure = PurePosixPath(path)
    if not path or pure.is_absolute() or ".." in pure.parts or re.search(r"[\\\0]|^\w:", path):
        raise ValueError(f"unsafe path {path!r}")
    return pure


class Budget:
    """Bytes that may still be read; a stream read through it cannot exceed them."""

    def __init__(self, limit: int, stream: Any = None) -> None:
        self.limit = self.left = limit
        self.stream = stream

    def take(self, data: bytes) -> bytes:
        self.left -= len(data)
        if self.left < 0:
            raise DataError(f"more than the limit of {self.limit:,} bytes")
        return data

    def read(self, size: int = CHUNK) -> bytes:
        return self.take(self.stream.read(size if size >= 0 else self.left + 1))

    def over(self, stream: Any) -> Budget:
        """The same budget, of which this stream is read next."""
        self.stream = stream
        return self


def copy(stream: Any, path: Path, budget: Budget) -> int:
    """Write a stream to a file; the number of its bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with path.open("wb") as file:
        while chunk := stream.read(CHUNK):
            written += file.write(budget.take(chunk))
    return written


def unpack(
    download: Path, name: str, wanted: Mapping[str, str], folder: Path, budget: Budget
) -> None:
    """Put the wanted files of one download, ``wanted`` has the path of each in an archive and its
    name in the folder, into a folder; what the download is, its name says."""
    single = next(iter(wanted.values())) if len(wanted) == 1 else ""
    ending = name.rpartition(".")[2].lower()
    if single and PurePosixPath(next(iter(wanted))).name == name:
        with download.open("rb") as stream:
            copy(stream, folder / single, budget)
    elif TAR.search(name):
        with PACKED.get(ending, open)(download, "rb") as stream:
            _untar(Budget(budget.left, stream), wanted, folder, budget)
    elif ending == "zip":
        _unzip(download, wanted, folder, budget)
    elif single:
        with PACKED.get(ending, open)(download, "rb") as stream:
            copy(stream, folder / single, budget)
    else:
        raise DataError(f"{name} is one file and no archive, {len(wanted)} files were asked for")


class Chooser:
    """Decides which members of an archive are the wanted files: the shallowest of that name."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self.wanted = list(wanted)
        self.depths: dict[str, int] = {}

    def choose(self, member: str, ordinary: bool) -> str:
        """The wanted file that a member is, or ""; raises if the archive is unsafe."""
        path = safe(member)
        if not ordinary:
            raise DataError(f"{member!r} is a link, a device or otherwise no plain file")
        for file in self.wanted:
            if path.parts[-len(PurePosixPath(file).parts) :] == PurePosixPath(file).parts:
                depth = len(path.parts)
                if depth == self.depths.get(file):
                    raise DataError(f"{file} is there twice")
                if depth < self.depths.get(file, depth + 1):
                    self.depths[file] = depth
                    return file
        return ""


def _untar(stream: Budget, wanted: Mapping[str, str], folder: Path, budget: Budget) -> None:
    chooser = Chooser(wanted)
    with tarfile.open(fileobj=stream, mode="r|") as archive:  # type: ignore[call-overload]
        for member in archive:
            file = chooser.choose(member.name, _plain(member))
            if file and member.isreg():
                copy(archive.extractfile(member), folder / wanted[file], budget)


def _plain(member: tarfile.TarInfo | zipfile.ZipInfo) -> bool:
    """Whether a member is a file or a folder, and nothing else. A sparse file holds next to
    nothing and unpacks to any size."""
    if isinstance(member, tarfile.TarInfo):
        return member.isdir() or (member.isreg() and not member.issparse())
    return stat.S_IFMT(member.external_attr >> 16) in (0, stat.S_IFREG, stat.S_IFDIR)


def _unzip(download: Path, wanted: Mapping[str, str], folder: Path, budget: Budget) -> None:
    chooser = Chooser(wanted)
    with zipfile.ZipFile(download) as archive:
        for member in archive.infolist():
            file = chooser.choose(member.filename, _plain(member))
            if file and not member.is_dir():
                with archive.open(member) as stream:
                    copy(stream, folder / wanted[file], budget)


def members(path: Path, pattern: str, limit: int) -> dict[str, bytes]:
    """The files of an archive (zip, tar) whose last parts fit a pattern such as "wav/*.wav", by
    these parts, read into memory; nothing is written.

    limit: bytes unpacked at most. Raises DataError for an archive that is unsafe or has none.
    """
    found: dict[str, bytes] = {}
    depth = pattern.count("/") + 1
    for name, plain, stream in _each(path, limit):
        parts = safe(name).parts[-depth:]
        if not fnmatch.fnmatchcase("/".join(parts), pattern):
            continue
        if not plain:
            raise DataError(f"{name!r} is a link, a device or otherwise no plain file")
        if "/".join(parts) in found:
            raise DataError(f"{'/'.join(parts)} is there twice")
        found["/".join(parts)] = stream.read(-1)
    if not found:
        raise DataError(f"{path.name} holds no file {pattern}")
    return found


def _each(path: Path, limit: int) -> Iterator[tuple[str, bool, Budget]]:
    """Name, whether it is plain, and content of each member but folders."""
    budget = Budget(limit)
    with path.open("rb") as file:
        begin = file.read(6)
    if begin[:4] in ZIP:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if not info.is_dir():
                    with archive.open(info) as stream:
                        yield info.filename, _plain(info), budget.over(stream)
    else:
        opened = next((by for magic, by in MAGIC.items() if begin.startswith(magic)), open)
        with opened(path, "rb") as packed:
            whole = Budget(2 * limit + CHUNK, packed)  # names and padding come on top
            with tarfile.open(fileobj=whole, mode="r|") as tar:  # type: ignore[call-overload]
                for member in tar:
                    if not member.isdir():
                        plain = _plain(member)
                        content = tar.extractfile(member) if plain else io.BytesIO()
                        yield member.name, plain, budget.over(content)
