"""Remove what can be made again."""

from __future__ import annotations

import shutil
from pathlib import Path


def clean(root: Path, *, cache: bool) -> None:
    """Remove products; with ``cache`` finished runs too."""
    shutil.rmtree(root / "_build", ignore_errors=True)
    for path in (root / ".cache").glob("*"):
        if path.name.startswith(("render-", "state-")) or (cache and path.name != "lock"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
