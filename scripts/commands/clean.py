"""Remove what can be made again."""

from __future__ import annotations

from pathlib import Path

from scripts.core.files import empty, remove
from scripts.core.problems import BookError, Problem

OURS = ("render-", "state-")  # of the cache: what is left when only finished runs are kept


def clean(root: Path, *, cache: bool) -> None:
    """Remove products; with ``cache`` finished runs too. Raises `BookError` if `_build` is nothing
    that a build makes, or lies elsewhere: what else is there nobody knows."""
    build = root / "_build"
    place = build.resolve()
    if build.is_symlink() and not (place.is_dir() and place.is_relative_to(root.resolve())):
        what = f"a link to {build.readlink()}, which `clean` leaves alone"
        right = "Empty that folder yourself, or take the link away."
        raise BookError([Problem("_build", 0, what, right)])
    if build.exists() and not build.is_dir():
        what = "a file, where products have their folder"
        raise BookError([Problem("_build", 0, what, "Move it away.")])
    if build.is_symlink() or build.is_mount():
        empty(build)
    else:
        remove(build)
    for path in (root / ".cache").glob("*"):
        if path.name.startswith(OURS) or (cache and path.name != "lock"):
            remove(path)
