"""Learners' copies: they stand alone, hold no MyST and no private metadata, and don't change."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from scripts.book import front_matter
from scripts.book.model import Book, Item, Page, page_of
from scripts.book.notebooks import read_notebook
from scripts.core.addresses import Addresses
from scripts.core.record import CHECKS_MIME, Record, Run
from scripts.editions.derive import derive, derived
from scripts.editions.lessons.literals import with_literal
from scripts.editions.lessons.setup import FOLDED

HEAD = "kernelspec:\n  display_name: Python 3\n  language: python\n  name: python3\n"


NOTEBOOK = f"""---
{HEAD}title: A small *sample*
---

# A small *sample*

(sample-top)=
Words {{cite}}`two`, {{ref}}`sample-top` and {{numref}}`fig-sample`.

```{{code-cell}} ipython3
:tags: [parameters]

seed = 1  # any integer
```

```{{code-cell}} ipython3
:tags: [hide-input, strange-tag]

import importlib.util

import helper as h
from other import WORD

assert importlib.util.find_spec("scripts") is None, "the repository can be imported"
display(h.greet(WORD))
```

+++ {{"private": true}}

:::{{admonition}} Why?
:class: dropdown
Because.
:::

```{{code-cell}} ipython3
---
tags: [remove-input]
mystnb:
  figure:
    caption: |
      It falls {{cite}}`two`.
    name: fig-sample
  image:
    alt: "A line"
---
import matplotlib.pyplot as plt

plt.plot([3, 2, 1])
```

```{{code-cell}} ipython3
{{"é": [h.greet("x"),
       seed]}}
```
"""


ISSUE = f"""---
{HEAD}title: Issue one
issue: 1
date: "2020-01-19"
---

# Issue one

## Part

(i001-sample)=
### First item

Text of the item.

(i001-other)=
### Second item

More.

```{{code-cell}} ipython3
:tags: [parameters, remove-cell]

a = 2
statistics = None  # counted by the build
```

```{{code-cell}} ipython3
:tags: [remove-cell]

if statistics is None:
    from scripts import page_statistics
    statistics = page_statistics("001.md")
```

```{{code-cell}} ipython3
print(statistics["words"] + a)
```
"""


HELPER = '''"""Helps."""

from __future__ import annotations

from dataclasses import dataclass

import other


@dataclass
class Greeting:
    text: str = "\\t{}"


def greet(name: str) -> str:
    """Say `name` with r\\aw text: \\n."""
    return other.WORD + name
'''


def page(path: str, text: str, kind: Any, **more: Any) -> Page:
    notebook, lines = read_notebook(text)
    front, _ = front_matter.front_matter(text, path)
    return page_of(
        path, path.removesuffix(".md"), kind, text, {**front.data, **more.pop("front", {})},
        notebook=notebook, cell_lines=lines, **more,
    )  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> Book:
    root = tmp_path / "root"
    (root / "notebooks").mkdir(parents=True)
    (root / "notebooks/helper.py").write_text(HELPER)
    (root / "notebooks/other.py").write_text('WORD = "hello"\n')
    (root / "notebooks/unused.py").write_text("1 / 0\n")
    items = (
        Item("i001-sample", "First item", "Part", "", 14, 18),
        Item("i001-other", "Second item", "Part", "", 20, 40),
    )
    start = ISSUE.split("\n").index("(i001-other)=") + 1
    items = (Item("i001-sample", "First item", "Part", "", start - 4, start), items[1])
    pages = (
        page("issues/001.md", ISSUE, "issue", items=items,
             front={"original": {"title": "Old", "author": "E. S.", "url": "https://o.x"},
                    "authors": [{"name": "We"}], "tags": ["a"]}),
        page("notebooks/sample.md", NOTEBOOK, "notebook",
             front={"item": "i001-sample", "description": "A sample | of one.",
                    "full_size": "all held.",
                    "date": "2020-01-19"}),
    )  # fmt: skip
    bibliography = {"two": {"author": "A and B", "title": "T", "year": "2019", "url": "https://t"}}
    addresses = Addresses("https://site.example", "https://github.com/me/book", "main")
    return Book(root, {"title": "The Book"}, pages, addresses, bibliography)


KINDS = ("atom", "rss", "json")


def run_of(page: Page, outputs: list[list[dict[str, Any]]], outcome: Any = "ok") -> Run:
    notebook = json.loads(json.dumps(page.notebook))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, (cell, found) in enumerate(zip(code, outputs, strict=True), 1):
        cell["outputs"], cell["execution_count"] = found, number + 3
        cell["metadata"]["papermill"] = {"duration": 1.5}
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.11.7"}
    record = Record(
        page.docname, "book", {}, "k", {}, "2026-01-01T00:00:00Z", 11.4, 0.5, 9.0, 321, "python3",
        "3.11", {}, "a machine", outcome,
    )  # fmt: skip
    return Run(record, notebook)


CHECK = {"id": "i001-c", "kind": "claim", "claim": "It is *so*.", "source": "", "reported": None,
         "measured": 2, "unit": "", "spread": None, "expected": "measured > 1",
         "verdict": "holds", "stands": "holds", "reason": ""}  # fmt: skip


OUTPUTS: list[list[dict[str, Any]]] = [
    [],
    [
        {
            "output_type": "display_data",
            "data": {"text/plain": "holds", CHECKS_MIME: {"checks": [CHECK]}},
            "metadata": {"private": 1, "image/png": {"width": 3}},
        }
    ],
    [
        {
            "output_type": "execute_result",
            "data": {"text/plain": "[<Line2D>]"},
            "metadata": {},
            "execution_count": 9,
        },
        {
            "output_type": "display_data",
            "data": {"image/svg+xml": "<svg/>", "text/plain": "<Figure>"},
            "metadata": {},
        },
    ],
    [
        {
            "output_type": "execute_result",
            "data": {"text/plain": "{...}"},
            "metadata": {},
            "execution_count": 9,
        }
    ],
]


def notebook(files: dict[str, bytes], name: str) -> NotebookNode:
    loaded = nbformat.reads(files[f"notebooks/{name}"].decode(), as_version=4)
    nbformat.validate(loaded)
    return loaded


def test_the_files(book: Book, tmp_path: Path) -> None:
    runs = {"notebooks/sample": run_of(book.pages[1], OUTPUTS)}
    assert not derive(book, runs, tmp_path / "out")
    names = list(derived(book, runs)[0])
    assert names == [
        "notebooks/001.ipynb",
        "notebooks/001.py",
        "notebooks/sample.ipynb",
        "notebooks/sample.executed.ipynb",
        "notebooks/sample.py",
        "notebooks/requirements.txt",
        "notebooks/runtime.txt",
        "notebooks/README.md",
        "notebooks/notebooks.zip",
        "markdown/001.md",
        "markdown/sample.md",
        "markdown/sample_files/fig-sample.svg",
        "claims.csv",
        "claims.json",
        "codecheck/001.yml",
        *(f"feeds/{name}.{kind}" for name in ("feed", "verdicts") for kind in KINDS),
        "email/001.png",
        "email/001.html",
        "email/001.txt",
        "email/001.eml",
        "epub/root.epub",
        "llms.txt",
    ]
    files = {name: (tmp_path / "out" / name).read_bytes() for name in names}
    with zipfile.ZipFile(io.BytesIO(files["notebooks/notebooks.zip"])) as inner:
        assert {i.filename: inner.read(i) for i in inner.infolist()} == {
            name: files[name] for name in names[:8]
        }
    assert derived(book, runs)[0] == files, "two derivations differ"


def test_a_copy_is_plain_and_clean(book: Book) -> None:
    files, _ = derived(book, {"notebooks/sample": run_of(book.pages[1], OUTPUTS)})
    copy, executed = notebook(files, "sample.ipynb"), notebook(files, "sample.executed.ipynb")
    assert set(copy.metadata) == {"kernelspec", "language_info", "title"}
    assert "version" not in copy.metadata.language_info
    first, about, modules, *_, last = copy.cells
    assert first.source.startswith("# A small *sample*\n\nWords ([A and B, 2019](https://t))")
    assert about.source.startswith("From [The Book](https://site.example/)")
    anchor = "First item](https://site.example/issues/001.html#i001-sample) of issue 1"
    assert anchor in about.source
    assert "It runs in 11 s and 321 MiB of memory" in about.source, "as the record says"
    assert "colab.research.google.com/github/me/book/blob/notebooks/sample.ipynb" in about.source
    assert "CC BY 4.0" in last.source and "MIT" in last.source
    assert modules.metadata == FOLDED and modules.source.startswith("#@title ")
    assert modules.source.index('_module("other"') < modules.source.index('_module("helper"')
    assert "1 / 0" not in modules.source
    metadata = [cell.metadata for cell in copy.cells if cell.cell_type == "code"]
    hidden = {"jupyter": {"source_hidden": True}}
    assert metadata == [FOLDED, {"tags": ["parameters"]}, hidden, hidden, {}]
    text = "\n".join(cell.source for cell in copy.cells if cell.cell_type == "markdown")
    assert "([A and B, 2019](https://t))" in text
    assert "[Figure 1](https://site.example/notebooks/sample.html#fig-sample)" in text
    assert "**Figure 1.** It falls ([A and B, 2019](https://t))." in text
    assert "<summary>Why?</summary>" in text
    assert text.count("# A small") == 1
    for sign in ("{cite}", "{ref}", ":::", "+++", "(sample-top)="):
        assert sign not in text
    assert not any(cell.get("outputs") for cell in copy.cells)
    assert [cell.id for cell in copy.cells] == [cell.id for cell in executed.cells]
    assert len({cell.id for cell in copy.cells}) == len(copy.cells)


def test_the_executed_copy_keeps_outputs_but_nothing_private(book: Book) -> None:
    files, _ = derived(book, {"notebooks/sample": run_of(book.pages[1], OUTPUTS)})
    executed = notebook(files, "sample.executed.ipynb")
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3, 4, 5]
    assert code[2].outputs[0].data == {"text/plain": "holds"}
    assert code[2].outputs[0].metadata == {"image/png": {"width": 3}}
    assert code[3].outputs[0].execution_count == 4
    assert code[3].outputs[1].data["image/svg+xml"] == "<svg/>"
    for private in (b"newsletter.checks", b"papermill", b"mystnb", b"strange-tag", b"private"):
        assert private not in files["notebooks/sample.executed.ipynb"]


def test_an_id_changes_with_its_own_cell_only(book: Book) -> None:
    files, _ = derived(book, {})
    before = [cell.id for cell in notebook(files, "sample.ipynb").cells]
    book.pages[1].notebook.cells[1].source = "seed = 2"  # type: ignore[union-attr]
    files, _ = derived(book, {})
    after = [cell.id for cell in notebook(files, "sample.ipynb").cells]
    assert [a == b for a, b in zip(before, after, strict=True)].count(False) == 1


def test_copies_run_in_an_empty_folder(book: Book, tmp_path: Path) -> None:
    files, _ = derived(book, {"notebooks/sample": run_of(book.pages[1], OUTPUTS)})
    folder = tmp_path / "empty"
    folder.mkdir()
    environment = {
        k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "MPLBACKEND")
    }  # fmt: skip
    for name in ("sample", "001"):
        for suffix in (".ipynb", ".py"):
            (folder / (name + suffix)).write_bytes(files[f"notebooks/{name}{suffix}"])
    done = [
        subprocess.run(
            [sys.executable, *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
        )
        for arguments in (
            ["sample.py"],
            ["001.py"],
            ["-m", "nbconvert", "--execute", "--inplace", "--to", "notebook", "sample.ipynb"],
        )
    ]
    assert [process.returncode for process in done] == [0, 0, 0], [p.stderr for p in done]
    assert "hellohello" in done[0].stdout
    assert "{'é': ['hellox', 1]}" in done[0].stdout
    assert (folder / "sample-1.svg").read_text().startswith("<?xml")
    assert "non-interactive" not in done[0].stderr
    assert done[1].stdout == "14\n"  # twelve words and a
    ran = nbformat.read(folder / "sample.ipynb", as_version=4)
    assert "hellohello" in json.dumps(ran)
    assert {path.name for path in folder.iterdir()} - {"__pycache__"} == {
        "sample.ipynb", "sample.py", "001.ipynb", "001.py", "sample-1.svg",
    }  # fmt: skip


def test_an_issue_gets_its_statistics_and_cards(book: Book) -> None:
    files, _ = derived(book, {})
    issue = notebook(files, "001.ipynb")
    code = [cell for cell in issue.cells if cell.cell_type == "code"]
    assert len(code) == 2
    scope: dict[str, Any] = {}
    exec(code[0].source, scope)
    assert scope["a"] == 2 and scope["statistics"]["items"] == 2
    assert "# counted by the build" in code[0].source
    assert code[0].metadata.jupyter.source_hidden
    text = "\n".join(cell.source for cell in issue.cells)
    card = (
        "**Run it:** [A small \\*sample\\*](https://site.example/notebooks/sample.html). A sample"
    )
    assert "of one. **At full size:** all held." in text
    assert text.index("Text of the item.") < text.index(card) < text.index("### Second item")
    assert "An independent edition of the [Old](https://o.x) by E. S." in text


def test_a_failed_or_foreign_run_gives_no_outputs(book: Book) -> None:
    failed = run_of(book.pages[1], OUTPUTS, "failed")
    files, problems = derived(book, {"notebooks/sample": failed})
    assert "notebooks/sample.executed.ipynb" not in files and not problems
    foreign = run_of(book.pages[1], OUTPUTS)
    foreign.notebook["cells"][1]["source"] = "other"
    _, problems = derived(book, {"notebooks/sample": foreign})
    assert "another text" in problems[0].what


def test_what_a_copy_cannot_carry_is_a_problem(book: Book) -> None:
    (book.root / "notebooks/other.py").write_text("WORD = '''x'''\n")
    files, problems = derived(book, {})
    assert [problem.path for problem in problems] == ["notebooks/other.py"]
    assert b'_module("helper"' in files["notebooks/sample.ipynb"].replace(b"\\", b"")


def test_other_books_and_languages(tmp_path: Path) -> None:
    julia = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# J\n\n```{mystery}\nx\n```"),
               nbformat.v4.new_code_cell("println(1)")],
        metadata={"kernelspec": {"name": "julia", "language": "julia", "display_name": "J"},
                  "language_info": {"name": "julia", "version": "1.10"}},
    )  # fmt: skip
    python = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("import humanize, numpy\n%time x = 1\nx")]
    )
    pages = tuple(
        page_of(path, path.removesuffix(".ipynb"), "page", "", {}, notebook=cells)
        for path, cells in [("a/x.ipynb", julia), ("b/x.ipynb", python)]
    )
    book = Book(tmp_path, {}, pages, Addresses("https://s", "https://github.com/a/b", "main"))
    files, problems = derived(book, {})
    assert [problem.what for problem in problems] == ["the directive {mystery} has no plain form"]
    assert "notebooks/a-x.py" not in files
    assert notebook(files, "a-x.ipynb").metadata.language_info == {"name": "julia"}
    assert "licenses/by" not in files["notebooks/a-x.ipynb"].decode()
    assert notebook(files, "b-x.ipynb").cells[2].source == "%pip install --quiet humanize"
    program = files["notebooks/b-x.py"].decode()
    assert "# Needs: pip install humanize" in program
    assert "print(x)" in program
    compile(program, "x.py", "exec")


def test_literals_replace_whole_statements() -> None:
    source = "a = 1\ns = f(\n    None,\n)  # why\nb = 2"
    new = with_literal(source, "s", {"k": ["x" * 50, "y" * 50]})
    scope: dict[str, Any] = {}
    exec(new, scope)
    assert scope["s"] == {"k": ["x" * 50, "y" * 50]}
    assert new.startswith("a = 1\n# why\ns = {") and new.endswith("\nb = 2")
    assert with_literal(source, "missing", 1) == source
