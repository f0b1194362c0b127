"""Works of the bibliography that are one, and identifiers that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from scripts.book.model import Book
from scripts.core.problems import Problem

DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
NAMES = {"doi": "DOI", "eprint": "eprint"}


def wrong(book: Book) -> Iterator[Problem]:
    """DOIs that lead nowhere, and works that stand under two keys."""
    owner: dict[tuple[str, str], str] = {}
    for key, work in book.bibliography.items():
        say = partial(Problem.at, *book.entries[key])
        doi = work.get("doi", "")
        if doi and not DOI.fullmatch(doi):
            inner = DOI.search(doi)
            right = f"Write doi = {{{inner[0]}}}" if inner else "A DOI looks like 10.1000/182."
            yield say(f"'{key}': '{doi}' is no DOI", right)
        for field, name in NAMES.items():
            given = re.sub(r"v[0-9]+$", "", work.get(field, "").lower())
            other = owner.setdefault((field, given), key)
            if given and other != key:
                line = book.entries[other][1].line
                what = f"'{key}' has the {name} of '{other}', line {line}"
                yield say(what, "Keep one of the two, and cite it by its key.")
