"""The pages that the build fills from its own data, and those that it adds.

A page of the book says where with an empty directive (``{home}``); the pages below the ledger and
the archive exist in the staged tree only, and in the staged table of contents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import yaml

from scripts.book.model import Book, Page
from scripts.core.page_data.directives import NAMES
from scripts.core.page_data.lists import Archive, Failures, Home, Ledger, Mutants, Start, Timings
from scripts.core.record import Runs
from scripts.core.untrusted import yaml_data
from scripts.pages.directives import Blocks
from scripts.pages.lists import archive, ledger
from scripts.pages.lists.home import home
from scripts.pages.lists.start import start
from scripts.pages.lists.timings import timings

FILLED: dict[type, Callable[[Book, Runs], Any]] = {
    Home: home,
    Start: start,
    Timings: timings,
    Ledger: ledger.ledger,
    Failures: ledger.failures,
    Mutants: lambda book, _: ledger.mutants(book),  # no build tries them
    Archive: archive.archive,
}


def blocks(book: Book, runs: Runs, page: Page) -> Blocks:
    """What fills the empty directives of a page."""
    asked = [make for kind, make in FILLED.items() if f"{{{NAMES[kind]}}}" in page.text]
    return {0: [make(book, runs) for make in asked]}


def added(book: Book, runs: Runs) -> dict[str, str]:
    """The texts of the pages that the build adds, by docname: below each page that lists them."""
    there = {page.docname for page in book.pages}
    pages: dict[str, str] = {}
    if ledger.PAGE in there:
        pages |= ledger.pages(book, runs)
    if archive.PAGE in there:
        pages |= archive.pages(book)
    return pages


def contents(toc: str, docnames: Iterable[str]) -> str:
    """The table of contents with each added page below the page in whose folder it lies."""
    data = yaml_data.read_yaml(toc, "_toc.yml")[0].data
    below: dict[str, list[str]] = {}
    for docname in docnames:
        below.setdefault(docname.rsplit("/", 1)[0], []).append(docname)

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            own = below.get(str(node.get("file")).removesuffix(".md"), [])
            if own:
                node.setdefault("sections", []).extend({"file": name} for name in own)
            node = list(node.values())
        if isinstance(node, list):
            for child in node:
                walk(child)

    walk(data)
    return str(yaml.dump(data, Dumper=yaml_data.DUMPER, sort_keys=False, allow_unicode=True))
