"""The cache key of a run: everything that can change its outputs, and nothing else.

Prose, titles and tags that only concern rendering are not in it.
"""

from __future__ import annotations

import json
import platform
import re
import sysconfig
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.core.files import TOOLCHAIN, digest

if TYPE_CHECKING:
    from nbformat import NotebookNode

WORKER = TOOLCHAIN / "worker"  # all that executes a notebook and starts its kernel
NATIVE_KERNEL = "python3"  # Jupyter starts it with this interpreter, whatever a file says
# Tags and options that change how a cell runs; all others only change how it looks.
RUN_TAGS = ("parameters", "raises-exception", "skip-execution")


def parts_of(
    notebook: NotebookNode,
    *,
    profile: str,
    parameters: dict[str, Any],
    files: dict[str, bytes],
    datasets: list[str],
    packages: dict[str, str],
    preload: list[str],
    settings: dict[str, Any],
) -> dict[str, Any]:
    """The parts of a run's key, as plain data that `why` can compare."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    kernel = notebook.metadata.get("kernelspec", {}).get("name", "")
    return {
        "code": codes_of(cells),
        "parameters": {name: _brief(value) for name, value in parameters.items()},
        "profile": profile,
        "kernel": kernel,
        "kernelspec": kernelspec(kernel),
        "preload": preload,
        "python": platform.python_version(),
        "packages": packages,
        "files": {name: digest(content)[:16] for name, content in sorted(files.items())},
        "datasets": sorted(datasets),
        "settings": settings,
        "runner": runner(),
    }


def _brief(value: Any) -> Any:
    """A value as `why` can show it, or its digest if it is long (reading statistics are)."""
    text = json.dumps(value, sort_keys=True)
    return value if len(text) <= 80 else f"sha256:{digest(text)[:16]}"


def key_of(parts: dict[str, Any]) -> str:
    """The key itself: 64 hexadecimal digits."""
    return digest(json.dumps(parts, sort_keys=True))


def codes_of(cells: Iterable[Mapping[str, Any]]) -> list[str]:
    """A digest of each code cell: its source, and the tags that change how it runs."""
    return [
        digest(
            json.dumps([c["source"], [t for t in RUN_TAGS if t in c["metadata"].get("tags", [])]])
        )[:16]
        for c in cells
    ]


@lru_cache(1)
def runner() -> str:
    """Digest of the package that executes notebooks: another one may give other outputs."""
    return digest(b"".join(path.read_bytes() for path in sorted(WORKER.glob("*.py"))))[:16]


@lru_cache
def kernelspec(name: str) -> str:
    """Digest of the file that says how Jupyter starts a kernel; "" for this interpreter's own."""
    from jupyter_core.paths import jupyter_path

    if name == NATIVE_KERNEL:
        return ""
    files = (Path(folder, name, "kernel.json") for folder in jupyter_path("kernels"))
    return next((digest(file.read_bytes())[:16] for file in files if file.is_file()), "")


def packages(root: Path) -> dict[str, str]:
    """Installed versions of the packages that the root's requirements and their lock name, or of
    all if it has no lock. Read off the names of ``*.dist-info`` folders: fast, and no import."""
    installed: dict[str, str] = {}
    for scheme in ("purelib", "platlib"):
        for folder in Path(sysconfig.get_path(scheme)).glob("*.dist-info"):
            name, _, version = folder.name.removesuffix(".dist-info").partition("-")
            installed[canonical(name)] = version
    files = [root / "constraints.txt", root / "requirements.txt"]  # PyTorch is in the second alone
    if files[0].exists():
        text = "\n".join(file.read_text(encoding="utf-8") for file in files if file.exists())
        locked = {canonical(n) for n in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.M)}
        installed = {name: v for name, v in installed.items() if name in locked}
    return dict(sorted(installed.items()))


def canonical(name: str) -> str:
    """A distribution's normalised name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
