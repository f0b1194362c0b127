"""Whatever happens to a file that a build left, the next one is as if nothing had."""

from __future__ import annotations

import shutil
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest
from conftest import ROOT, make_tiny, scripts

WAYS = ("cut", "zeros", "other", "gone")
# Alone, for all is made anew then, whatever else happened; runs, for a new one takes other seconds.
ALONE = ("html/_images", "jupyter_execute/", "environment.pickle", ".cache/runs", ".cache/owner")
LEFT_OUT = ("/source/_static/fonts", "/html/_static/fonts", ".cache/matplotlib", ".cache/lock")


def damage(path: Path, way: str) -> None:
    """Spoil a file in one of the `WAYS`."""
    content = path.read_bytes()
    if way == "gone":
        path.unlink()
    elif way == "other":
        alike = (p for p in sorted(path.parent.glob("*")) if p.is_file() and p != path)
        contents = [p.read_bytes() for p in alike if p.suffix == path.suffix]
        path.write_bytes(next((c for c in contents if c != content), b'[[1], {"a": null}]'))
    else:
        half = len(content) // 2
        path.write_bytes(content[:half] if way == "cut" else bytes(len(content)))


def tree(root: Path) -> dict[str, bytes]:
    """Every product of the build, by its path."""
    files = (path for path in (root / "_build").rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def left(root: Path) -> list[Path]:
    """Every file that a build left, but those that are many and treated as their neighbours are."""
    paths = [path for top in ("_build", ".cache") for path in sorted((root / top).rglob("*"))]
    return [p for p in paths if p.is_file() and not any(part in str(p) for part in LEFT_OUT)]


def clean(root: Path, runs: Path) -> dict[str, bytes]:
    """What the sources of ``root`` give from nothing but the finished runs."""
    fresh = make_tiny(root.parent / "clean")
    shutil.copytree(root / "notebooks", fresh / "notebooks", dirs_exist_ok=True)
    shutil.copytree(runs, fresh / ".cache" / "runs")
    assert scripts("build", "--root", fresh).returncode == 0
    found = tree(fresh)
    shutil.rmtree(fresh)
    return found


class Book:
    """The tiny newsletter with an edited page or without, and what each gives from nothing."""

    def __init__(self, root: Path) -> None:
        self.root, self.edited = root, False
        self.wanted = {False: tree(root)}

    def turn(self) -> None:
        """Edit a page, or take that back."""
        old, new = ("sinks with", "falls with") if self.edited else ("falls with", "sinks with")
        page = self.root / "notebooks" / "averages.md"
        page.write_text(page.read_text("utf-8").replace(old, new), encoding="utf-8")
        self.edited = not self.edited

    def withstands(self, files: list[Path], way: str) -> None:
        """Damage these, build, and compare."""
        for file in files:
            damage(file, way)
        if WAYS.index(way) % 2:
            self.turn()
        result = scripts("build", "--root", self.root)
        said = f"{way} {[str(f.relative_to(self.root)) for f in files]}: {result.stdout}"
        assert result.returncode == 0, said + result.stderr
        if "]" in result.stdout:  # a notebook ran again, in other seconds
            self.wanted.clear()
        if self.edited not in self.wanted:
            self.wanted[self.edited] = clean(self.root, self.root / ".cache" / "runs")
        wanted, now = self.wanted[self.edited], tree(self.root)
        differing = {name for name in now.keys() | wanted if now.get(name) != wanted.get(name)}
        assert differing == set(), said


@pytest.fixture(scope="module")
def book(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    root = tmp_path_factory.mktemp("damage") / "tiny"
    return Book(Path(shutil.copytree(built, root, copy_function=shutil.copy2)))


@pytest.mark.parametrize("way", WAYS)
def test_a_damaged_file_of_each_folder(book: Book, way: str) -> None:
    paths = [path for path in left(book.root) if not any(part in str(path) for part in ALONE)]
    folders = [list(group) for _, group in groupby(paths, lambda path: path.parent)]
    number = WAYS.index(way)
    book.withstands([files[number % len(files)] for files in folders], way)


def test_a_damaged_picture(book: Book) -> None:
    (picture,) = (book.root / ".cache/render-book/jupyter_execute").glob("*.svg")
    book.withstands([picture], "cut")


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS)
def test_every_damaged_file(book: Book, way: str) -> None:
    """Twelve at once, of different folders; those alone of which others would hide it."""
    paths = left(book.root)
    alone = [path for path in paths if any(part in str(path) for part in ALONE)]
    rest = [path for path in paths if path not in alone]
    count = len(rest) // 12 + 1
    for files in [*([path] for path in alone), *(rest[n::count] for n in range(count))]:
        # Names of some hang on what a page says, and it is edited now and then.
        book.withstands([path for path in files if path.exists()], way)


def test_a_picture_cut_by_a_full_disk(book: Book) -> None:
    """It stays where MyST-NB would find it again."""
    code = (
        "from pathlib import Path\n"
        "write = Path.write_bytes\n"
        "def full(path, data):\n"
        "    if 'jupyter_execute' not in str(path): return write(path, data)\n"
        "    write(path, data[:99])\n"
        "    raise OSError(28, 'No space left on device', str(path))\n"
        "Path.write_bytes = full\n"
        "from scripts import cli; cli.main()"
    )
    page = book.root / "notebooks" / "averages.md"
    page.write_text(
        page.read_text("utf-8").replace("hist(means,", "hist(means, rwidth=0.9,"), "utf-8"
    )
    command = [sys.executable, "-c", code, "build", "--root", str(book.root)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 1 and "No space left on device" in result.stderr
    assert scripts("build", "--root", book.root).returncode == 0
    assert tree(book.root) == clean(book.root, book.root / ".cache" / "runs")
