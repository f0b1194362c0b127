"""Put the finished site in its place as a whole."""

from __future__ import annotations

import ctypes
import os
import shutil
from pathlib import Path


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
