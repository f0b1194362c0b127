"""What the text of a page points at: labels, pages, works and addresses, gathered from the book.

Sphinx resolves these for the site; the editions that don't pass through Sphinx resolve them here.
Every reference becomes an absolute address, so a copy works wherever it is read, or bare words
where there is none.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import unquote

from docutils.nodes import make_id

from scripts.book.model import Book, Page
from scripts.core.languages.speech import ENGLISH, Speech, speech


class Target(NamedTuple):
    """Where a label leads: its title as plain words, its absolute address."""

    title: str
    url: str


class CorrectionOfItem(NamedTuple):
    """A correction's kind, with the item it belongs to: plain title, absolute address."""

    kind: str
    title: str
    url: str


@dataclass(frozen=True)
class Context:
    """All that is needed to read one text of one page.

    ``path`` is the page's source path and ``line`` the 1-based line at which the text begins
    (both for messages; relative links start from the path's folder). ``bibliography`` maps keys to
    author, title, year and url; ``labels`` and ``pages`` (by docname) lead to targets. ``source``
    is the address below which files of the repository are found, ``references`` that of the page
    with the bibliography. ``corrections`` are those of the page, ``filled`` is plain Markdown for
    its directives that the build fills, by their names; ``substitutions`` are the book's and the
    page's, MyST by their names. ``say``: the edition's own words in the page's language.
    """

    path: str = ""
    line: int = 1
    bibliography: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    labels: Mapping[str, Target] = field(default_factory=dict)
    pages: Mapping[str, Target] = field(default_factory=dict)
    source: str = ""
    references: str = ""
    corrections: tuple[CorrectionOfItem, ...] = ()
    filled: Mapping[str, str] = field(default_factory=dict)
    substitutions: Mapping[str, str] = field(default_factory=dict)
    say: Speech = field(default_factory=partial(speech, ENGLISH))

    def resolve(self, href: str) -> Target:
        """Absolute address of a link's destination, with the title that it has by itself.

        Addresses with a scheme are left as they are; ``path#anchor``, ``#anchor`` and labels lead
        to the site, other files of the repository to their source."""
        if re.match(r"[a-z][a-z0-9+.-]*:|//", href, re.I):
            return Target(href, href)
        path, _, anchor = unquote(href).partition("#")
        if anchor in self.labels:
            return self.labels[anchor]
        if not path:
            here = self.pages.get(_docname(self.path))
            return Target(here.title if here else "", f"{here.url if here else ''}#{anchor}")
        if path in self.labels:
            return self.labels[path]
        inner = self.inner(path)
        page = self.pages.get(_docname(inner)) or self.pages.get(inner)
        if page:
            return Target(page.title, at(page.url, make_id(anchor)))
        url = _address(f"{self.source}/{inner}") if self.source else ""
        return Target(posixpath.basename(inner), at(url, anchor))

    def inner(self, path: str) -> str:
        """A path relative to this page (or, with a leading slash, to the root) from the root."""
        if path.startswith("/"):
            return posixpath.normpath(path.lstrip("/"))
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.path), path))


def _docname(path: str) -> str:
    return re.sub(r"\.(md|ipynb|rst|txt)$", "", path)


def _address(url: str) -> str:
    return url.replace(" ", "%20").replace("(", "%28").replace(")", "%29")


def address(book: Book, page: Page) -> str:
    """Public address of a page; its source's where the book has no `html.baseurl`, or ''."""
    return book.addresses.page(page.docname) or book.addresses.source(page.path)


def at(url: str, anchor: str) -> str:
    """A place in a page; '' where that has no address."""
    return f"{url}#{anchor}" if url and anchor else url


def contexts(book: Book) -> dict[str, Context]:
    """One context for each page of a book, by docname."""
    pages = {page.docname: Target(page.title, address(book, page)) for page in book.pages}
    labels: dict[str, Target] = {}
    references = ""
    for page in book.pages:
        url = address(book, page)
        found = page.labels.items()
        labels.update({n: Target(label.title, at(url, label.anchor)) for n, label in found})
        if not references and "{bibliography}" in page.text:
            references = address(book, page)
    # `raw` instead of `blob`: pictures are shown, and other files can be read, by the same address.
    source = book.addresses.source("").replace("/blob/", "/raw/", 1).rstrip("/")
    return {
        page.docname: Context(
            path=page.path,
            bibliography=book.bibliography,
            labels=labels,
            pages=pages,
            source=source,
            references=references,
            corrections=_corrections(page, address(book, page)),
            substitutions=_substitutions(book, page),
            say=speech(book.language_of(page)),
        )
        for page in book.pages
    }


def _substitutions(book: Book, page: Page) -> dict[str, str]:
    """What ``{{ name }}`` stands for, where the book has them."""
    parse = book.config.get("parse") or {}
    if "substitution" not in (parse.get("myst_enable_extensions") or ()):
        return {}
    own = page.front.get("myst") or {}
    given = [parse.get("myst_substitutions"), page.front.get("substitutions"),
             own.get("substitutions") if isinstance(own, dict) else None]  # fmt: skip
    return {
        str(name): str(meaning)
        for each in given
        if isinstance(each, dict)
        for name, meaning in each.items()
    }


def asked(context: Context, text: str) -> Context:
    """``context`` with only those labels, pages and works whose names stand in ``text``: all that
    the text of one of our own pages can ask for (`sources.check` has seen to the others)."""
    words = {word.strip(".:/") for word in re.findall(r"[\w.:/+-]+", text)}
    words |= {part for word in words for part in re.split(r"[/.]", word)}

    def some(known: Mapping[str, Any]) -> dict[str, Any]:
        return {key: known[key] for key in sorted(known.keys() & words)}

    stems = {name: page for name, page in context.pages.items() if name.split("/")[-1] in words}
    works = context.bibliography if "{bibliography}" in text else some(context.bibliography)
    return replace(context, labels=some(context.labels), pages=stems, bibliography=works)


def _corrections(page: Page, url: str) -> tuple[CorrectionOfItem, ...]:
    titles = {item.anchor: item.title for item in page.items}
    return tuple(
        CorrectionOfItem(c.kind, titles.get(c.anchor, page.title), at(url, make_id(c.anchor)))
        for c in page.corrections
    )
