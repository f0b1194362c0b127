"""Warnings of Sphinx as problems, with the line of the source."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from itertools import takewhile
from pathlib import Path

from scripts.book.model import Book
from scripts.core.problems import Problem
from scripts.core.words import without_escapes
from scripts.pages.stage import Lines, place

# Known noise of the stack, which says nothing about a book.
NOISE = re.compile(
    r"doing serial read|is not safe for parallel reading|multiple files found for the document"
    r"|html_static_path entry '.*site-packages"
)
# What a page asks for may well not be there: errors of any other number.
UNWRITTEN = re.compile(r"(\[Errno |Error\()(?!2\b)\d+[\],]")
STOPPED = " builder stopped: "
WARNING = re.compile(
    r"^(?:(.*?):(?:(\d+|None|<[^>]*>):)?\s*)?(WARNING|ERROR|CRITICAL|SEVERE): (.*)$"
)


def problems_of(
    book: Book, source: Path, lines: Mapping[str, Lines], warnings: str
) -> Iterator[Problem]:
    """What Sphinx said, a line each, of the tree ``source``; ``lines`` are its pages'."""
    pages = {page.docname: page for page in book.pages}
    for line in without_escapes(warnings).splitlines():
        match = WARNING.match(line)
        if not match or NOISE.search(line):
            continue
        path, number, level, text = match.groups()
        text = text.replace(f"{source}{os.sep}", "")
        path = (path or "").removeprefix(f"{source}{os.sep}").replace(os.sep, "/")
        docname = path.rsplit(".", 1)[0]
        page = pages.get(docname)
        at = int(number) if (number or "").isdigit() else 0
        if page is None:
            yield Problem(path or "_config.yml", at, f"{level.lower()}: {text}")
        elif page.path.endswith(".ipynb") and place(at)[0]:
            cell, number = place(at)
            yield Problem(page.path, 0, f"{level.lower()}: cell {cell}, line {number}: {text}")
        else:
            at = lines.get(docname, Lines()).source(at)
            yield Problem(page.path, nearest(page.text, at, text), f"{level.lower()}: {text}")


def nearest(text: str, line: int, message: str) -> int:
    """The line of a paragraph that begins at ``line`` which holds what the message quotes: MyST
    knows where a paragraph begins, not where its words stand."""
    quoted = re.findall(r"""['"`]([^'"`]{2,})['"`]""", message)
    paragraph = takewhile(str.strip, text.split("\n")[line - 1 :]) if line else ()
    for number, words in enumerate(paragraph, line):
        if any(each in words for each in quoted):
            return number
    return line


def grave(problem: Problem) -> bool:
    """Whether Sphinx says that a page or a file was not written: never a matter of taste."""
    return STOPPED in problem.what or bool(UNWRITTEN.search(problem.what))
