"""The rooms of scripts/: what they import, and that each says what it holds."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

SCRIPTS = ROOT / "scripts"
ROOMS = sorted(path.parent for path in SCRIPTS.rglob("__init__.py") if path.parent != SCRIPTS)
HEAVY = ("sphinx", "nbformat", "yaml", "rich", "psutil")
MODULES, LINES, FUNCTION = 16, 300, 50  # the most of a room, a module, a function


def test_what_can_be_typed_is_known_without_the_stack() -> None:
    """A build that finds nothing changed takes 0.3 s; the stack alone would take two."""
    code = f"import sys, scripts.cli; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.relative_to(SCRIPTS).as_posix())
def test_each_module_is_named_where_its_room_is_described(room: Path) -> None:
    said = ast.get_docstring(ast.parse((room / "__init__.py").read_text("utf-8"))) or ""
    names = [path.stem for path in room.glob("*.py") if path.stem != "__init__"]
    names += [f"{path.parent.name}/" for path in room.glob("*/__init__.py")]
    assert [name for name in sorted(names) if f"`{name}`" not in said] == []
    assert len(names) <= MODULES


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("core/words.py", "from scripts.book.read import read_book"),
        ("core/files.py", "def late() -> None:\n    import scripts.commands.build"),
        ("worker/process.py", "from scripts.core.words import number"),
        ("pdf/fonts.py", "from scripts.site.page_context import setup"),
    ],
)
def test_an_import_against_the_rule_turns_the_linter_red(
    module: str, line: str, tmp_path: Path
) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(SCRIPTS, tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "scripts" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n\n{line}\n")
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout


def test_nothing_grows_beyond_one_sitting() -> None:
    assert len(list(SCRIPTS.glob("*.py"))) <= 4
    for path in SCRIPTS.rglob("*.py"):
        text = path.read_text("utf-8")
        assert text.count("\n") <= LINES, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                assert node.end_lineno - node.lineno < FUNCTION, f"{path}: {node.name}"


def test_every_room_stands_on_the_map() -> None:
    said = ast.get_docstring(ast.parse((SCRIPTS / "__init__.py").read_text("utf-8"))) or ""
    words = {word.strip(",") for word in said.split()}
    top = {path.relative_to(SCRIPTS).parts[0] for path in ROOMS}
    assert top <= words
