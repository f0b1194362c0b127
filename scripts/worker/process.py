"""A worker as a process of its own, here and on a cluster.

On a cluster this module is sent by value, so it imports nothing but the standard library; the
modules that execute notebooks travel with a request as text.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

PERSONAL = ("PYTHON", "IPYTHON", "MPL")
GRACE = 20.0  # seconds beyond its deadline before a run that doesn't answer is killed


def machine() -> str:
    """This machine in words, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system, cores = f"{platform.system()} {platform.machine()}", os.cpu_count() or 1
    return f"{system}, {cores} cores, {round(memory)} GiB"


def lacking(packages: dict[str, str]) -> list[str]:
    """Which of ``packages`` (name: version) this interpreter has not, or in another version, in
    words. Builds of one release count as one: torch 2.13.0+cpu and 2.13.0+cu126."""
    found = []
    for name, version in packages.items():
        try:
            here = metadata.version(name)
        except metadata.PackageNotFoundError:
            here = "none"
        if here.partition("+")[0] != version.partition("+")[0]:
            found.append(f"{name} {version} (it has {here})")
    return found


def kernel_environment(scratch: Path) -> dict[str, str]:
    """The environment of a worker and of its kernel, here and on a cluster: what this process has,
    but for the variables by which somebody changes how Python, IPython or matplotlib start, for
    no key of a run knows of those. ``scratch`` is a folder that runs may share."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name == "PYTHONHOME" or not name.startswith(PERSONAL)
    }
    return kept | {
        "PYTHONHASHSEED": "0",
        # matplotlib's list of fonts takes seconds to make: one for all. The backend is the one
        # that ipykernel sets; matplotlib reads it when it is imported.
        "MPLCONFIGDIR": str(scratch / "matplotlib"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }


def begin(
    request: Path, result: Path, log: Path, tools: Path, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """A worker (see `notebook`) as a process of its own; ``tools`` is the folder of `scripts`."""
    with log.open("ab") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", "scripts.worker.notebook", str(request), str(result)],
            cwd=tools,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def execute(
    request: dict[str, Any], packages: dict[str, str], sources: dict[str, str]
) -> dict[str, Any]:
    """Run one request (see `notebook.execute`) in a folder of its own. Returns {result: what the
    worker gave or None, error: its last words, python, machine: of this computer}."""
    missing = lacking(packages)
    if missing:
        where = platform.node()
        raise RuntimeError(f"the cluster's worker on {where} needs {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="nl") as name:
        folder = Path(name)
        for path, text in sources.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        asked, answer, log = (folder / what for what in ("request", "result", "log"))
        asked.write_text(json.dumps(request), encoding="utf-8")
        worker = begin(asked, answer, log, folder, kernel_environment(folder))
        try:
            worker.wait(request["deadline"] + GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        result = json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else None
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return {
        "result": result,
        "error": lines[-1] if lines else f"exit code {worker.returncode}",
        "python": platform.python_version(),
        "machine": machine(),
    }
