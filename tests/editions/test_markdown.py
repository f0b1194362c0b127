"""The Markdown edition: outputs as text, tables and files; what is hidden stays hidden."""

from __future__ import annotations

import base64
from typing import Any

import nbformat
import pytest

from scripts.core.record import CHECKS_MIME
from scripts.core.untrusted.pictures import redrawn
from scripts.editions.lessons.notebooks import Lesson
from scripts.editions.llms import llms
from scripts.editions.markdown import edition, table_of, tidy
from scripts.editions.plain.references import Context, Target

CHECK = {"claim": "It is *so*.", "verdict": "fails", "measured": 0.5, "reported": 2, "unit": "s",
         "expected": "measured > 1", "reason": "Too small."}  # fmt: skip

DRAWN = redrawn("<svg/>").encode()


def data(**kinds: Any) -> Any:
    names = {"svg": "image/svg+xml", "png": "image/png", "html": "text/html", "plain": "text/plain",
             "md": "text/markdown", "checks": CHECKS_MIME}  # fmt: skip
    return nbformat.v4.new_output("display_data", data={names[k]: v for k, v in kinds.items()})


def stream(text: str, name: str = "stdout") -> Any:
    return nbformat.v4.new_output("stream", name=name, text=text)


def made(source: str, outputs: list[Any], **metadata: Any) -> tuple[str, dict[str, bytes]]:
    cell = nbformat.v4.new_code_cell(source, outputs=outputs, metadata=metadata)
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# Title\n\nText."), cell]
    )
    lesson = Lesson("002", Context(labels={"fig-x": Target("Figure 1", "https://s#fig-x")}))
    text, left = edition(notebook, lesson)
    assert text.startswith("# Title\n\nText.") or text.startswith("# Title\n\n")
    return text.removeprefix("# Title\n\nText.").strip("\n"), left["files"]


CODE = "```python\nx = 1\n```"


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        ([], ""),
        ([stream("a\n"), stream("b\n")], "```text\na\nb\n```"),
        ([stream("```\n")], "````text\n```\n````"),
        ([data(plain="3", html="<b>3</b>")], "```text\n3\n```"),
        ([data(plain="<IPython.core.display.HTML object>", html="<b>3</b>")], "<b>3</b>"),
        ([data(plain="x", md="*x*")], "*x*"),
        (
            [data(plain="holds", html="<div/>", checks={"checks": [CHECK]})],
            "**fails**: It is \\*so\\*. (measured 0.5 s, reported 2 s) Rule: more than 1 s. "
            "Too small.",
        ),
        (
            [data(plain="   a", html="<table><tr><th></th><th>a|b</th></tr><tr><th>0</th>"
                                     "<td>x_y</td></tr></table>")],
            "|  | a\\|b |\n| --- | --- |\n| 0 | x\\_y |",
        ),
    ],
)  # fmt: skip
def test_outputs(outputs: list[Any], expected: str) -> None:
    text, files = made("x = 1", outputs)
    assert text == f"{CODE}\n\n{expected}".strip("\n")
    assert not files


def test_errors_are_quoted_without_colours() -> None:
    error = nbformat.v4.new_output(
        "error", ename="E", evalue="v", traceback=["\x1b[31mE\x1b[0m", "line"]
    )
    assert made("x = 1", [error])[0] == f"{CODE}\n\n```text\nE\nline\n```"


def test_pictures_become_files_with_alt_text_and_caption() -> None:
    metadata = {
        "mystnb": {
            "figure": {"caption": "It {abbr}`falls`.\n", "name": "fig-x"},
            "image": {"alt": "A [line]\nfalls"},
        }
    }
    png = base64.b64encode(b"png").decode()
    text, files = made("x = 1", [data(svg=["<svg", "/>"], plain="F"), data(png=png)], **metadata)
    assert text == (
        f"{CODE}\n\n![A \\[line\\] falls](002_files/fig-x.svg)\n\n"
        "![A \\[line\\] falls](002_files/fig-x.png)\n\n**Figure 1.** It falls."
    )
    assert files == {"002_files/fig-x.svg": DRAWN, "002_files/fig-x.png": b"png"}


def test_a_picture_that_cannot_be_read_leaves_the_words() -> None:
    bad = [data(svg="<svg onload='x()'>", plain="Figure"), data(png="A", plain="Figure")]
    text, files = made("x = 1", bad)
    assert not files and text.count("```text\nFigure\n```") == 2


def test_pictures_without_a_name_are_counted() -> None:
    _, files = made("x = 1", [data(svg="<svg/>"), data(svg="<svg></svg>")])
    assert list(files) == ["002_files/figure.svg", "002_files/figure-2.svg"]


@pytest.mark.parametrize(
    ("tag", "code", "output"),
    [
        ("remove-cell", False, False),
        ("remove-input", False, True),
        ("hide-input", False, True),
        ("hide-cell", False, True),
        ("remove-output", True, False),
        ("parameters", True, True),
    ],
)
def test_hidden_cells(tag: str, code: bool, output: bool) -> None:
    text, _ = made("x = 1", [stream("out\n")], tags=[tag])
    assert (CODE in text, "```text\nout\n```" in text) == (code, output)


def test_code_that_holds_a_fence() -> None:
    assert made('x = """\n```\n"""', [])[0] == '````python\nx = """\n```\n"""\n````'


def test_the_opening_stands_below_the_title() -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("(a)=\n# T *x*\n\nB")])
    text, left = edition(notebook, Lesson("a", Context(), opening="O"))
    assert text == "# T *x*\n\nO\n\nB\n"
    assert not left["problems"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("B")])
    assert edition(notebook, Lesson("a", Context(), title="U"))[0] == "# U\n\nB\n"


@pytest.mark.parametrize(
    "html",
    [
        "<p>no table</p>",
        "<table><tr><td colspan='2'>a</td></tr><tr><td>b</td><td>c</td></tr></table>",
        "<table><tr><td>a</td></tr></table><table></table>",
        "<table><tr><td>a</td></tr><tr><td>b</td><td>c</td></tr></table>",
        "<table></table>",
    ],
)
def test_tables_that_markdown_cannot_hold(html: str) -> None:
    assert table_of(html) == ""


def test_tidy_leaves_fenced_code_alone() -> None:
    text = "\n\na \n\n\n```\nx\n\n\n\ny  \n```\n\n\n> ~~~\n>\n>\n> ~~~\n\n\nb  \nc\n\n"
    expected = "a\n\n```\nx\n\n\n\ny  \n```\n\n> ~~~\n>\n>\n> ~~~\n\nb  \nc\n"
    assert tidy(text) == expected


def test_llms_txt() -> None:
    sections = [("Issues", [("One [1]", "https://s/1.md", "About\none.")]), ("None", [])]
    assert llms("Title", "What it\nis.", sections) == (
        "# Title\n\n> What it is.\n\n## Issues\n\n- [One \\[1\\]](https://s/1.md): About one.\n"
    )
