"""Assemble the finished site beside the old one and put it in its place as a whole."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from scripts.core.files import alike

SIZE = re.compile(rb'(<span class="filesize" data-file="([^"]+)">)[^<]*(</span>)')
# What Sphinx keeps for itself and no reader needs.
LEFT_OUT = shutil.ignore_patterns(".buildinfo*", ".doctrees", "*.pickle", "objects.inv.tmp")


def human(size: int) -> str:
    """A file's size as people write it: 812 B, 41 KB, 3.1 MB."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{round(size / 1000)} KB"
    return f"{size / 1_000_000:.1f} MB"


def assemble(html: Path, extras: Mapping[str, Path], target: Path, current: Path) -> None:
    """Write a complete site into ``target``: the rendered pages, the other editions under their
    paths in ``extras`` (files or folders), and each edition's size beside its links. A file that
    the ``current`` site has already is linked to, not copied: nothing writes into either."""
    if target.exists():
        shutil.rmtree(target)

    def take(source: str, to: str) -> None:
        file, old = Path(source), current / Path(to).relative_to(target)
        if not (alike(file, old) and _linked(old, Path(to))):
            shutil.copy2(source, to)

    def pages(folder: str, names: list[str]) -> set[str]:
        return {*LEFT_OUT(folder, names), *(name for name in names if name.endswith(".html"))}

    shutil.copytree(html, target, ignore=pages, copy_function=take)
    for path, source in extras.items():
        to = target / path
        to.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, to, dirs_exist_ok=True, copy_function=take)
        else:
            take(str(source), str(to))
    for page in html.rglob("*.html"):
        old, new = current / page.relative_to(html), target / page.relative_to(html)
        text = SIZE.sub(lambda m: m[1] + _size(target / m[2].decode()) + m[3], page.read_bytes())
        if not (old.is_file() and old.read_bytes() == text and _linked(old, new)):
            new.write_bytes(text)


def _linked(old: Path, new: Path) -> bool:
    """Make ``new`` a second name of the file ``old``; False where the system has none."""
    try:
        os.link(old, new)
    except OSError:
        return False
    return True


def _size(path: Path) -> bytes:
    return human(path.stat().st_size).encode() if path.is_file() else b""


def swap(new: Path, current: Path) -> None:
    """Put folder ``new`` in the place of ``current``. Where the system can exchange two names in
    one step no moment is without a site; elsewhere a crash between two renames is `recover`'s."""
    old = current.with_name(f".{current.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    current.parent.mkdir(parents=True, exist_ok=True)
    if current.exists() and exchange(new, current):
        new.rename(old)
    else:
        if current.exists():
            current.rename(old)
        new.rename(current)
    shutil.rmtree(old, ignore_errors=True)


def exchange(one: Path, two: Path) -> bool:
    """Exchange two names atomically by Linux's renameat2(2); False where that is not to be had."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    here, exchange_flag = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    names = (os.fsencode(one), os.fsencode(two))
    return bool(renameat2(here, names[0], here, names[1], exchange_flag) == 0)


def recover(current: Path) -> None:
    """Undo a swap that was cut off between its two renames."""
    old = current.with_name(f".{current.name}.old")
    if old.exists() and not current.exists():
        old.rename(current)
