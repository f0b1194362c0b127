"""Assemble the finished site beside the old one and put it in its place as a whole."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

SIZE = re.compile(r'(<span class="filesize" data-file="([^"]+)">)[^<]*(</span>)')
# What Sphinx keeps for itself and no reader needs.
LEFT_OUT = shutil.ignore_patterns(".buildinfo*", ".doctrees", "*.pickle", "objects.inv.tmp")


def human(size: int) -> str:
    """A file's size as people write it: 812 B, 41 KB, 3.1 MB."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{round(size / 1000)} KB"
    return f"{size / 1_000_000:.1f} MB"


def assemble(html: Path, extras: Mapping[str, Path], target: Path) -> None:
    """Write a complete site into ``target``: the rendered pages, the other editions under their
    paths in ``extras`` (files or folders), and each edition's size beside its links."""
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(html, target, ignore=LEFT_OUT)
    for path, source in extras.items():
        to = target / path
        to.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, to, dirs_exist_ok=True)
        else:
            shutil.copyfile(source, to)
    for page in target.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        filled = SIZE.sub(lambda m: f"{m[1]}{_size(target / m[2])}{m[3]}", text)
        if filled != text:
            page.write_text(filled, encoding="utf-8")


def _size(path: Path) -> str:
    return human(path.stat().st_size) if path.is_file() else ""


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
