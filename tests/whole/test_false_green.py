"""A newsletter that is wrong is never green: faults that a build could miss."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from books import make_book
from conftest import ROOT, scripts

Edit = Callable[[Path, str, str], None]
NOTEBOOK = "notebooks/averages.md"


def tree(folder: Path) -> dict[str, bytes]:
    """All files below ``folder`` by path."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


CELL = '```{code-cell} ipython3\ncheck(\n    "averages-spread",'

# text of the notebook, replacement, what the message must hold
HIDDEN = {
    "captured": (CELL, CELL.replace("check(", "%%capture\ncheck("), "'averages-spread' stands in"),
    "skipped": (
        CELL, CELL.replace("ipython3\n", "ipython3\n:tags: [skip-execution]\n\n"),
        "'averages-spread' stands in the source, and the run doesn't show it",
    ),
    "in a branch": (
        'exact("averages-sum"', 'if not repeats:\n    exact("averages-sum"',
        "'averages-sum' stands in the source",
    ),
    "after the end": (CELL, CELL.replace("check(", "raise SystemExit\ncheck("), "SystemExit"),
}  # fmt: skip


@pytest.mark.parametrize("fault", HIDDEN)
def test_a_check_never_vanishes(fault: str, tiny: Path, edit: Edit) -> None:
    text, new, message = HIDDEN[fault]
    edit(tiny / NOTEBOOK, text, new)
    result = scripts("run", "--root", tiny, "--only", "averages")
    assert result.returncode == 1, result.stdout
    assert f"error: {NOTEBOOK}:" in result.stderr
    assert message in result.stderr
    assert not any((tiny / ".cache" / "runs").glob("*.json")) or "SystemExit" not in message


def test_a_check_stays_where_its_cell_clears_the_output(tiny: Path, edit: Edit) -> None:
    edit(tiny / NOTEBOOK, CELL, CELL.replace("check(", "from IPython.display import *\ncheck("))
    edit(tiny / NOTEBOOK, 'exact("averages-sum"', 'clear_output()\nexact("averages-sum"')
    result = scripts("run", "--root", tiny)
    assert result.returncode == 0, result.stderr
    assert "averages-spread" in (tiny / "_build" / "checks.json").read_text("utf-8")


def test_two_issues_with_one_number_and_two_pages_with_one_name(tiny: Path, edit: Edit) -> None:
    edit(tiny / "issues" / "002.md", "issue: 2", "issue: 1")
    (tiny / NOTEBOOK).rename(tiny / "notebooks" / "001.md")
    edit(tiny / "_toc.yml", "notebooks/averages", "notebooks/001")
    result = scripts("check", "--root", tiny)
    assert "issue: issues/002.md has the number 1 already" in result.stderr
    assert "notebooks/001.md: issues/001.md is called '001', too" in result.stderr


def test_products_of_pages_never_share_a_name(tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text("title: Names\nonly_build_toc_files: true\n")
    names = ["a/b/x", "a-b/x", "a/x", "b/x", "a-x", "c/Y", "c/d/y", "intro"]
    files = "".join(f"- file: {name}\n" for name in names[:-1])
    (tmp_path / "_toc.yml").write_text(f"format: jb-book\nroot: intro\nchapters:\n{files}")
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"{name}.md").write_text(f"# Page {name}\n\nText.\n")
    result = scripts("build", "--root", tmp_path)
    assert result.returncode == 0, result.stderr
    texts = [p.read_text("utf-8") for p in (tmp_path / "_build/html/markdown").glob("*.md")]
    assert sorted(text.split("\n")[0] for text in texts) == sorted(f"# Page {n}" for n in names)


@pytest.mark.parametrize("name", ["search", "py-modindex"])
def test_names_of_pages_that_the_site_makes_are_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text("title: Names\n")
    (tmp_path / "_toc.yml").write_text(f"format: jb-book\nroot: intro\nchapters:\n- file: {name}\n")
    for page in ("intro", name):
        (tmp_path / f"{page}.md").write_text("# Page\n")
    result = scripts("check", "--root", tmp_path)
    assert result.returncode == 1
    what = "is the name of a page that the site makes itself"
    assert f"_toc.yml:4:3: '{name}' {what}" in result.stderr


def test_the_report_is_of_whatever_ended_the_last_build(built_copy: Path, edit: Edit) -> None:
    """Of a fault in rendering, after the runs, too; and it is green again when that is mended."""
    report, junit = (built_copy / "_build" / name for name in ("report.md", "junit.xml"))
    text = (built_copy / "index.md").read_text("utf-8")
    for wrong in ("\n{unknown}`role`\n", "\n[nowhere](nowhere.md)\n"):
        (built_copy / "index.md").write_text(text + wrong, encoding="utf-8")
        assert scripts("build", "--root", built_copy).returncode == 1
        assert "- `index.md:" in report.read_text("utf-8")
        assert 'failures="0"' not in junit.read_text("utf-8")
    (built_copy / "index.md").write_text(text, encoding="utf-8")
    assert scripts("build", "--root", built_copy).returncode == 0
    assert "No problems." in report.read_text("utf-8")
    assert 'failures="0"' in junit.read_text("utf-8")


def test_a_fault_of_the_tool_is_one_line_and_a_file(built_copy: Path) -> None:
    (built_copy / "_build" / "html" / "index.html").touch()  # something to do
    code = (
        "from scripts.commands import build\n"
        "build.stage = lambda *_, **__: {}['a word']\n"
        "from scripts import cli; cli.main(prog_name='x')"
    )
    command = [sys.executable, "-c", code, "build", "--root", str(built_copy)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 70
    assert "Traceback" not in result.stderr + result.stdout
    assert "KeyError" in (built_copy / "_build" / "crash.log").read_text("utf-8")
    assert "KeyError: 'a word'" in (built_copy / "_build" / "report.md").read_text("utf-8")


@pytest.mark.parametrize("folder", ["tests", ".hidden", "scripts"])
def test_pages_anywhere_in_an_ordinary_book_are_looked_at(folder: str, tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text("title: Anywhere\n")
    (tmp_path / "_toc.yml").write_text(
        f"format: jb-book\nroot: intro\nchapters:\n- file: {folder}/page\n"
    )
    (tmp_path / folder).mkdir()
    (tmp_path / "intro.md").write_text("# Page\n\nText.\n")
    for word in ("One", "Two", "Three", "Four"):
        (tmp_path / folder / "page.md").write_text(f"# Page\n\n{word}.\n")
        result = scripts("build", "--root", tmp_path)
        assert result.returncode == 0, result.stderr
        assert word in (tmp_path / "_build" / "html" / folder / "page.html").read_text("utf-8")
    assert "nothing changed" in scripts("build", "--root", tmp_path).stdout


def test_an_edit_shows_whatever_the_clock_said_before(built_copy: Path, edit: Edit) -> None:
    """What was read was younger than anything will be for days."""
    edit(built_copy / "index.md", "# A tiny", "# One tiny")
    code = (
        "import time; now = time.time_ns; time.time_ns = lambda: now() + 2 * 86400 * 10**9\n"
        "from scripts import cli; cli.main()"
    )
    command = [sys.executable, "-c", code, "build", "--root", str(built_copy)]
    subprocess.run(command, cwd=ROOT, check=True)
    edit(built_copy / "index.md", "# One tiny", "# Another tiny")
    result = scripts("build", "--root", built_copy)
    assert result.returncode == 0, result.stderr
    assert "Another tiny" in (built_copy / "_build/html/index.html").read_text("utf-8")


READS = {
    "a file": ("print(open('data.csv').read())", "data.csv"),
    "pandas": ("import pandas\nprint(pandas.read_csv('data.csv').columns[0])", "data.csv"),
    "a file in a hidden folder": ("print(open('.data/x').read())", ".data/x"),
    "a program": ("%run program.py", "program.py"),
    "importlib": ("import importlib\nimportlib.import_module('helper')", "helper.py"),
    "another folder": ("import sys\nsys.path.insert(0, 'lib')\nimport other", "lib/other.py"),
    "beside a magic": ("!true\nimport helper", "helper.py"),
    "a folder": ("import os\nprint(sorted(os.listdir('files')))", "files/WORD"),
}


@pytest.mark.parametrize("way", READS)
def test_what_an_ordinary_page_read_counts(way: str, tmp_path: Path) -> None:
    code, path = READS[way]
    (tmp_path / "_config.yml").write_text("title: Reading\n")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: intro\n")
    (tmp_path / "intro.md").write_text(
        "---\nkernelspec: {name: python3, display_name: Python 3}\n---\n"
        f"# Page\n\n```{{code-cell}}\n{code}\nopen('written', 'w').close()\n```\n"
    )
    for word in ("First", "Second"):
        file = tmp_path / path.replace("WORD", word)
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"print('{word}')\n" if path.endswith(".py") else word)
        result = scripts("run", "--root", tmp_path)
        assert result.returncode == 0, result.stderr
        assert ": ok, " in result.stdout
        runs = (tmp_path / ".cache" / "runs").glob("*.json")
        newest = max(runs, key=lambda run: run.stat().st_mtime_ns)
        assert word in newest.read_text("utf-8")
    assert ": ok, " not in scripts("run", "--root", tmp_path).stdout
    file.unlink()
    assert f"{path.partition('/')[0]}" in scripts("why", "intro", "--root", tmp_path).stdout


def test_one_build_says_what_is_wrong_in_each_stage(built_copy: Path, edit: Edit) -> None:
    """Source, cell, verdict, page, formula, edition, finished site: with the lines of the source,
    though the build puts lines of its own into its copies; and nothing that follows from it."""
    before = tree(built_copy / "_build" / "html")
    edit(built_copy / "issues/001.md", "(i001-second)=", "[x](nowhere.md)\n\n(i001-second)=")
    edit(built_copy / "issues/001.md", "\n- two", "\n- two\n  and {nonsense}`b`")
    edit(built_copy / "issues/001.md", "## Corrections", "## {nonsense}`c`orrections")
    edit(built_copy / "issues/002.md", "print(", "1 / 0\nprint(")
    edit(built_copy / NOTEBOOK, "reported=0.316", "reported=0.9")
    edit(built_copy / "index.md", "\n# A tiny", "\n# A tiny\n\n$$\n\\nosuch{\n$$\n\n##")
    edit(built_copy / "archive.md", "\n```{archive}", "\n<div><b></div></b>\n\n```{archive}")
    wrong = {  # place: what is said of it
        ("issues/001.md", "nowhere.md"): "leads nowhere",
        ("issues/001.md", "{nonsense}`b`"): "nonsense",
        ("issues/001.md", "{nonsense}`c`"): "nonsense",
        ("issues/002.md", "1 / 0"): "ZeroDivisionError",
        (NOTEBOOK, "check(\n"): "the verdict is 'fails'",
        ("index.md", "$$"): "formula",
        ("archive.md", "<div>"): "closes nothing",
    }
    result = scripts("build", "--root", built_copy)
    assert result.returncode == 1
    said = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    for (path, text), what in wrong.items():
        line = (built_copy / path).read_text("utf-8").split(text)[0].count("\n") + 1
        found = [each for each in said if each.startswith(f"error: {path}:{line}:")]
        assert any(what in each for each in found), (path, line, result.stderr)
        said = [each for each in said if each not in found]
    assert said == []
    assert tree(built_copy / "_build" / "html") == before


def test_a_site_that_could_not_be_written_is_never_published(tmp_path: Path) -> None:
    """Not of an ordinary book either, of which warnings are warnings."""
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: intro\n")
    (tmp_path / "intro.md").write_text("# Page\n\n{nonsense}`x`\n")
    (tmp_path / "_config.yml").write_text("title: Warned\n")
    result = scripts("build", "--root", tmp_path)
    assert result.returncode == 0 and "warning: intro.md:3: " in result.stdout, result.stderr
    (tmp_path / "_config.yml").write_text("sphinx: {config: {html_theme: no_such_theme}}\n")
    result = scripts("build", "--root", tmp_path)
    assert result.returncode == 1 and "no_such_theme" in result.stderr
    (tmp_path / "_config.yml").write_text("title: Full\n")
    code = (
        "import builtins; old = builtins.open\n"
        "def full(path, *rest, **more):\n"
        "    if str(path).endswith('intro.html') and 'w' in rest:\n"
        "        raise OSError(28, 'No space left on device')\n"
        "    return old(path, *rest, **more)\n"
        "import sphinx.builders.html; sphinx.builders.html.open = full\n"
        "from scripts import cli; cli.main()"
    )
    command = [sys.executable, "-c", code, "build", "--root", str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 1 and "No space left" in result.stderr
    assert scripts("build", "--root", tmp_path).returncode == 0


REFUSED = {
    "a file for a folder": ("_build", lambda path: path.touch(), "_build: "),
    "a link that leads nowhere": (".cache", lambda path: path.symlink_to("x"), ".cache: "),
    "a folder for a file": (".cache/lock", lambda path: path.mkdir(parents=True), ".cache/lock: "),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_machine_refuses_is_a_problem(name: str, tmp_path: Path) -> None:
    path, make, place = REFUSED[name]
    root = make_book(tmp_path / "book", {})
    make(root / path)
    result = scripts("build", "--root", root)
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert f"error: {place}" in result.stderr and "move it away" in result.stderr


def test_nobody_need_read_to_the_end(tmp_path: Path) -> None:
    root = make_book(tmp_path / "book", {})
    command = f"{sys.executable} -m scripts build --root {root} 2>&1 | head -c 1"
    result = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True)
    assert len(result.stdout) == 1 and result.stderr == ""
    assert not (root / "_build" / "crash.log").exists()
