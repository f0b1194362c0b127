"""Bad input: a message with file and line, every problem at once, the last good site untouched."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from conftest import TINY, make_tiny, scripts

Edit = Callable[[Path, str, str], None]

# file, text, replacement, what the message must hold ({n}: the line of the text replaced, {n+2}:
# the second after it)
WRONG = {
    "number that no cell keeps": (
        "issues/001.md", "averages.md::spread:.2f", "averages.md::spred:.2f",
        ["issues/001.md:{n}:", "no cell of notebooks/averages.md keeps", "Did you mean 'spread'?"],
    ),
    "number of a page that is none": (
        "issues/001.md", "averages.md::spread:.2f", "average.md::spread:.2f",
        ["issues/001.md:{n}:", "'notebooks/average' is no notebook of the book"],
    ),
    "number of another page without a format": (
        "issues/001.md", "averages.md::spread:.2f", "averages.md::spread",
        ["issues/001.md:{n}:", "without a format", "':.1f'"],
    ),
    "kind of correction": (
        "issues/001.md", ":::{correction} since then", ":::{correction} sinse then",
        ["issues/001.md:{n}:", "'sinse then' is no kind", "Did you mean 'since then'?"],
    ),
    "how much of a source was read": (
        "issues/001.md", "{read}`in full`", "{read}`in ful`",
        ["issues/001.md:{n}:", "not 'in ful'", "Did you mean 'in full'?"],
    ),
    "unknown parameter in a profile": (
        "notebooks/averages.md", "{repeats: 20}", "{repeat: 20}",
        ["notebooks/averages.md:{n}:", "'smoke' sets 'repeat'", "Did you mean 'repeats'?"],
    ),
    "front matter missing": (
        "notebooks/averages.md", "---\njupytext", "jupytext",
        ["notebooks/averages.md:1:", "no 'item:'"],
    ),
    "front matter never closed": (
        "issues/001.md", "    parameters: {factor: 1}\n---\n", "    parameters: {factor: 1}\n",
        ["issues/001.md:1:", "never closed"],
    ),
    "front matter malformed": (
        "notebooks/averages.md", "title: The mean", "title: The: mean",
        ["notebooks/averages.md:{n}:", "not valid YAML", "double quotes"],
    ),
    "front-matter key unknown": (
        "notebooks/averages.md", "level: beginner", "levle: beginner",
        ["notebooks/averages.md:{n}:", "unknown key 'levle'", "Did you mean 'level'?"],
    ),
    "front-matter key missing": (
        "notebooks/averages.md", "level: beginner\n", "",
        ["notebooks/averages.md:1:", "'level' is missing", "beginner, intermediate"],
    ),
    "front-matter value wrong": (
        "notebooks/averages.md", "level: beginner", "level: easy",
        ["notebooks/averages.md:{n}:", "'easy' is not one of"],
    ),
    "date without quotes": (
        "notebooks/averages.md", 'date: "2020-01-05"', "date: 2020-01-05",
        ["notebooks/averages.md:{n}:", "a date without quotes", 'Write date: "2020-01-05"'],
    ),
    "two items with one anchor": (
        "issues/001.md", "(i001-second)=", "(i001-averages)=",
        ["issues/001.md:{n}:", "'i001-averages' stands already in issues/001.md:35"],
    ),
    "an item without an anchor": (
        "issues/001.md", "(i001-second)=\n", "",
        ["issues/001.md:{n}:", "'Without a notebook' has no anchor"],
    ),
    "item that isn't there": (
        "notebooks/averages.md", "item: i001-averages", "item: i001-average",
        ["notebooks/averages.md:{n}:", "no item 'i001-average'", "Did you mean 'i001-averages'?"],
    ),
    "toc entry without a file": (
        "_toc.yml", "issues/001", "issues/007", ["_toc.yml:{n}:", "'issues/007' has no file"],
    ),
    "toc entry outside of the book": (
        "_toc.yml", "issues/001", "../tiny/issues/001",
        ["_toc.yml:{n}:", "'../tiny/issues/001' lies outside of the book"],
    ),
    "toc entry with an absolute path": (
        "_toc.yml", "issues/001", "/etc/hostname", ["_toc.yml:{n}:", "lies outside of the book"],
    ),
    "name of the PDF with a folder": (
        "_config.yml", "pdf_name: tiny", "pdf_name: ../../evil",
        ["_config.yml:{n}:", "'../../evil' is no name of a file"],
    ),
    "config value of the wrong type": (
        "_config.yml", "html:\n  baseurl:", "html: text\nemail:",
        ["_config.yml:{n}:", "html: 'text' is not a mapping"],
    ),
    "config key twice": (
        "_config.yml", "author: Nobody", "author: Nobody\ntitle: Again",
        ["_config.yml:3:", "'title' stands twice, in line 1 and here"],
    ),
    "path in the config outside of the book": (
        "_config.yml", "fonts: fonts", "fonts: ../fonts",
        ["_config.yml:{n}:", "fonts: '../fonts' lies outside of the book"],
    ),
    "toc value of the wrong type": (
        "_toc.yml", "root: index", "root: [index]", ["_toc.yml:{n}:", "root: a list is not text"],
    ),
    "toc entry twice": (
        "_toc.yml", "issues/001", "issues/002", ["_toc.yml:{n}:", "'issues/002' stands twice"],
    ),
    "date that is none": (
        "notebooks/averages.md", 'date: "2020-01-05"', 'date: "2020-02-31"',
        ["notebooks/averages.md:{n}:", "'date': '2020-02-31' is no date"],
    ),
    "citation without an entry": (
        "issues/001.md", "{cite}`student1908probable`", "{cite}`student1908`",
        ["issues/001.md:{n}:", "'student1908' has no entry", "Did you mean 'student1908probable'?"],
    ),
    "bibliography key without an entry": (
        "issues/002.md", "bibliography: [ilic2020reading]", "bibliography: [ilic]",
        ["issues/002.md:{n}:", "'ilic' has no entry"],
    ),
    "picture without alt text": (
        "issues/001.md", "- one\n", "![](../_static/favicon.svg)\n\n- one\n",
        ["issues/001.md:{n}:", "has no alt text", ":alt:"],
    ),
    "picture that isn't there": (
        "issues/001.md", "- one\n", "![a plot](plot.png)\n\n- one\n",
        ["issues/001.md:{n}:", "'plot.png' is not there"],
    ),
    "options of a directive malformed": (
        "issues/001.md", "- one\n", "```{note}\n---\nclass: [a\n---\nText.\n```\n\n- one\n",
        ["issues/001.md:{n+2}:", "options are not YAML that can be read"],
    ),
    "link that leads nowhere": (
        "issues/001.md", "(https://arxiv.org/abs/1908.00001)", "(../notebooks/average.md)",
        ["issues/001.md:{n}:", "leads nowhere", "Did you mean 'notebooks/averages'?"],
    ),
    "reference that leads nowhere": (
        "issues/002.md", "<i001-averages>", "<i001-avarages>",
        ["issues/002.md:{n}:", "'i001-avarages', which is no anchor", "'i001-averages'"],
    ),
    "outcome that is none": (
        "issues/001.md", "| alive |", "| alife |",
        ["issues/001.md:{n}:", "'alife' is nothing that becomes of an item", "'alive'"],
    ),
    "item without an outcome": (
        "issues/001.md", "#i001-second) |", "#i001-averages) |",
        ["issues/001.md:{n}:", "'i001-averages' has a row", "what became of 'i001-second'"],
    ),
    "config key unknown": (
        "_config.yml", "pdf_name:", "pdf_nmae:",
        ["_config.yml:{n}:", "unknown key 'pdf_nmae'", "Did you mean 'pdf_name'?"],
    ),
    "bibliography malformed": (
        "references.bib", "title = {The Probable", "title = The Probable",
        ["references.bib:", "not valid BibTeX"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_source(tiny: Path, edit: Edit, name: str) -> None:
    file, old, new, expected = WRONG[name]
    assert scripts("check", "--root", tiny).returncode == 0
    line = line_of(tiny / file, old)
    edit(tiny / file, old, new)
    result = scripts("check", "--root", tiny)
    assert result.returncode == 1, result.stdout
    for part in expected:
        at = part.replace("{n}", str(line)).replace("{n+2}", str(line + 2))
        assert at in result.stderr, result.stderr


def test_one_fault_of_a_head_is_one_problem(tiny: Path, edit: Edit) -> None:
    """What can't be read is not said to be missing, and `build` says what `check` says."""
    edit(tiny / "notebooks/averages.md", "title: The mean", "title: The: mean")
    for verb in ("check", "build"):
        result = scripts(verb, "--root", tiny)
        assert result.returncode == 1
        assert result.stderr.count("error: ") == 1, result.stderr
    (tiny / "_toc.yml").write_text("# nothing yet\n")
    for verb in ("check", "build"):
        result = scripts(verb, "--root", tiny)
        assert result.returncode == 1
        assert "error: _toc.yml:1: nothing is not a mapping" in result.stderr


def test_what_sphinx_cannot_be_configured_with(built_copy: Path, edit: Edit) -> None:
    """A value that it refuses, and one that it takes with a warning and breaks upon."""
    before = tree(built_copy / "_build" / "html")
    config = built_copy / "_config.yml"
    edit(config, "    language: en", "    language: en\n    pygments_style: nothing")
    for old, new, place, said in (
        ("nothing", "nothing", "sphinx:", "Sphinx stops at the configuration:"),
        ("pygments_style: nothing", "html_last_updated_fmt: 3", "html_last", "has type `int'"),
    ):
        edit(config, old, new)
        result = scripts("build", "--root", built_copy)
        assert result.returncode == 1
        assert f"error: _config.yml:{line_of(config, place)}:" in result.stderr
        assert said in result.stderr
        assert tree(built_copy / "_build" / "html") == before


def test_not_utf8(tiny: Path) -> None:
    path = tiny / "issues" / "001.md"
    path.write_bytes(path.read_bytes().replace(b"A lead of", b"A l\xe9ad of"))
    result = scripts("check", "--root", tiny)
    assert result.returncode == 1
    assert "issues/001.md:30: not UTF-8: byte 0xe9" in result.stderr


def test_pictures_that_cannot_be_shown(tmp_path: Path, edit: Edit) -> None:
    tiny = make_tiny(tmp_path / "tiny")
    pictures = {
        "cut.png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01", "is cut short or damaged"),
        "open.svg": (b"<svg><g>", "is not well-formed XML"),
        "own.svg": (b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>", "declares entities"),
    }
    for name, (content, _) in pictures.items():
        (tiny / name).write_bytes(content)
    shown = "".join(f"![x](../{name})\n\n" for name in pictures)
    line = line_of(tiny / "issues/001.md", "- one\n")
    edit(tiny / "issues/001.md", "- one\n", f"{shown}- one\n")
    result = scripts("check", "--root", tiny)
    assert result.returncode == 1
    for place, (name, (_, words)) in enumerate(pictures.items()):
        where = f"issues/001.md:{line + 2 * place}:1"
        what = f"{where}: the picture '../{name}' can't be shown: it {words}"
        assert what in result.stderr


def test_all_problems_in_one_run(tiny: Path, edit: Edit) -> None:
    edit(tiny / "notebooks/averages.md", "item: i001-averages", "item: i001-average")
    edit(tiny / "issues/001.md", "{cite}`student1908probable`", "{cite}`student1908`")
    edit(tiny / "issues/002.md", "<i001-averages>", "<nowhere>")
    result = scripts("check", "--root", tiny)
    assert result.returncode == 1
    assert "3 problems" in result.stderr
    assert result.stderr.count("error: ") == 3


def add(root: Path, name: str, edit: Edit) -> None:
    """Put an issue of `extra/` into the tiny newsletter."""
    shutil.copy(TINY / "extra" / f"{name}.md", root / "issues" / f"{name}.md")
    edit(
        root / "_toc.yml",
        "      - file: issues/002",
        f"      - file: issues/{name}\n      - file: issues/002",
    )


def line_of(path: Path, text: str) -> int:
    """1-based line of the first line that holds ``text``."""
    return path.read_text().split(text)[0].count("\n") + 1


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_cell_that_raises_fails_every_build(built_copy: Path, edit: Edit) -> None:
    """And the trap of every peer: the second, unchanged build fails too."""
    before = tree(built_copy / "_build" / "html")
    add(built_copy, "failing", edit)
    place = f"issues/failing.md:{line_of(built_copy / 'issues/failing.md', 'fine / 0')}"
    for _ in range(2):
        result = scripts("build", "--root", built_copy)
        assert result.returncode == 1
        assert f"{place}: cell 2: ZeroDivisionError: division by zero" in result.stderr
        assert "python -m scripts run --only failing" in result.stderr
        assert tree(built_copy / "_build" / "html") == before
    report = (built_copy / "_build" / "report.md").read_text()
    assert place in report and "wrong = fine / 0" in report
    junit = (built_copy / "_build" / "junit.xml").read_text()
    assert "ZeroDivisionError" in junit
    assert (built_copy / "_build" / "failed" / "issues" / "failing.failed.ipynb").exists()
    record = json.loads((built_copy / "_build" / "records" / "failing.json").read_text())
    assert record["outcome"] == "failed" and record["failure"]["cell"] == 2


def test_slow_notebook_is_ended_with_its_children(built_copy: Path, edit: Edit) -> None:
    add(built_copy, "slow", edit)
    result = scripts("run", "--root", built_copy)
    assert result.returncode == 1
    line = line_of(built_copy / "issues/slow.md", "import subprocess")
    assert f"issues/slow.md:{line}: cell 2: took longer than its deadline of 5 s" in result.stderr
    time.sleep(0.5)
    lines = [" ".join(p.info["cmdline"] or []) for p in psutil.process_iter(["cmdline"])]
    assert not [line for line in lines if "time.sleep(987)" in line]


def test_kernel_that_dies(built_copy: Path, edit: Edit) -> None:
    path = built_copy / "notebooks/averages.md"
    line = line_of(path, "import matplotlib.pyplot")
    edit(path, "style.use()", "import os; os._exit(9)")
    result = scripts("run", "--root", built_copy)
    assert result.returncode == 1
    assert f"notebooks/averages.md:{line}: cell 2: the kernel died" in result.stderr


def test_memory_limit(built_copy: Path, edit: Edit) -> None:
    edit(
        built_copy / "notebooks/averages.md",
        "style.use()",
        "x = np.ones(2**28)\nimport time; time.sleep(9)",
    )
    result = scripts("run", "--root", built_copy)
    assert result.returncode == 1
    assert "cell 2: took more than its 1024 MiB of memory" in result.stderr


def test_verdict_that_differs(built_copy: Path, edit: Edit) -> None:
    before = tree(built_copy / "_build" / "html")
    edit(built_copy / "notebooks/averages.md", "reported=0.316", "reported=0.9")
    result = scripts("build", "--root", built_copy)
    assert result.returncode == 1
    assert "check 'averages-spread': the verdict is 'fails', not 'holds'" in result.stderr
    line = line_of(built_copy / "notebooks/averages.md", "check(\n")
    assert f"notebooks/averages.md:{line}:" in result.stderr
    assert tree(built_copy / "_build" / "html") == before


def test_drawn_picture_without_alt_text(built_copy: Path, edit: Edit) -> None:
    path = built_copy / "notebooks/averages.md"
    alt = "A histogram with one hump in the middle, {glue:text}`spread:.2f` to either side."
    edit(path, f"  image:\n    alt: {alt}\n", "")
    result = scripts("build", "--root", built_copy)
    assert result.returncode == 1
    assert "draws a picture without alt text" in result.stderr


def test_warning_of_the_renderer_is_an_error_with_a_line(built_copy: Path, edit: Edit) -> None:
    edit(built_copy / "issues/001.md", "Some `code`", "Some {nonsense}`code`\n\n##### Deep\n")
    # Sphinx warns once, while it reads; the build that follows must not pass for good.
    for _ in range(2):
        result = scripts("build", "--root", built_copy)
        assert result.returncode == 1
        assert "issues/001.md:" in result.stderr and "nonsense" in result.stderr
        assert "Non-consecutive header level" in result.stderr


def test_unknown_name_for_only(tiny: Path) -> None:
    result = scripts("run", "--root", tiny, "--only", "nothing")
    assert result.returncode == 1
    assert "no notebook has that name" in result.stderr and "averages" in result.stderr


def test_gpu_that_is_not_there(tiny: Path, edit: Edit) -> None:
    from scripts.execution.schedule import capacity

    if capacity().gpus:
        pytest.skip("this machine has a GPU")
    edit(tiny / "notebooks/averages.md", "deadline: 60", "gpu: true\ndeadline: 60")
    result = scripts("run", "--root", tiny, "--only", "averages")
    assert result.returncode == 1
    assert "notebooks/averages.md: the profile 'book' needs a GPU" in result.stderr
