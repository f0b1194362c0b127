"""CONTRIBUTING's way from an idea to a published issue, its commands run as they stand there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

BLOCK = re.compile(r"^## From an idea to the next issue\n(.*?)^## ", re.M | re.S)
ITEM = """
(i003-means)=
### Means: how far they stray

They stray by {glue:text}`../notebooks/means_again.md::spread:.2f`; [a source](https://example.org/x).

"""


def commands() -> list[str]:
    """The commands of that part, without their remarks."""
    (text,) = BLOCK.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def here(command: str, root: Path) -> list[str]:
    """The same of another book, by the toolchain of this one: its Makefile isn't there."""
    words = shlex.split(command, comments=True)
    if words[:2] == ["make", "mutants"]:
        name = words[2].removeprefix("NAME=")
        return [sys.executable, str(ROOT / "tests" / "mutants.py"), name, "--root", str(root)]
    verb = {"make book": ["build"]}.get(" ".join(words))
    if words[0] == ".venv/bin/python":
        assert words[1:3] == ["-m", "scripts"]
        verb = words[3:]
    return [sys.executable, "-m", "scripts", *verb, "--root", str(root)] if verb else words


def test_the_walk_to_a_published_issue(tiny: Path, tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    said: dict[str, str] = {}
    (tiny / ".gitignore").write_text("_build/\n.cache/\n__pycache__/\n", encoding="utf-8")
    for setting in (
        ["init", "--bare", "--quiet", str(remote)],
        ["init", "--quiet", "--initial-branch=main"],
        ["config", "user.name", "Ada"],
        ["config", "user.email", "ada@example.org"],
        ["remote", "add", "origin", str(remote)],
    ):
        subprocess.run(["git", *setting], cwd=tiny, check=True)
    for command in commands():
        if command.startswith("make preview"):  # it doesn't end by itself
            continue
        words = here(command, tiny)
        folder = tiny if words[0] == "git" else ROOT
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        said[command] = done.stdout
        if "--title" in command:
            issue = tiny / "issues" / "003.md"
            text = issue.read_text(encoding="utf-8")
            where = "(i003-counted)="
            item = ITEM.replace("{glue:text}`../notebooks/means_again.md::spread:.2f`", "far")
            issue.write_text(text.replace(where, f"{item.lstrip()}{where}"), encoding="utf-8")
        if "--notebook" in command:
            text = issue.read_text(encoding="utf-8")
            bound = "{glue:text}`../notebooks/means_again.md::spread:.2f`"
            issue.write_text(text.replace("by far;", f"by {bound};"), encoding="utf-8")
    shown = ["git", "show", "gh-pages:issues/003.html"]
    page = subprocess.run(shown, cwd=remote, check=True, capture_output=True, text=True).stdout
    assert "They stray by 0.31" in page and "means_again.html" in page
    shown = ["git", "ls-tree", "--name-only", "notebooks"]
    listed = subprocess.run(shown, cwd=remote, check=True, capture_output=True, text=True).stdout
    assert "means_again.ipynb" in listed.splitlines()


@pytest.mark.parametrize("verb", ["new", "check", "publish", "mutants", "book"])
def test_no_step_is_left_out(verb: str) -> None:
    assert any(verb in command for command in commands())
