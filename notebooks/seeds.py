"""Long work, done once for each seed, and kept so that a stopped recorded run goes on.

    accuracy = seeds.each("mnist", range(seed, seed + 3), lambda seed: train(seed))

`python -m scripts record NAME` names a folder in the environment (NEWSLETTER_STATE), which belongs
to these parameters and packages; what each seed gave lies there as JSON until the run is complete,
and counts as long as all code up to the cell that asks for it is what it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from checks import plain
from data import tell


def each(name: str, seeds: Iterable[int], work: Callable[[int], Any]) -> list[Any]:
    """What ``work(seed)`` gives for each seed, in order: numbers, texts, lists and dictionaries.

    Before each, the generators of Python, NumPy and PyTorch that have no owner start at the seed,
    so that what a seed gives doesn't depend on those before it. Raises ValueError for what JSON
    cannot hold.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise ValueError(f"{name!r} is no name of a file")
    seeds = [int(seed) for seed in seeds]
    folder, code = os.environ.get("NEWSLETTER_STATE"), _code()
    found = []
    for number, seed in enumerate(seeds, 1):
        path = Path(folder, f"{name}-{seed}-{code}.json") if folder else None
        known = _kept(path)
        if known is None:
            start(seed)
            began = time.monotonic()
            known = json.dumps(data_of(work(seed), f"what seed {seed} of {name} gives"))
            _keep(path, known)
            took = time.monotonic() - began
            print(f"{name}: seed {seed}, {number} of {len(seeds)}, {took:.0f} s", file=sys.stderr)
        found.append(json.loads(known))
    tell(f"{name}: seeds {', '.join(map(str, seeds))}", {"seeds": {"name": name, "seeds": seeds}})
    return found


def start(seed: int) -> None:
    """Start the generators that have no owner at a seed, of those packages that are loaded."""
    random.seed(seed)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(seed % 2**32)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(seed)


def data_of(value: Any, what: str) -> Any:
    """Value as JSON can hold it; dictionaries with texts for keys are allowed."""
    if isinstance(value, dict):
        return {str(key): data_of(each, what) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [data_of(each, what) for each in value]
    return plain(value, what)


def _code() -> str:
    """Digest of all code that ran before, this cell's included."""
    try:
        from IPython import get_ipython
    except ImportError:
        return ""
    shell = get_ipython()
    ran = shell.user_ns.get("In", []) if shell is not None else []
    return hashlib.sha256("\0".join(ran).encode()).hexdigest()[:16]


def _kept(path: Path | None) -> str | None:
    """What is kept, if it is whole."""
    try:
        text = path.read_text(encoding="utf-8") if path else None
        if text is not None:
            json.loads(text)
    except (OSError, ValueError):
        return None
    return text


def _keep(path: Path | None, text: str) -> None:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(f".{os.getpid()}")
        new.write_text(text, encoding="utf-8")
        new.replace(path)
