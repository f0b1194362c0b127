"""Issues in another language: what they have of their originals, and what those have become since.

An item's version is a digest of its source. A translation notes in its front matter which version
of each item it is of, so that what changed later can be said item by item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from scripts.book.front_matter import without_head
from scripts.book.model import Book, Item, Page
from scripts.core.files import digest
from scripts.core.problems import Place, Problem, did_you_mean

ANCHOR = re.compile(r"\(.+\)=\s*")
AROUND = "text"  # for an anchor: what stands outside of every item, title and description too


class Behind(NamedTuple):
    """What a translation lacks: items of the original that changed since, with their places here,
    and those that it doesn't have; ``around``: whether the text outside of them changed."""

    changed: list[tuple[Item, Item]]
    missing: list[Item]
    around: bool


def original_of(book: Book, page: Page) -> Page | None:
    """The issue that a page is the translation of, or None."""
    return next((issue for issue in book.issues if issue.docname == page.translates), None)


def translations_of(book: Book, issue: Page) -> list[Page]:
    """An issue in other languages."""
    return [page for page in book.translations if page.translates == issue.docname]


def tongue(page: Page) -> str:
    """The language of a translation as its anchors begin with it: `pt` for `pt-BR`."""
    return str(page.front.get("lang") or "")[:2]


def versions(text: str, front: Mapping[str, Any], items: Sequence[Item]) -> dict[str, str]:
    """Of each item of an issue's text as it is written, by its anchor, and of the text around."""
    above, lines = without_head(text)
    found, rest, at = {}, [str(front.get(key)) for key in ("title", "description")], 0
    for item in items:
        start, end = item.line - 1 - above, item.end - 1 - above
        rest += lines[at:start]
        found[item.original] = _version(lines[start:end])
        at = end
    rest += lines[at:]
    prose = [line for line in rest if not ANCHOR.fullmatch(line)]  # a new item is no new text
    return {**found, AROUND: _version(prose)}


def _version(lines: list[str]) -> str:
    return f"v{digest(' '.join(' '.join(lines).split()))[:8]}"


def behind(book: Book, page: Page) -> Behind:
    """What a translation lacks of its original as that is today."""
    original = original_of(book, page)
    noted, here = page.front.get("translated") or {}, {i.original: i for i in page.items}
    if original is None:
        return Behind([], [], False)
    now = original.versions
    pairs = [(item, here.get(item.original)) for item in original.items]
    changed = [(i, own) for i, own in pairs if own and noted.get(i.original, "") != now[i.original]]
    missing = [item for item, own in pairs if own is None]
    return Behind(changed, missing, noted.get(AROUND, "") != now[AROUND])


def to_translate(book: Book) -> Iterator[Problem]:
    """What each translation lacks, with the line to write once it is there. No fault: a reader is
    told on its page."""
    for page in book.translations:
        original, lacks = original_of(book, page), behind(book, page)
        if original is None:
            continue
        lines = {item.original: item.line for item in page.items}
        changed, missing = "changed since it was translated", "is not translated yet"
        what = [(i.original, f"'{i.original}' {changed}") for i, _ in lacks.changed]
        what += [(i.original, f"'{i.original}' {missing}") for i in lacks.missing]
        what += [(AROUND, f"the text around the items {changed}")] if lacks.around else []
        for anchor, said in what:
            at = page.places.get(f"translated.{anchor}", Place(lines.get(anchor, 1)))
            right = f"Then write '{anchor}: {original.versions[anchor]}' below 'translated:'."
            yield Problem.at(page.path, at, said, right)


def wrong(book: Book) -> Iterator[Problem]:
    """Translations of what is no issue, or of the same language, and items without original."""
    issues = {issue.docname: issue for issue in book.issues}
    taken: dict[tuple[str, str], str] = {}
    for page in book.translations:
        original, at = issues.get(page.translates), page.place("translates")
        if original is None:
            what = f"translates: '{page.translates}' is no issue of the book"
            yield Problem.at(page.path, at, what, did_you_mean(page.translates, issues))
            continue
        yield from _head(book, page, original)
        key = (page.translates, book.language_of(page))
        if key in taken:
            what = f"{taken[key]} is a translation into the same language"
            yield Problem.at(page.path, at, what, "An issue has one of each language.")
        taken.setdefault(key, page.path)
        yield from _items(page, original)


def _head(book: Book, page: Page, original: Page) -> Iterator[Problem]:
    lang = book.language_of(page)
    if lang == book.language_of(original):
        what = f"lang: '{lang}' is the language of the original"
        right = "Write that of the translation, such as 'lang: fr'."
        yield Problem.at(page.path, page.place("lang"), what, right)
    if page.front["issue"] != original.front["issue"]:
        what = f"issue: {original.path} has the number {original.front['issue']}"
        yield Problem.at(page.path, page.place("issue"), what, "Write the same here.")


def _items(page: Page, original: Page) -> Iterator[Problem]:
    known = {item.original for item in original.items}
    for item in page.items:
        if item.anchor.startswith(f"{tongue(page)}-") and item.original not in known:
            what = f"'{item.anchor}' translates no item of {original.path}"
            right = did_you_mean(item.original, known)
            yield Problem(page.path, item.line, what, right)
    for anchor in page.front.get("translated") or {}:
        if anchor not in {*known, AROUND}:
            what = f"translated: '{anchor}' is no item of {original.path}"
            at = page.place(f"translated.{anchor}")
            yield Problem.at(page.path, at, what, did_you_mean(anchor, known))
