"""The addresses of other sites that a book names, each once, with all its places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urldefrag, urlsplit

from scripts.book.model import Book, Page
from scripts.book.outline import outline
from scripts.core.problems import Place


class Named(NamedTuple):
    """Where an address stands, and how it is written there, which may have an anchor more."""

    path: str
    place: Place
    written: str


WEB = re.compile(r"https?://[^\s/]", re.I)


def named(book: Book) -> dict[str, list[Named]]:
    """Addresses, without their anchors, in the order of the book; those of its own site and
    repository are no others'."""
    own = tuple(filter(None, (book.addresses.site, book.addresses.repository)))
    found: dict[str, list[Named]] = {}
    for one in _all(book):
        address = urldefrag(one.written).url
        if _askable(address) and not _below(address, own):
            found.setdefault(address, []).append(one)
    return found


def _all(book: Book) -> Iterator[Named]:
    for page in book.pages:
        for name, value in _leaves(page.front):
            if re.fullmatch(r"\S+", value):
                yield Named(page.path, page.place(name), value)
        yield from _linked(page)
    for key, work in book.bibliography.items():
        path, place = book.entries[key]
        doi = [f"https://doi.org/{work['doi']}"] if "doi" in work else []
        yield from (Named(path, place, one) for one in dict.fromkeys([work.get("url", ""), *doi]))


def _linked(page: Page) -> Iterator[Named]:
    """Links and pictures of a page; those of a notebook in JSON have no lines."""
    outlines = [page.outline]
    json = page.path.endswith(".ipynb")
    if json and page.notebook is not None:
        outlines = [outline(c.source) for c in page.notebook.cells if c.cell_type == "markdown"]
    for one in outlines:
        found = [(link.href, link.place) for link in one.links]
        found += [(source, place) for source, _, place in one.pictures]
        yield from (Named(page.path, Place(0) if json else at, href) for href, at in found)


def _leaves(data: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a front matter, with its dotted name."""
    if isinstance(data, str):
        yield name.rstrip("."), data
    elif isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _leaves(value, f"{name}{key}.")


def _askable(address: str) -> bool:
    """Whether it leads to the web, and says nobody's name or password."""
    try:
        return bool(WEB.match(address)) and "@" not in urlsplit(address).netloc
    except ValueError:
        return False


def _below(address: str, sites: tuple[str, ...]) -> bool:
    return any(address == site or address.startswith(f"{site}/") for site in sites)
