"""What is installed, and what CI runs, is what was looked at."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

LOCKS = [
    ("requirements.txt", "constraints.txt"),
    ("tests/requirements.txt", "tests/constraints.txt"),
]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


@pytest.mark.parametrize(("requirements", "lock"), LOCKS)
def test_each_requirement_is_locked_with_its_hashes(requirements: str, lock: str) -> None:
    def pinned(line: str) -> str:
        return re.sub(r"[-_.]+", "-", line.partition(" ")[0]).lower()

    wanted = (ROOT / requirements).read_text().splitlines()
    wanted = {pinned(line) for line in wanted if line and not line.startswith(("#", "torch=="))}
    entries = (ROOT / lock).read_text().replace("\\\n", " ").splitlines()
    entries = [line for line in entries if not line.startswith("#")]
    assert all("==" in line and "--hash=sha256:" in line for line in entries)
    assert wanted <= {pinned(line) for line in entries}


def test_pytorchs_index_is_asked_for_pytorch_alone() -> None:
    make = ["make", "--dry-run", "--always-make", "setup", "TORCH_INDEX=https://example.org/whl"]
    said = subprocess.run(make, cwd=ROOT, capture_output=True, text=True).stdout
    asked = [line for line in said.splitlines() if "example.org" in line]
    assert len(asked) == 1 and "extra-index" not in said
    options = asked[0].partition(" install ")[2]
    assert re.fullmatch(r"torch==\S+ --no-deps --index-url https://example.org/whl", options)
    others = [line for line in said.splitlines() if " install " in line and line not in asked]
    assert others and all("--require-hashes" in line for line in others)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_named_by_commit_and_leave_no_credentials(path: object) -> None:
    workflow = yaml.safe_load(path.read_text())
    steps = [step for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step]
    assert steps
    for step in steps:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"])
        if "/checkout@" in step["uses"]:
            assert step["with"]["persist-credentials"] is False


def test_workflows_hold_no_known_weakness() -> None:
    """zizmor's audits, the pedantic ones too; those that ask a network stay out."""
    program = Path(sys.executable).with_name("zizmor")
    command = [program, "--offline", "--persona=pedantic", "--no-progress", *WORKFLOWS]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_only_publishing_may_write_and_only_its_last_step_has_a_token(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text())
    for job in workflow["jobs"].values():
        *before, last = job["steps"]
        rights = job.get("permissions", workflow["permissions"])
        assert rights == {"contents": "write" if path.stem == "publish" else "read"}
        assert "token" not in str(before) and "secrets" not in path.read_text()
        assert ("github.token" in str(last)) == (path.stem == "publish")
