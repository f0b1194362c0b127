"""The next issue and a companion notebook: what is written, where, and what is left alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, make_tiny, scripts

from scripts.drafts.contents import with_issue, with_section


def told(root: Path, *words: str) -> str:
    done = scripts("new", "--root", root, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def refused(root: Path, *words: str) -> str:
    before = everything(root)
    done = scripts("new", "--root", root, *words)
    assert done.returncode == 1, done.stdout + done.stderr
    assert everything(root) == before
    return done.stderr


def everything(root: Path) -> dict[str, bytes]:
    paths = [p for p in root.rglob("*") if p.is_file() and ".cache" not in p.parts]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """The tiny newsletter, which is not built."""
    return make_tiny(tmp_path / "tiny")


def test_a_new_issue_with_a_notebook_builds_as_it_is(tiny: Path) -> None:
    before = everything(tiny)
    told(tiny, "--title", 'Of "means" & <ends>')
    told(tiny, "--notebook", "second_look", "--item", "i001-second", "--date", "2027-02-03")
    after = everything(tiny)
    new = {"issues/003.md", "notebooks/second_look.md", "tests/mutants/second_look.toml"}
    assert after.keys() - before.keys() == new
    assert {p for p in before if after[p] != before[p]} == {"_toc.yml"}
    checked = scripts("check", "--root", tiny)
    assert checked.returncode == 0, checked.stderr
    built = scripts("build", "--root", tiny)
    assert built.returncode == 0, built.stdout + built.stderr
    assert "warning" not in built.stdout
    page = (tiny / "_build" / "html" / "issues" / "003.html").read_text(encoding="utf-8")
    assert "Of “means” &amp; &lt;ends&gt;" in page and "Two or three sentences" not in page
    assert "Independent edition" not in page  # it has no original
    notebook = (tiny / "_build" / "html" / "notebooks" / "second_look.html").read_text("utf-8")
    assert "2027-02-03" in notebook


def test_the_bugs_of_a_new_notebook_are_noticed(tiny: Path) -> None:
    told(tiny, "--notebook", "second_look", "--item", "i001-second")
    command = [sys.executable, "tests/mutants.py", "second_look", "--root", str(tiny)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 caught, 0 harmless, 0 not as the file says" in done.stdout


def test_an_issue_takes_number_sections_and_authors_from_the_newest(fresh: Path) -> None:
    told(fresh, "--date", "2027-02-03")
    head, _, body = (fresh / "issues" / "003.md").read_text(encoding="utf-8")[4:].partition("---\n")
    front = yaml.safe_load(head)
    newest = yaml.safe_load((fresh / "issues" / "002.md").read_text("utf-8")[4:].split("---\n")[0])
    assert (front["issue"], front["date"]) == (3, "2027-02-03")
    assert front["authors"] == newest["authors"]
    assert "(i003-notation)=\n## Notation ⭐️\n" in body


def test_nothing_is_written_over(fresh: Path) -> None:
    (fresh / "issues" / "003.md").write_text("mine", encoding="utf-8")
    assert "issues/003.md: it is there already" in refused(fresh)
    (fresh / "notebooks" / "second_look.md").symlink_to("nowhere")
    said = refused(fresh, "--notebook", "second_look", "--item", "i001-second")
    assert "notebooks/second_look.md: it is there already" in said


def test_every_fault_is_told_at_once(fresh: Path) -> None:
    said = refused(fresh, "--notebook", "Second-Look", "--item", "i001-secnd")
    assert "that can't be its name" in said and "Did you mean 'i001-second'?" in said
    said = refused(fresh, "--notebook", "again", "--item", "i001-averages")
    assert "has the notebook notebooks/averages.md" in said


def test_one_half_of_a_notebook_is_not_asked_for(fresh: Path) -> None:
    done = scripts("new", "--root", fresh, "--notebook", "again")
    assert done.returncode == 2 and "--item ANCHOR" in done.stderr


def test_a_broken_book_is_left_alone(fresh: Path) -> None:
    shutil.rmtree(fresh / "notebooks")
    assert "notebooks/averages" in refused(fresh)


TOC = """\
format: jb-book
root: index
parts:
  - caption: Issues  # newest first
    chapters:
    - file: issues/002.md
      title: Two
    - file: 'issues/001'
      sections:
      - file: notebooks/a  # the first

      - file: notebooks/c
  - caption: About
    chapters:
      - file: ledger
"""


@pytest.mark.parametrize(
    ("new", "line"),
    [
        (with_issue(TOC, "issues/003", "issues/002"), 5),
        (with_section(TOC, "notebooks/b", "issues/001", ["notebooks/a"]), 10),
        (with_section(TOC, "notebooks/b", "issues/001", []), 9),
        (with_section(TOC, "notebooks/d", "issues/001", ["notebooks/a", "notebooks/c"]), 12),
    ],
)
def test_the_contents_gain_one_line(new: str, line: int) -> None:
    lines = new.split("\n")
    assert lines[:line] + lines[line + 1 :] == TOC.split("\n")
    before = yaml.safe_load(TOC)["parts"][0]["chapters"]
    after = yaml.safe_load(new)["parts"][0]["chapters"]
    count = len(after) - len(before) + len(after[-1]["sections"]) - len(before[-1]["sections"])
    assert count == 1


def test_the_first_notebook_of_an_issue_opens_its_sections() -> None:
    new = with_section(TOC, "notebooks/b", "issues/002", [])
    chapters = yaml.safe_load(new)["parts"][0]["chapters"]
    assert chapters[0]["sections"] == [{"file": "notebooks/b"}] and chapters[0]["title"] == "Two"


def test_contents_without_a_line_of_the_issue_are_not_guessed_at() -> None:
    assert with_issue("root: index\nformat: jb-book\n", "issues/003", "issues/002") is None
    assert with_section("- glob: issues/*\n", "notebooks/b", "issues/001", []) is None
