"""Git as a program: what publishing asks of it, and its refusals as problems."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scripts.core.problems import BookError, Problem

WHERE = "git"  # in place of a file, in problems that no file has
# Of the reasons that git gives, those for which something better can be said than its own hint.
WHO = "Tell git who you are: git config user.name NAME; git config user.email ADDRESS"
AGAIN = "Somebody published meanwhile: look at what is there, and publish again."
HINTS = {
    "Could not read from remote": "See that 'git remote -v' lists it, and that you may reach it.",
    "not a git repository": "Publishing pushes to a remote of the book's own git repository.",
    "empty ident": WHO,
    "auto-detect": WHO,
    "does not support --atomic": "Its server has to take both branches at once or none.",
    "stale info": AGAIN,
    "fetch first": AGAIN,
}


@dataclass(frozen=True)
class Git:
    """The repository in whose work tree ``folder`` lies. Each method raises `BookError` if git
    refuses."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def say(self, *words: str, given: bytes = b"") -> str:
        """What a command of git says, without the last line's end; ``given``: its input."""
        # Paths as they are, messages that can be recognised, no hook: these are not your commits.
        command = ["git", "-c", "core.quotePath=false", "-c", "core.hooksPath=/dev/null", *words]
        environment = {**os.environ, **self.environment, "LC_ALL": "C.UTF-8"}
        try:
            done = subprocess.run(
                command, cwd=self.folder, env=environment, input=given, capture_output=True,
            )  # fmt: skip
        except FileNotFoundError:
            problem = Problem(WHERE, 0, "there is no program 'git'", "Install git.")
            raise BookError([problem]) from None
        if done.returncode:
            # A push tells on its output which branches were refused.
            texts = [part.decode("utf-8", "replace") for part in (done.stderr, done.stdout)]
            raise BookError([refusal(words[0], "\n".join(texts))])
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def head(self, remote: str, branch: str) -> str:
        """The commit at the tip of a branch of the remote; "" if it has no such branch."""
        return self.say("ls-remote", remote, f"refs/heads/{branch}").partition("\t")[0]

    def fetch(self, remote: str, commit: str, branch: str) -> None:
        """Have a commit of a remote's branch here, unless it is here already."""
        try:
            self.say("cat-file", "-e", f"{commit}^{{tree}}")
        except BookError:
            shallow = self.say("rev-parse", "--is-shallow-repository") == "true"
            depth = ["--depth=1"] if shallow else []
            self.say("fetch", "--quiet", "--no-tags", *depth, remote, f"refs/heads/{branch}")

    def files(self, tree: str) -> dict[str, str]:
        """The blob of each path of a tree; empty if ``tree`` is ""."""
        if not tree:
            return {}
        lines = self.say("ls-tree", "-r", "-z", "--full-tree", tree).split("\0")
        pairs = [line.split("\t", 1) for line in lines if line]
        return {path: about.split()[2] for about, path in pairs}


def refusal(verb: str, text: str) -> Problem:
    """What git said when it refused, as a problem."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("fatal:", "error:", "!"))] or lines
    right = next((hint for sign, hint in HINTS.items() if sign in text), "")
    what = "; ".join(line.removeprefix("fatal: ") for line in told) or "it failed"
    return Problem(f"{WHERE} {verb}", 0, what, right)
