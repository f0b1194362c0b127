"""What a cell puts out is cut to what a page can carry, says so, and takes no time."""

from __future__ import annotations

import time
from typing import Any

import pytest

from scripts.core.record import CHECKS_MIME
from scripts.core.untrusted import excerpts
from scripts.core.untrusted.excerpts import (
    CHARACTERS,
    KEPT,
    LINE,
    LINES,
    OUTPUTS,
    ROWS,
    of_cell,
    of_html,
)


def stream(text: str | list[str], name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def shown(**data: Any) -> dict[str, Any]:
    names = {"html": "text/html", "plain": "text/plain", "md": "text/markdown",
             "latex": "text/latex", "png": "image/png", "checks": CHECKS_MIME}  # fmt: skip
    return {"output_type": "display_data", "data": {names[k]: v for k, v in data.items()}}


def error(text: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": "E", "evalue": "", "traceback": [text]}


def table(rows: int, inner: str = "<td>1</td>") -> str:
    head = "<table><thead><tr><th>a</th></tr></thead><tbody>"
    return f"{head}{f'<tr>{inner}</tr>' * rows}</tbody></table>"


SHORT: list[dict[str, Any]] = [
    stream("a\r\nb\n"), stream(["a\n", "b"]), stream("x" * LINE), stream("x\n" * LINES),
    shown(plain="x", html=table(ROWS)), shown(plain=["1\n", "2"], md="*a*"), shown(png="A"),
    error("\x1b[31mE\x1b[0m\nline"), shown(html="<div>" * 100 + "</div>" * 100), shown(),
    shown(html="<script>" + "<div>" * CHARACTERS + "</script><p>x"),
    shown(html="<ul>" + "<li>x" * 3000 + "</ul>"),
]  # fmt: skip


@pytest.mark.parametrize("output", SHORT)
def test_what_is_short_stays(output: dict[str, Any]) -> None:
    assert of_cell([output]) == [output]


def of_line(length: int, text: str = "x") -> str:
    return f"{text * 50} … [{LINE:,} of the {length:,} characters of this line; {KEPT}]"


LONG = {
    "a line": (stream("x" * 5000), of_line(5000)),
    "a line among others": (stream(f"a\n{'x' * 5000}\nb\n"), f"{of_line(5000)}\nb\n"),
    "a progress bar": (stream("\r".join(f"{i:>9} %" for i in range(1000))), "      999 %"),
    "lines": (stream("x\n" * 5000), "x\n" * LINES + f"… [1,000 of the 5,000 lines; {KEPT}]\n"),
    "plain": (shown(plain="x\n" * 5000), f"x\n… [1,000 of the 5,000 lines; {KEPT}]\n"),
    "characters": (stream(("x" * 1000 + "\n") * 500), f"x\n… [200 of the 500 lines; {KEPT}]\n"),
    "colours": (stream("\x1b[31m" + "x" * 5000), "x\x1b[0m … [2,000 of the 5,005 characters"),
    "a colour cut": (
        stream("x" * 1998 + "\x1b[31mred" * 99), "x\x1b[0m … [2,000 of the 2,790 characters",
    ),
    "a traceback": (error("x\n" * 5000 + "E"), f"x\n\x1b[0m… [200 of the 5,001 lines; {KEPT}]\nx"),
    "a line of a traceback": (error("x" * 5000), of_line(5000)),
    "rows": (shown(html=table(5000)), f"</table><p>… [200 of the 5,000 rows; {KEPT}]</p>"),
    "rows, never closed": (
        shown(html="<table>" + "<tr><td>1" * 5000), "<td>1</table><p>… [200 of the 5,000 rows",
    ),
    "rows of a table in a table": (
        shown(html=table(2, f"<td>{table(5000)}</td>")), f"; {KEPT}]</p></td></tr><tr><td><table>",
    ),
    "tables in rows": (shown(html=table(5000, f"<td>{table(1)}</td>")), "[200 of the 5,000 rows"),
    "rows of many bodies": (
        shown(html="<table>" + "<tbody><tr><td>1" * 5000), "[200 of the 4,999 rows",
    ),
    "wide": (shown(html=table(1, "<td>1</td>" * 50_000), plain="words"), "{'text/plain': 'words'}"),
    "deep": (shown(html="<div>" * 3000, plain="words"), "{'text/plain': 'words'}"),
    "deep, ends before": (shown(html="<div></b>" * 3000, plain="x"), "{'text/plain': 'x'}"),
    "deep, with words": (shown(html="<b>" * 3000), "of the 9,000 characters of this line"),
    "never ends": (shown(html="<script>" + "<" * CHARACTERS * 2, plain="x"), "'text/plain': 'x'}"),
    "Markdown": (shown(md="*a " * 100_000, plain="words"), "{'text/plain': 'words'}"),
    "TeX": (shown(latex="$" + "x+" * 20_000 + "$"), "of the 40,002 characters of this line"),
}  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_what_is_long_is_cut_and_says_so(name: str) -> None:
    output, words = LONG[name]
    (cut,) = of_cell([output])
    text = cut.get("text") or "".join(cut.get("traceback", [])) or str(cut["data"])
    assert words.replace("\n", "\\n") in text if "data" in cut else words in text
    assert len(text) < CHARACTERS * 1.1


def test_a_cell_has_no_more_than_a_cell() -> None:
    many = of_cell([stream("x\n" * 600), stream("y\n" * 600), shown(plain="z"), shown(png="A")])
    assert [_lines(output) for output in many] == [600, 401, 0, 1]
    assert many[2] == shown(png="A")
    assert "… [1 of 4 outputs are left out here" in many[3]["text"]
    assert len(of_cell([shown(png="A")] * 1000)) == OUTPUTS + 1
    assert of_cell([stream(".")] * 1000) == [stream("." * 1000)]
    check = shown(checks={"checks": []}, html="x", plain="x")
    assert of_cell([shown(png="A")] * 1000 + [check])[-2] == check


def _lines(output: dict[str, Any]) -> int:
    return str(output.get("text", "")).count("\n")


@pytest.mark.parametrize(
    "text",
    [
        "0, " * 10**6,
        "\n" * 10**6,
        "\r" * 10**6,
        "\x1b]" * 10**6,
        "\x1b[31mx" * 10**5,
        "x\r" * 10**6,
    ],
)
def test_cutting_takes_time_in_proportion(text: str) -> None:
    began = time.monotonic()
    for output in (stream(text), error(text), shown(plain=text), shown(html=text), shown(md=text)):
        of_cell([output])
    for tag in ("<tr>", "<table>", "<table><tr>", "<script>", "</table>", "<", "<b></i>"):
        of_html(tag * 10**5)
    assert time.monotonic() - began < 10


def test_what_is_cut_is_not_cut_again() -> None:
    cut = excerpts.line("\x1b[31m" + "x" * 10**6)
    assert excerpts.line(cut) == cut
