"""Put the finished site in its place as a whole."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from pathlib import Path

from scripts.core.files import remove


def beside(current: Path) -> tuple[Path, Path]:
    """Where the site that shall come lies, and the one that is going: on the disk of the folder
    ``current``, which a link may lead to."""
    place = current.resolve()
    return place.with_name(f".{place.name}.new"), place.with_name(f".{place.name}.old")


def swap(current: Path) -> None:
    """Put the new site (see `beside`) in the place of ``current``. Where the system can exchange
    two names in one step no moment is without a site; elsewhere a crash between two renames is
    `recover`'s."""
    (new, old), current = beside(current), current.resolve()
    remove(old)
    if current.exists() and exchange(new, current):
        new.rename(old)
    else:
        if current.exists():
            current.rename(old)
        new.rename(current)
    with suppress(OSError):  # the next build tries again
        remove(old)


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
    _, old = beside(current)
    if old.is_dir() and not current.exists():
        old.rename(current.resolve())
