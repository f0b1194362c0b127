"""Real data: from a folder of yours, from the cache, or from its addresses, always checked.

    folder = data.fetch(
        "cifar-10",
        [("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", "md5:c32a1d4a...")],
        files={"data_batch_1.bin": "size:30730000", "test_batch.bin": "size:30730000"},
    )

A checksum is "sha256:HEX" or "md5:HEX"; "size:BYTES" adds to one, and doesn't replace it. Nothing
is ever unpickled, and of an archive nothing is written but the files asked for.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import os
import re
import shutil
import stat
import tarfile
import tempfile
import urllib.parse
import urllib.request
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

CHUNK = 1 << 20  # bytes
TAR = re.compile(r"\.(tar|tgz|tbz2?|txz|tar\.(gz|bz2|xz))$", re.IGNORECASE)
PACKED: dict[str, Any] = {"gz": gzip.open, "tgz": gzip.open, "xz": lzma.open, "txz": lzma.open}
PACKED |= {"bz2": bz2.open, "tbz": bz2.open, "tbz2": bz2.open}
# What a broken address, download or archive raises; RuntimeError: a zip with a password.
PROBLEMS: tuple[type[Exception], ...] = (OSError, EOFError, ValueError, RuntimeError)
PROBLEMS += (zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile)


class DataError(OSError):
    """A data set could not be had or is not what it should be; says every address tried."""


def fetch(
    name: str,
    addresses: Sequence[str | tuple[str, str]],
    *,
    files: Mapping[str, str] | Iterable[str],
    unverified: str = "",
    limit: int = 2 << 30,
    timeout: float = 30,
    cache: Path | None = None,
) -> Path:
    """Folder that holds the files of one data set, each checked.

    name: of the data set: letters, digits, hyphens. addresses: in order of preference, alone or
    with the checksum of what lies there. An address with "{file}" serves the files one by one, any
    other is one file or an archive (zip, tar). Single files are unpacked (gz, bz2, xz) unless they
    were asked for by their packed name. files: paths in the folder, if possible with checksums; in
    an archive they may lie deeper, the shallowest counts. unverified: the reason, where there is no
    checksum at all. limit: bytes downloaded, and bytes unpacked, at most. timeout: seconds without
    an answer. cache: NEWSLETTER_CACHE of the environment, else ~/.cache/nlp-newsletter.

    A folder NEWSLETTER_DATA/name comes before everything and is never written to: it holds the
    files, or the downloads. Raises DataError, and ValueError on misuse.
    """
    wanted = dict(files) if isinstance(files, Mapping) else dict.fromkeys(files, "")
    sources = [(a, "") if isinstance(a, str) else a for a in addresses]
    _validate(name, sources, wanted, unverified)
    local = os.environ.get("NEWSLETTER_DATA")
    mine = Path(local, name).absolute() if local else None
    if mine and mine.is_dir():
        if _complete(mine, wanted, strict=True):
            return mine
        sources = _lying_in(mine, sources, wanted) + sources
    root = cache or Path(os.environ.get("NEWSLETTER_CACHE") or "~/.cache/nlp-newsletter")
    target = root.expanduser() / name
    if _complete(target, wanted):
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    tried = []
    for address, digest in sources:
        work = Path(tempfile.mkdtemp(prefix=f".{name}-", suffix=".part", dir=target.parent))
        try:
            _obtain(address, digest, wanted, work, limit, timeout)
            return _publish(work, target, wanted)
        except PROBLEMS as error:
            tried.append(f"  {address}\n    {type(error).__name__}: {error}")
        finally:
            shutil.rmtree(work, ignore_errors=True)
    raise DataError(
        f"could not get the data set {name!r}. Tried:\n" + "\n".join(tried) + "\nOr put its files "
        f"({', '.join(wanted)}) into a folder {name!r} and name the folder that holds it in the "
        "environment variable NEWSLETTER_DATA."
    )


def _validate(
    name: str, sources: list[tuple[str, str]], wanted: dict[str, str], unverified: str
) -> None:
    if not re.fullmatch(r"[A-Za-z0-9]+([-_.][A-Za-z0-9]+)*", name):
        raise ValueError(f"{name!r} is no name of a data set")
    if not wanted:
        raise ValueError(f"data set {name!r}: no files asked for")
    for path in wanted:
        _safe(path)
    for check in [*wanted.values(), *(digest for _, digest in sources)]:
        if check and not re.fullmatch(r"sha256:[0-9a-f]{64}|md5:[0-9a-f]{32}|size:\d+", check):
            raise ValueError(f"data set {name!r}: {check!r} is no checksum")
    each = all(check.startswith(("sha256:", "md5:")) for check in wanted.values())
    for address, digest in sources:
        if urllib.parse.urlsplit(address).scheme not in ("http", "https", "file"):
            raise ValueError(f"data set {name!r}: {address} is no http, https or file address")
        if digest and "{file}" in address:
            raise ValueError(f"data set {name!r}: {address} is several downloads, not one checksum")
        if not (each or digest.startswith(("sha256:", "md5:")) or unverified):
            raise ValueError(f"data set {name!r}: nothing would verify {address}")


def _safe(path: str) -> PurePosixPath:
    """The path, if it stays below the folder that it is put in; ValueError if not."""
    pure = PurePosixPath(path)
    if not path or pure.is_absolute() or ".." in pure.parts or re.search(r"[\\\0]|^\w:", path):
        raise ValueError(f"unsafe path {path!r}")
    return pure


def _basename(address: str) -> str:
    return PurePosixPath(urllib.parse.unquote(urllib.parse.urlsplit(address).path)).name


def _lying_in(
    folder: Path, sources: list[tuple[str, str]], wanted: dict[str, str]
) -> list[tuple[str, str]]:
    """The sources whose downloads lie in a local folder, as addresses of those files."""
    found = []
    for address, digest in sources:
        names = [_basename(address).replace("{file}", file) for file in wanted]
        if all((folder / name).is_file() for name in names):
            prefix = f"{folder.as_uri()}/"
            found.append((prefix + urllib.parse.quote(_basename(address), safe="{}"), digest))
    return found


def _verify(path: Path, check: str) -> None:
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
    if kind and found != expected:
        raise DataError(f"{path.name} has {kind} {found}, expected {expected}")


def _complete(folder: Path, wanted: dict[str, str], *, strict: bool = False) -> bool:
    """Whether all files are there and right; strict: a wrong one raises, a missing one doesn't."""
    if not all((folder / path).is_file() for path in wanted):
        return False
    try:
        for path, check in wanted.items():
            _verify(folder / path, check)
    except DataError:
        if strict:
            raise
        return False
    return True


class _Budget:
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


def _copy(stream: Any, path: Path, budget: _Budget) -> int:
    """Write a stream to a file; the number of its bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with path.open("wb") as file:
        while chunk := stream.read(CHUNK):
            written += file.write(budget.take(chunk))
    return written


def _obtain(
    address: str, digest: str, wanted: dict[str, str], work: Path, limit: int, timeout: float
) -> None:
    """Download one address and put the wanted files into `work/files`."""
    loaded, unpacked = _Budget(limit), _Budget(limit)
    several = "{file}" in address
    for file in list(wanted) if several else [""]:
        url = address.replace("{file}", urllib.parse.quote(file))
        request = urllib.request.Request(url, headers={"User-Agent": "nlp-newsletter/1.0"})
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            size = _copy(answer, work / "download", loaded)
            announced = answer.headers.get("Content-Length")
        if announced and int(announced) != size:
            raise DataError(f"the download broke off after {size:,} of {announced} bytes")
        _verify(work / "download", digest)
        _unpack(work / "download", _basename(url), [file] if several else list(wanted),
                work / "files", unpacked)  # fmt: skip


def _unpack(download: Path, name: str, wanted: list[str], folder: Path, budget: _Budget) -> None:
    """Put the wanted files of one download into a folder; what it is, its name says."""
    single = wanted[0] if len(wanted) == 1 else ""
    ending = name.rpartition(".")[2].lower()
    if single and PurePosixPath(single).name == name:
        with download.open("rb") as stream:
            _copy(stream, folder / single, budget)
    elif TAR.search(name):
        with PACKED.get(ending, open)(download, "rb") as stream:
            _untar(_Budget(budget.left, stream), wanted, folder, budget)
    elif ending == "zip":
        _unzip(download, wanted, folder, budget)
    elif single:
        with PACKED.get(ending, open)(download, "rb") as stream:
            _copy(stream, folder / single, budget)
    else:
        raise DataError(f"{name} is one file and no archive, {len(wanted)} files were asked for")


class _Chooser:
    """Decides which members of an archive are the wanted files: the shallowest of that name."""

    def __init__(self, wanted: list[str]) -> None:
        self.wanted = wanted
        self.depths: dict[str, int] = {}

    def choose(self, member: str, ordinary: bool) -> str:
        """The wanted file that a member is, or ""; raises if the archive is unsafe."""
        path = _safe(member)
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


def _untar(stream: _Budget, wanted: list[str], folder: Path, budget: _Budget) -> None:
    chooser = _Chooser(wanted)
    with tarfile.open(fileobj=stream, mode="r|") as archive:  # type: ignore[call-overload]
        for member in archive:
            # A sparse member holds next to nothing and unpacks to any size.
            plain = member.isdir() or (member.isreg() and not member.issparse())
            file = chooser.choose(member.name, plain)
            if file and member.isreg():
                _copy(archive.extractfile(member), folder / file, budget)


def _unzip(download: Path, wanted: list[str], folder: Path, budget: _Budget) -> None:
    chooser = _Chooser(wanted)
    with zipfile.ZipFile(download) as archive:
        for member in archive.infolist():
            kind = stat.S_IFMT(member.external_attr >> 16)
            file = chooser.choose(member.filename, kind in (0, stat.S_IFREG, stat.S_IFDIR))
            if file and not member.is_dir():
                with archive.open(member) as stream:
                    _copy(stream, folder / file, budget)


def _publish(work: Path, target: Path, wanted: dict[str, str]) -> Path:
    """Check the files and move them into the cache as a whole."""
    for path, check in wanted.items():
        _verify(work / "files" / path, check)
    if target.exists():  # incomplete or damaged, else it would have been taken
        target.replace(work / "old")
    try:
        (work / "files").replace(target)
    except OSError:  # somebody else was faster
        if not _complete(target, wanted):
            raise
    return target
