"""Shared fixtures: a tiny real newsletter, and the real one under the `smoke` profile."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

ROOT = Path(__file__).parent.parent
TINY = ROOT / "tests" / "tiny"


def scripts(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run ``python -m scripts ...`` as an editor does, from the repository."""
    command = [sys.executable, "-m", "scripts", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes don't name a test: packed ones hold the time, and then workers disagree on names."""
    return argname if isinstance(val, bytes) else None


def make_tiny(folder: Path) -> Path:
    """A copy of the tiny newsletter with the publication's own look and modules."""
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("extra"))
    for name in ("_static", "_templates"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
    for path in (ROOT / "notebooks").glob("*.py"):
        shutil.copy(path, folder / "notebooks")
    shutil.copytree(ROOT / "notebooks" / "fonts", folder / "notebooks" / "fonts")
    return folder


# What every build of a new root makes again for seconds, and always the same: the PDF's fonts,
# unpacked, and matplotlib's list of fonts.
FONTS = (".cache/render-book/doctrees/_typst/fonts", ".cache/matplotlib")
NOTE = ".cache/render-book/kept.json"  # says that these fonts are whole


@pytest.fixture
def tiny(built: Path, tmp_path: Path) -> Path:
    """A fresh copy of the tiny newsletter, never built; fonts are there."""
    root = make_tiny(tmp_path / "tiny")
    for folder in FONTS:
        shutil.copytree(built / folder, root / folder)
    kept = json.loads((built / NOTE).read_text("utf-8"))
    fonts = {path: kept[path] for path in kept if path.startswith("doctrees/_typst/fonts/")}
    (root / NOTE).write_text(json.dumps(fonts), encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny newsletter, built once; tests that change it take a copy."""
    root = make_tiny(tmp_path_factory.mktemp("built") / "tiny")
    result = scripts("build", "--root", root)
    assert result.returncode == 0, result.stdout + result.stderr
    return root


@pytest.fixture
def built_copy(built: Path, tmp_path: Path) -> Path:
    """A copy of the built tiny newsletter, with its times, cache and doctrees."""
    return Path(shutil.copytree(built, tmp_path / "tiny", copy_function=shutil.copy2))


@pytest.fixture(scope="session")
def smoke() -> Path:
    """The real newsletter's products under the `smoke` profile. Processes that test side by side
    ask for them one after the other: the first builds, the others find that nothing changed."""
    with FileLock(ROOT / ".cache" / "smoke-for-tests.lock"):
        result = scripts("build", "--profile", "smoke")
    assert result.returncode == 0, result.stdout + result.stderr
    return ROOT / "_build" / "smoke"


@pytest.fixture(scope="session")
def site(smoke: Path) -> Path:
    """The real site, its notebooks run under `smoke`."""
    return smoke / "html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by playwright; without either the test is skipped."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.skip("no Chromium here (Debian: apt install chromium)")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def edit() -> Callable[[Path, str, str], None]:
    """Replace text in a file; the text must be there."""

    def replace(path: Path, old: str, new: str) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {path.name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace
