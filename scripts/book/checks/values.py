"""Measured numbers that prose asks for: MyST-NB's ``{glue:text}``, and what is wrong with it.

The front matter, which only the build shows, may ask for what a check measured as well, by its id.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

from scripts.book.cells import Committed, committed, kept
from scripts.book.model import Book, Page
from scripts.core.problems import Place, Problem, did_you_mean

ROLE = re.compile(r"\{glue:text\}`([^`\n]+)`")


class Asked(NamedTuple):
    """A value that prose asks for: the page whose run keeps it, its name, its format."""

    docname: str
    name: str
    form: str


def asked(docname: str, role: str) -> Asked:
    """What ``{glue:text}`` on a page asks for: ``name:.1f``, or of another page, whose path is
    relative, ``reformer.md::name:.1f``."""
    path, _, rest = role.rpartition("::")
    name, _, form = rest.partition(":")
    if path:
        whole = posixpath.normpath(posixpath.join(posixpath.dirname(docname), path))
        docname = posixpath.splitext(whole)[0]
    return Asked(docname, name, form)


def wrong(book: Book) -> Iterator[Problem]:
    """Values that the text of a page asks for and no cell keeps."""
    pages = {page.docname: page for page in book.pages}
    for page in book.pages:
        yield from _finding(page)
        yield from _asked(pages, page)


def _asked(pages: Mapping[str, Page], page: Page) -> Iterator[Problem]:
    declared: dict[str, tuple[list[Committed], list[Committed]]] = {}  # values and checks of a page
    head = page.text.find("\n---", 3)
    for match in ROLE.finditer(page.text):
        wanted, begins = asked(page.docname, match[1]), page.text.rfind("\n", 0, match.start())
        line = page.text.count("\n", 0, match.start()) + 1
        say = partial(Problem.at, page.path, Place(line, match.start() - begins))
        begin, other = f"{{glue:text}} asks for '{match[1]}'", pages.get(wanted.docname)
        if other is None or other.notebook is None:
            what = f"{begin}, and '{wanted.docname}' is no notebook of the book"
            yield say(what, did_you_mean(wanted.docname, pages))
            continue
        if other.docname not in declared:
            cells = _code(other)
            declared[other.docname] = list(kept(cells)), list(committed(cells))
        values, checks = declared[other.docname]
        known = [*values, *checks] if match.start() < head else values
        if not any(each.pattern.fullmatch(wanted.name) for each in known):
            what = f"{begin}, and no cell of {other.path} keeps it"
            right = did_you_mean(wanted.name, [each.id for each in known])
            right = right or f'Write glue("{wanted.name}", value) in the cell that measures it.'
            yield say(what, right)
        elif "::" in match[1] and not wanted.form:  # MyST-NB would take the name for it
            right = "Write a format of Python after the name, such as ':.1f' or ':s'."
            yield say(f"{begin} without a format", right)


def _finding(page: Page) -> Iterator[Problem]:
    """A finding is about a check of its own notebook."""
    about = page.front.get("finding_check")
    known: list[Committed] = list(committed(_code(page)))
    if about and not any(each.pattern.fullmatch(str(about)) for each in known):
        at = page.place("finding_check")
        what = f"front matter, 'finding_check': no cell declares the check '{about}'"
        yield Problem.at(page.path, at, what, did_you_mean(str(about), [each.id for each in known]))


def _code(page: Page) -> list[str]:
    cells = page.notebook.cells if page.notebook is not None else []
    return [cell.source for cell in cells if cell.cell_type == "code"]
