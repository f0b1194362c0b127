"""Folders as branches of a git remote: each one commit, made beside work tree and index.

Nothing of the repository changes but what it knows of the remote. There either all branches move
or none: a publication that was cut off leaves nothing half published.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scripts.core.problems import BookError, Problem
from scripts.publishing.git import WHERE, Git

MARK = "Published-by: python -m scripts publish"  # in each commit of ours: the branch is ours


@dataclass(frozen=True)
class Branch:
    """What a branch shall hold: the content of each path, as bytes or as the file that has it."""

    name: str
    files: Mapping[str, Path | bytes]


@dataclass(frozen=True)
class Push:
    """A branch as it shall be: ``tree`` after the commit ``old`` ("" if the remote has no such
    branch), and the paths in which they differ; ``new``: its commit, once there is one."""

    branch: str
    old: str
    tree: str
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    new: str = ""

    @property
    def needed(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.changed or self.removed) or not self.old


def prepared(git: Git, remote: str, branch: Branch) -> Push:
    """Compare a branch of the remote with what it shall hold. Raises `BookError` if it holds
    something that we never published."""
    old = git.head(remote, branch.name)
    if old:
        git.fetch(remote, old, branch.name)
        if MARK not in git.say("log", "-1", "--format=%B", old):
            what = f"the branch '{branch.name}' of {remote} holds something else"
            right = f"Rename it there; publishing needs the name. Its last commit is {old[:12]}."
            raise BookError([Problem(WHERE, 0, what, right)])
    tree = stored(git, branch.files)
    before, after = git.files(old), git.files(tree)
    return Push(
        branch.name, old, tree,
        added=tuple(sorted(after.keys() - before.keys())),
        changed=tuple(sorted(p for p in after.keys() & before.keys() if after[p] != before[p])),
        removed=tuple(sorted(before.keys() - after.keys())),
    )  # fmt: skip


def stored(git: Git, files: Mapping[str, Path | bytes]) -> str:
    """Put a tree of these files into the store of objects; its name there."""
    # As they are: no filter of the repository's, no other ends of lines.
    store = ("hash-object", "-w", "--no-filters")
    paths = {path: file for path, file in files.items() if isinstance(file, Path)}
    given = "\n".join(str(file.resolve()) for file in paths.values()).encode()
    blobs = dict(zip(paths, git.say(*store, "--stdin-paths", given=given).split(), strict=True))
    for path, content in files.items():
        if isinstance(content, bytes):
            blobs[path] = git.say(*store, "--stdin", given=content)
    lines = [f"100644 {blob}\t{path}" for path, blob in blobs.items()]
    with tempfile.TemporaryDirectory() as folder:
        index = replace(git, environment={"GIT_INDEX_FILE": str(Path(folder) / "index")})
        index.say("update-index", "-z", "--index-info", given="\0".join([*lines, ""]).encode())
        return index.say("write-tree")


def committed(git: Git, push: Push, subject: str) -> Push:
    """The same with its commit, if it needs one; no branch of this repository holds it."""
    if not push.needed:
        return push
    parents = ["-p", push.old] if push.old else []
    return replace(
        push, new=git.say("commit-tree", push.tree, *parents, "-m", f"{subject}\n\n{MARK}")
    )


def pushed(git: Git, remote: str, pushes: Sequence[Push]) -> None:
    """Move all branches of the remote at once, each only if it is still where it was seen. Raises
    `BookError`, and then none has moved."""
    wanted = [push for push in pushes if push.needed]
    if wanted:
        leases = [f"--force-with-lease=refs/heads/{push.branch}:{push.old}" for push in wanted]
        moves = [f"{push.new}:refs/heads/{push.branch}" for push in wanted]
        git.say("push", "--porcelain", "--atomic", "--no-verify", *leases, remote, *moves)
