"""Whether anything changed since the last good build."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from scripts.core.files import TOOLCHAIN, other_files, stamps, to_json, write_atomic
from scripts.core.options import Options
from scripts.execution.key import packages


def inputs(options: Options) -> str:
    """Digest of everything that a build depends on: the root's files, the toolchain's, the
    installed versions and the options."""
    root, said = options.root, {"strict": options.strict, "only": options.only}
    result = hashlib.sha256()
    for base, left_out in ((root, {"_build", "tests"}), (TOOLCHAIN, {"__pycache__"})):
        for path in other_files(base, left_out):
            if "__pycache__" not in path:
                content = hashlib.sha256((base / path).read_bytes()).hexdigest()
                result.update(f"{path}\0{content}\n".encode())
    result.update(json.dumps([packages(root), said], sort_keys=True).encode())
    return result.hexdigest()


def outputs(options: Options) -> dict[str, list[int]]:
    """Size and time of every file that a build leaves to people."""
    folders = [options.site, *(options.out / name for name in ("pdf", "notebooks", "records"))]
    return {
        f"{folder.name}/{path}": list(stamp)
        for folder in folders
        if folder.is_dir()
        for path, stamp in stamps(folder).items()
    }


def _file(options: Options) -> Path:
    return options.cache / f"state-{options.profile}.json"


def unchanged(options: Options, digest: str) -> bool:
    """Whether the last good build had these inputs and its outputs are as it left them."""
    try:
        state = json.loads(_file(options).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return state.get("inputs") == digest and state.get("outputs") == outputs(options)


def remember(options: Options, digest: str) -> None:
    """Note a good build; one of some notebooks only says nothing of the whole."""
    if not options.only:
        write_atomic(_file(options), to_json({"inputs": digest, "outputs": outputs(options)}))
