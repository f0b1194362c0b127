"""Publishing to a bare remote on this disk: what goes, what is refused, what a cut push leaves."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT, make_tiny, scripts

from scripts.core.problems import BookError
from scripts.publishing.branches import Branch, Push, committed, prepared, pushed
from scripts.publishing.git import Git

ME = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
ADDRESSES = ("https://nobody.github.io/tiny", "https://github.com/nobody/tiny")


def git(folder: Path, *words: str) -> str:
    command = ["git", *ME, *words]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def repository(folder: Path, remote: Path) -> Path:
    """A git repository at ``folder`` whose origin is a bare one at ``remote``."""
    folder.mkdir(exist_ok=True)
    if not remote.exists():
        remote.mkdir()
        git(remote, "init", "--bare", "--quiet")
    git(folder, "init", "--quiet", "--initial-branch=main")
    for key, value in (("user.name", "Ada"), ("user.email", "ada@example.org")):
        git(folder, "config", key, value)
    git(folder, "remote", "add", "origin", str(remote))
    return folder


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny newsletter, built, committed, with a bare remote."""
    base = tmp_path_factory.mktemp("publication")
    root = make_tiny(base / "tiny")
    repository(root, base / "remote.git")
    (root / ".gitignore").write_text("_build/\n.cache/\n__pycache__/\n", encoding="utf-8")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Sources")
    built = scripts("build", "--root", root)
    assert built.returncode == 0, built.stdout + built.stderr
    return root


@pytest.fixture
def remote(publication: Path) -> Iterator[Path]:
    """Its remote, empty."""
    place = publication.parent / "remote.git"
    shutil.rmtree(place)
    place.mkdir()
    git(place, "init", "--bare", "--quiet")
    yield place


def publish(root: Path, *words: str) -> str:
    done = scripts("publish", "--root", root, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def refused(root: Path, *words: str) -> str:
    done = scripts("publish", "--root", root, *words)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stderr


def tips(remote: Path) -> dict[str, str]:
    """The commit of each branch of the remote."""
    lines = git(remote, "for-each-ref", "--format=%(refname:short) %(objectname)").splitlines()
    return dict(line.split() for line in lines)


def below(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_both_branches_hold_what_was_built(publication: Path, remote: Path, tmp_path: Path) -> None:
    before = git(publication, "status", "--porcelain"), git(publication, "branch")
    assert "new branch" in publish(publication)
    site = publication / "_build" / "html"
    for branch, folder, more in (
        ("gh-pages", site, {".nojekyll": b""}),
        ("notebooks", publication / "_build" / "notebooks", {}),
    ):
        git(tmp_path, "clone", "--quiet", "--branch", branch, str(remote), branch)
        wanted = below(folder) | more
        wanted.pop("notebooks.zip", None)
        assert below(tmp_path / branch) == wanted
    assert {"requirements.txt", "runtime.txt", "README.md"} <= set(below(tmp_path / "notebooks"))
    assert (git(publication, "status", "--porcelain"), git(publication, "branch")) == before
    assert [git(remote, "rev-list", "--count", name) for name in tips(remote)] == ["1", "1"]


def test_what_did_not_change_makes_no_commit(publication: Path, remote: Path) -> None:
    publish(publication)
    first = tips(remote)
    assert publish(publication).splitlines() == [
        "gh-pages: nothing changed",
        "notebooks: nothing changed",
    ]
    assert tips(remote) == first


def test_a_dry_run_tells_and_pushes_nothing(publication: Path, remote: Path) -> None:
    said = publish(publication, "--dry-run")
    assert "added: .nojekyll" in said and "added: averages.ipynb" in said and "more path" in said
    assert tips(remote) == {}


def test_a_site_of_other_sources_is_refused(
    publication: Path, remote: Path, edit: Callable[[Path, str, str], None]
) -> None:
    page = publication / "index.md"
    kept, stamp = page.read_text(encoding="utf-8"), page.stat()
    page.write_text(kept + "\nMore.\n", encoding="utf-8")
    try:
        assert "isn't the last good build of these sources" in refused(publication)
    finally:
        page.write_text(kept, encoding="utf-8")
        os.utime(page, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert tips(remote) == {}


def test_half_a_site_is_refused_and_so_is_none(publication: Path, remote: Path) -> None:
    site = publication / "_build" / "html"
    for path in (site / "index.html", next(site.glob("notebooks/*.html"))):
        aside = publication / "aside"
        path.rename(aside)
        try:
            said = refused(publication)
        finally:
            aside.rename(path)
            built = scripts("build", "--root", publication)
            assert built.returncode == 0, built.stdout + built.stderr
        assert "there is no finished site" in said or "somebody changed it" in said
    assert tips(remote) == {}


def test_placeholders_are_refused_with_their_lines(tiny: Path, tmp_path: Path) -> None:
    repository(tiny, tmp_path / "remote.git")
    config = tiny / "_config.yml"
    text = config.read_text(encoding="utf-8")
    for address in ADDRESSES:
        text = text.replace(address, address.replace("nobody", "your-name", 1))
    assert text.count("your-name") == 2
    config.write_text(text, encoding="utf-8")
    said = refused(tiny)
    for key in ("html.baseurl", "repository.url"):
        (line,) = [line for line in said.splitlines() if f"{key} is a placeholder" in line]
        number = int(line.split(":")[2])
        assert "your-name" in text.split("\n")[number - 1]
    assert "there is no finished site" in said  # all at once


def test_pages_that_would_vanish_are_refused(
    publication: Path, remote: Path, tmp_path: Path
) -> None:
    publish(publication)
    git(tmp_path, "clone", "--quiet", "--branch", "gh-pages", str(remote), "site")
    site = tmp_path / "site"
    (site / "issues" / "old.html").write_text("<title>Old</title>", encoding="utf-8")
    git(site, "add", "--all")
    git(site, "commit", "--quiet", "-m", "More\n\nPublished-by: python -m scripts publish")
    git(site, "push", "--quiet")
    there = tips(remote)
    assert "issues/old.html: it is published on 'gh-pages'" in refused(publication)
    assert tips(remote) == there
    publish(publication, "--withdraw")
    assert tips(remote)["notebooks"] == there["notebooks"]
    assert "issues/old.html" not in git(remote, "ls-tree", "-r", "--name-only", "gh-pages")
    assert git(remote, "rev-parse", "gh-pages~1") == there["gh-pages"]


def test_a_branch_of_somebody_else_stays_as_it_is(
    publication: Path, remote: Path, tmp_path: Path
) -> None:
    other = repository(tmp_path / "other", remote)
    (other / "thesis.txt").write_text("Years of work", encoding="utf-8")
    git(other, "add", "--all")
    git(other, "commit", "--quiet", "-m", "Mine")
    git(other, "push", "--quiet", "origin", "main:notebooks")
    there = tips(remote)
    assert "the branch 'notebooks' of origin holds something else" in refused(publication)
    assert tips(remote) == there  # gh-pages neither


@pytest.mark.parametrize("branch", ["gh-pages", "notebooks"])
def test_the_branch_of_the_sources_is_refused(publication: Path, remote: Path, branch: str) -> None:
    git(publication, "switch", "--quiet", "--create", branch)
    try:
        assert f"the sources are on the branch '{branch}'" in refused(publication)
    finally:
        git(publication, "switch", "--quiet", "main")
        git(publication, "branch", "--quiet", "--delete", branch)
    assert tips(remote) == {}


def test_a_remote_that_isn_t_there(publication: Path) -> None:
    said = refused(publication, "--remote", "nowhere")
    assert "git ls-remote" in said and "git remote" in said


# Two publishers, cut pushes ----------------------------------------------------------------------


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Git, Git, Path]:
    """Two repositories with one remote."""
    remote = tmp_path / "remote.git"
    one, two = (repository(tmp_path / name, remote) for name in ("one", "two"))
    return Git(one), Git(two), remote


def branches(text: str) -> list[Branch]:
    return [Branch(name, {"index.html": text.encode()}) for name in ("gh-pages", "notebooks")]


def ready(git: Git, text: str) -> list[Push]:
    return [committed(git, prepared(git, "origin", b), text) for b in branches(text)]


def test_of_two_publishers_at_once_one_is_told(pair: tuple[Git, Git, Path]) -> None:
    one, two, remote = pair
    first, second = ready(one, "one"), ready(two, "two")
    pushed(one, "origin", first)
    there = tips(remote)
    with pytest.raises(BookError, match=r"(?s)stale info.*publish again"):
        pushed(two, "origin", second)
    assert tips(remote) == there
    pushed(two, "origin", ready(two, "two"))
    assert git(remote, "show", "gh-pages:index.html") == "two"
    assert git(remote, "rev-parse", "gh-pages~1") == there["gh-pages"]


def test_one_branch_that_moved_on_holds_the_other_back(pair: tuple[Git, Git, Path]) -> None:
    one, two, remote = pair
    pushed(one, "origin", ready(one, "first"))
    late = ready(one, "late")
    pushed(two, "origin", ready(two, "other")[1:])
    there = tips(remote)
    with pytest.raises(BookError, match="stale info"):
        pushed(one, "origin", late)
    assert tips(remote) == there


def test_a_push_that_the_server_refuses_moves_nothing(pair: tuple[Git, Git, Path]) -> None:
    one, _, remote = pair
    hook = remote / "hooks" / "update"
    hook.write_text('#!/bin/sh\ntest "$1" = refs/heads/gh-pages\n', encoding="utf-8")
    hook.chmod(0o755)
    with pytest.raises(BookError, match="notebooks"):
        pushed(one, "origin", ready(one, "half"))
    assert tips(remote) == {}


def test_a_push_that_is_cut_off_leaves_all_or_nothing(pair: tuple[Git, Git, Path]) -> None:
    one, _, remote = pair
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nkill -9 $PPID\n", encoding="utf-8")
    hook.chmod(0o755)
    with pytest.raises(BookError, match="git push"):
        pushed(one, "origin", ready(one, "cut"))
    assert tips(remote) == {}
    hook.unlink()
    pushed(one, "origin", ready(one, "whole"))
    assert set(tips(remote)) == {"gh-pages", "notebooks"}


@pytest.mark.long
def test_a_publisher_killed_at_any_moment_publishes_next_time(
    publication: Path, remote: Path
) -> None:
    command = [sys.executable, "-m", "scripts", "publish", "--root", str(publication)]
    began = time.monotonic()
    publish(publication, "--dry-run")
    whole = 1.5 * (time.monotonic() - began)
    for moment in range(12):
        with subprocess.Popen(command, cwd=ROOT, start_new_session=True) as process:
            time.sleep(whole * moment / 12)
            os.killpg(process.pid, signal.SIGKILL)
        assert len(tips(remote)) in (0, 2)
    publish(publication)
    assert len(tips(remote)) == 2
    assert "nothing changed" in publish(publication)


def test_files_are_pushed_byte_by_byte(pair: tuple[Git, Git, Path], tmp_path: Path) -> None:
    """No ends of lines, no filter, no ignored path of the repository's changes what was built."""
    one, _, remote = pair
    (one.folder / ".gitattributes").write_text("* text=auto eol=lf\n*.bin filter=x\n")
    git(one.folder, "config", "filter.x.clean", "sed s/a/b/")
    (one.folder / ".gitignore").write_text("*.html\n_static/\n")
    names = ["a.html", "_static/é ü.css", "x.bin", "deep/er/-n.txt"]
    files: dict[str, Path | bytes] = {}
    for number, name in enumerate(names):
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"a\r\n{number}\n".encode())
        files[name] = path
    push = committed(one, prepared(one, "origin", Branch("gh-pages", files)), "x")
    pushed(one, "origin", [push])
    listed = git(remote, "-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", "gh-pages")
    assert sorted(listed.splitlines()) == sorted(names)
    for number, name in enumerate(names):
        shown = subprocess.run(
            ["git", "show", f"gh-pages:{name}"], cwd=remote, check=True, capture_output=True
        )
        assert shown.stdout == f"a\r\n{number}\n".encode()


def test_git_without_a_name_says_how_to_give_one(
    pair: tuple[Git, Git, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _, _ = pair
    for key in ("user.name", "user.email"):
        git(one.folder, "config", "--unset", key)
    git(one.folder, "config", "user.useConfigOnly", "true")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    with pytest.raises(BookError, match=r"(?s)commit-tree.*git config user\.name"):
        ready(one, "x")


def test_a_shallow_clone_publishes(pair: tuple[Git, Git, Path], tmp_path: Path) -> None:
    one, _, remote = pair
    pushed(one, "origin", ready(one, "first"))
    pushed(one, "origin", ready(one, "second"))
    address = remote.as_uri()
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=gh-pages", address, "clone")
    clone = tmp_path / "clone"
    for key, value in (("user.name", "Ada"), ("user.email", "ada@example.org")):
        git(clone, "config", key, value)
    pushed(Git(clone), "origin", ready(Git(clone), "third"))
    assert git(remote, "rev-list", "--count", "gh-pages") == "3"
