"""Files from a folder of yours, from the cache, or from their addresses, always checked.

    folder = fetch(
        "cifar-10",
        ["https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"],
        files={"data_batch_1.bin": "54636561a3ce...", "test_batch.bin": "8e2eb146ae34..."},
    )

Checksums are those of `checksums`. The data sets of the notebooks: see `data`.
"""

from __future__ import annotations

import lzma
import os
import re
import shutil
import sys
import tarfile
import tempfile
import time
import urllib.parse
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from checksums import CHECKSUM, checked, verify
from unpacking import CHUNK, Budget, DataError, copy, members, safe, unpack

DAY = 86_400  # seconds: what was begun longer ago goes on no more
QUARTERS = (0.25, 0.5, 0.75)
T = TypeVar("T")
# What a broken address, download or archive raises; RuntimeError: a zip with a password.
PROBLEMS: tuple[type[Exception], ...] = (OSError, EOFError, ValueError, RuntimeError)
PROBLEMS += (zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile)


def fetch(
    name: str,
    addresses: Sequence[str],
    *,
    files: Mapping[str, str],
    paths: Mapping[str, str] | None = None,
    local: Sequence[str] = (),
    folder: str = "",
    limit: int = 2 << 30,
    timeout: float = 30,
    cache: Path | None = None,
) -> Path:
    """Folder that holds the files of one data set, each checked.

    name: of the data set: letters, digits, hyphens. addresses: in order of preference. One with
    "{file}" serves the files one by one, any other is one file or an archive (zip, tar). Single
    files are unpacked (gz, bz2, xz) unless they were asked for by their packed name. files: names
    in the folder, with checksums. paths: of files that are called otherwise at the addresses, or a
    whole address of its own; in an archive they may lie deeper, the shallowest counts. local:
    further names under which a folder of yours may hold them packed, such as "{file}.xz"; folder:
    its name, if not the set's. limit: bytes downloaded, and bytes unpacked, at most. timeout:
    seconds without an answer. cache: NEWSLETTER_CACHE of the environment, else
    ~/.cache/nlp-newsletter.

    A folder NEWSLETTER_DATA/name comes before everything and is never written to: it holds the
    files, or the downloads. Raises DataError, and ValueError on misuse.
    """
    wanted, sources = dict(files), list(addresses)
    named = {file: (paths or {}).get(file, file) for file in wanted}
    _validate(name, sources, wanted)
    mine = _own_folder(folder or name)
    if mine:
        if _complete(mine, wanted, strict=True):
            return mine
        own = [address for address in [*sources, *local] if _lies_in(mine, address, wanted)]
        alone = {file: file for file in wanted}
        sources = [_in_folder(mine, address) for address in own] + sources
    else:
        own, alone = [], named
    target = _cache(cache) / name
    if _complete(target, wanted):
        return target

    def obtain(source: str, work: Path) -> Path:
        # What lies in a folder of yours is called as the files are, unless it is an archive.
        here = source in sources[: len(own)] and "{file}" in source
        _obtain(source, alone if here else named, work, limit, timeout)
        return _publish(work, target, wanted)

    return _first(name, folder or name, target.parent, sources, wanted, obtain)


def fetch_archive(
    name: str,
    addresses: Sequence[str],
    *,
    pattern: str,
    content: str,
    local: Sequence[str] = (),
    folder: str = "",
    limit: int = 2 << 30,
    timeout: float = 30,
    cache: Path | None = None,
) -> dict[str, bytes]:
    """The many files of a data set that fit a pattern such as "wav/*.wav", by these last parts of
    their paths, out of an archive that stays packed in the cache.

    content: SHA-256 of all of them (see `checksums.digest_of`), so that any archive will do that
    holds the same. local: names of archives that a folder of yours may hold. All else as for
    `fetch`. Raises DataError, and ValueError on misuse.
    """
    _validate(name, addresses, {pattern: content})
    mine, target = _own_folder(folder or name), _cache(cache) / name
    names = [*local, *map(_basename, addresses)]
    for path in (mine / each for each in names) if mine else ():
        if path.is_file():
            return checked(members(path, pattern, limit), content)
    for path in sorted(target.glob("*")) if target.is_dir() else ():
        try:
            return checked(members(path, pattern, limit), content)
        except PROBLEMS:
            continue  # damaged: it is had anew

    def obtain(source: str, work: Path) -> dict[str, bytes]:
        path = work / "files" / _basename(source)
        path.parent.mkdir()
        _download(source, path, Budget(limit), timeout)
        found = checked(members(path, pattern, limit), content)
        _put(path.parent, target, work, lambda: True)
        return found

    return _first(name, folder or name, target.parent, addresses, names, obtain)


def _own_folder(name: str) -> Path | None:
    local = os.environ.get("NEWSLETTER_DATA")
    folder = Path(local, name).absolute() if local else None
    return folder if folder and folder.is_dir() else None


def _cache(given: Path | None) -> Path:
    root = given or Path(os.environ.get("NEWSLETTER_CACHE") or "~/.cache/nlp-newsletter")
    return root.expanduser()


def _first(
    name: str,
    called: str,
    folder: Path,
    sources: Sequence[str],
    wanted: Iterable[str],
    obtain: Callable[[str, Path], T],
) -> T:
    """What the first source gives that works; DataError says what each of them said, and how a
    folder of one's own is ``called``."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f".{name}-*.part"):  # of a download that was killed
        if time.time() - old.stat().st_mtime > DAY:
            shutil.rmtree(old, ignore_errors=True)
    tried = []
    for source in sources:
        with tempfile.TemporaryDirectory(".part", f".{name}-", folder) as work:
            try:
                return obtain(source, Path(work))
            except PROBLEMS as error:
                tried.append(f"  {source}\n    {type(error).__name__}: {error}")
    raise DataError(
        f"could not get the data set {name!r}. Tried:\n" + "\n".join(tried) + "\nOr put its files "
        f"({', '.join(wanted)}) into a folder {called!r} and name the folder that holds it in the "
        "environment variable NEWSLETTER_DATA."
    )


def _validate(name: str, sources: Sequence[str], wanted: Mapping[str, str]) -> None:
    if not re.fullmatch(r"[A-Za-z0-9]+([-_.][A-Za-z0-9]+)*", name):
        raise ValueError(f"{name!r} is no name of a data set")
    if not wanted:
        raise ValueError(f"data set {name!r}: no files asked for")
    for path, check in wanted.items():
        safe(path)
        if not CHECKSUM.fullmatch(check):
            raise ValueError(f"data set {name!r}: {check!r} is no checksum")
    for address in sources:
        if urllib.parse.urlsplit(address).scheme not in ("http", "https", "file"):
            raise ValueError(f"data set {name!r}: {address} is no http, https or file address")


def _basename(address: str) -> str:
    return PurePosixPath(urllib.parse.unquote(urllib.parse.urlsplit(address).path)).name


def _lies_in(folder: Path, address: str, wanted: Iterable[str]) -> bool:
    """Whether a local folder holds what an address serves, or an archive of it."""
    names = [_basename(address).replace("{file}", file) for file in wanted]
    return all((folder / name).is_file() for name in names)


def _in_folder(folder: Path, address: str) -> str:
    return f"{folder.as_uri()}/{urllib.parse.quote(_basename(address), safe='{}')}"


def _complete(folder: Path, wanted: dict[str, str], *, strict: bool = False) -> bool:
    """Whether all files are there and right; strict: a wrong one raises, a missing one doesn't."""
    if not all((folder / path).is_file() for path in wanted):
        return False
    try:
        for path, check in wanted.items():
            verify(folder / path, check)
    except DataError:
        if strict:
            raise
        return False
    return True


def _obtain(
    address: str,
    wanted: Mapping[str, str],
    work: Path,
    limit: int,
    timeout: float,
) -> None:
    """Download one address and put the files, ``wanted`` has the path of each there, into
    `work/files`."""
    loaded, unpacked = Budget(limit), Budget(limit)
    several = "{file}" in address
    for file, there in wanted.items() if several else [("", "")]:
        url = address.replace("{file}", urllib.parse.quote(there))
        if "://" in there:
            url = there
        _download(url, work / "download", loaded, timeout)
        asked = {there: file} if several else {path: name for name, path in wanted.items()}
        unpack(work / "download", _basename(url), asked, work / "files", unpacked)


def _download(url: str, path: Path, budget: Budget, timeout: float) -> None:
    """Write what lies at an address to a file, and tell people how far it is."""
    request = urllib.request.Request(url, headers={"User-Agent": "nlp-newsletter/1.0"})
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        announced = answer.headers.get("Content-Length")
        size = copy(_Told(answer, url, int(announced or 0)), path, budget)
    if announced and int(announced) != size:
        raise DataError(f"the download broke off after {size:,} of {announced} bytes")


class _Told:
    """A download that says where from it comes and, if it is long, each quarter of it."""

    def __init__(self, stream: Any, address: str, size: int) -> None:
        self.stream, self.size, self.read_so_far = stream, size, 0
        self.quarters = [q for q in QUARTERS if size > 8 * CHUNK]
        if not address.startswith("file:"):
            print(f"downloading {address}: {size:,} bytes", file=sys.stderr, flush=True)
        else:
            self.quarters = []

    def read(self, size: int) -> bytes:
        data: bytes = self.stream.read(size)
        self.read_so_far += len(data)
        while self.quarters and self.read_so_far >= self.quarters[0] * self.size:
            print(f"  {self.quarters.pop(0):.0%}", file=sys.stderr, flush=True)
        return data


def _publish(work: Path, target: Path, wanted: dict[str, str]) -> Path:
    """Check the files and move them into the cache as a whole."""
    for path, check in wanted.items():
        verify(work / "files" / path, check)
    _put(work / "files", target, work, lambda: _complete(target, wanted))
    return target


def _put(new: Path, target: Path, work: Path, complete: Callable[[], bool]) -> None:
    """Move a folder to its place; the old one, incomplete or damaged, goes."""
    if target.exists():
        target.replace(work / "old")
    try:
        new.replace(target)
    except OSError:  # somebody else was faster
        if not complete():
            raise
