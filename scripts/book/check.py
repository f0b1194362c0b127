"""Check the sources of a newsletter without running anything: what links to what, and is it there.

The form of each file is `read`'s matter; here the pages are looked at together: anchors, links,
roles, citations, alt texts, items and their notebooks. Other people's books are left to Sphinx.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from urllib.parse import unquote

from scripts.book import items
from scripts.book.cells import look_ahead
from scripts.book.checks import (
    addresses,
    claims,
    dates,
    learning,
    parameters,
    redirects,
    tags,
    translations,
    values,
    works,
)  # fmt: skip
from scripts.book.config import inside
from scripts.book.model import Book, Page
from scripts.book.outline import Outline, target_of
from scripts.core.files import digest
from scripts.core.memo import remember
from scripts.core.page_data.directives import CORRECTIONS, READ
from scripts.core.problems import Place, Problem, did_you_mean
from scripts.core.untrusted.pictures import fault as fault_of

# A fence that is a list's definition, which our own dialect doesn't know.
FENCED_MEANING = re.compile(r"^\s*:\s+(?:`{3}|:{3}|~{3})", re.M)
_NO_FENCE = str.maketrans("", "", "`:~")
PICTURES = {".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"}
LABEL_ROLES = {"ref", "numref", "eq", "std:ref"}


def check(
    book: Book,
    published: Mapping[str, Sequence[str]] | None = None,
    faulty: Collection[str] = (),
) -> list[Problem]:
    """Everything wrong between the pages of a newsletter; of any other book, its redirects, and
    what its pages would bring in from outside of it.
    ``published`` holds, by docname, the anchors that have to stay (see `frozen`). Pages with a
    ``faulty`` head (their paths) are looked at without it, and what others say of them isn't."""
    if faulty:
        book = replace(book, pages=tuple(_headless(page, faulty) for page in book.pages))
    outlines = {page.docname: page.outline for page in book.pages}
    if not book.rules.checked:
        outside = (p for page in book.pages for p in _outside(book, page))
        return sorted({*redirects.moved(book), *outside})
    labels = {label for each in outlines.values() for label in each.labels}
    look_ahead(page.sources for page in book.pages if page.notebook is not None)
    between = () if faulty else (
        _items(book, outlines), learning.wrong(book), translations.wrong(book), values.wrong(book),
    )  # fmt: skip
    return sorted({
        *chain.from_iterable(between),
        *_labels(book, outlines),
        *_names(book),
        *parameters.wrong(book),
        *claims.wrong(book, published or {}),
        *dates.wrong(book),
        *tags.wrong(book),
        *works.wrong(book),
        *redirects.moved(book),
        *redirects.gone(book, published or {}),
        *(p for page in book.pages for p in _outside(book, page)),
        *(p for page in book.pages for p in _page(book, page, outlines, labels)),
    })  # fmt: skip


def _headless(page: Page, faulty: Collection[str]) -> Page:
    return replace(page, kind="page", front={}) if page.path in faulty else page


def swallowed(book: Book) -> list[Problem]:
    """Blocks that take what follows them into themselves, as a theorem does whose fence is as short
    as one in it: in a book that isn't checked (`check` names them in ours)."""
    if book.rules.checked:
        return []
    return [
        Problem(page.path, *fault)
        for page in book.pages
        if not FENCED_MEANING.search(page.text)
        for fault in page.outline.faults
        if "'{" in fault.what.translate(_NO_FENCE)  # and not of options, which editions name
    ]


def _labels(book: Book, outlines: dict[str, Outline]) -> Iterator[Problem]:
    owner: dict[str, tuple[str, Place]] = {}
    for page in book.pages:
        here = outlines[page.docname]
        for label, at in [*here.labels.items(), *here.repeated]:
            if label in owner and owner[label] != (page.path, at):
                first, (line, _) = owner[label]
                what = f"the anchor '{label}' stands already in {first}:{line}"
                right = "Every anchor is unique in the whole book."
                yield Problem.at(page.path, at, what, right)
            owner.setdefault(label, (page.path, at))
            if not re.match(r"[a-z][a-z0-9-]*$", label):
                what = f"the anchor '{label}' is malformed"
                right = "Anchors begin with a letter and hold lower case, digits and hyphens."
                yield Problem.at(page.path, at, what, right)


def _names(book: Book) -> Iterator[Problem]:
    """Products are named after pages, and issues after their numbers: each stands once."""
    numbers: dict[str, str] = {}
    names: dict[str, str] = {}
    for page in (*book.issues, *book.translations, *book.notebooks):
        number = str(page.front["issue"]) if page.kind == "issue" and not page.translates else ""
        if number and number in numbers:
            what = f"issue: {numbers[number]} has the number {number} already"
            right = "Every issue has a number of its own."
            yield Problem.at(page.path, page.place("issue"), what, right)
        numbers.setdefault(number, page.path)
        if page.name in names:
            what = f"{names[page.name]} is called '{page.name}', too"
            yield Problem(page.path, 0, what, "Give one of the two files another name.")
        names.setdefault(page.name, page.path)


def _items(book: Book, outlines: dict[str, Outline]) -> Iterator[Problem]:
    anchors = {item.anchor for issue in book.issues for item in issue.items}
    taken: dict[str, str] = {}
    for page in book.notebooks:
        anchor = str(page.front.get("item"))
        at = page.place("item")
        if anchor not in anchors:
            what = f"item: there is no item '{anchor}' in any issue"
            yield Problem.at(page.path, at, what, did_you_mean(anchor, anchors))
        elif anchor in taken:
            what = f"item: '{anchor}' has a companion notebook already, {taken[anchor]}"
            yield Problem.at(page.path, at, what, "An item has one companion notebook.")
        taken.setdefault(anchor, page.path)
    for issue in (*book.issues, *book.translations):
        prefix = f"i{issue.front['issue']:03d}-"
        prefix = f"{translations.tongue(issue)}-{prefix}" if issue.translates else prefix
        for item in issue.items:
            own = item.anchor if issue.translates else item.original
            if not own.startswith(prefix):
                what = f"the item '{item.title}' has no anchor that starts with '{prefix}'"
                right = f"Write '({prefix}name)=' on the line above the heading."
                yield Problem(issue.path, item.line, what, right)
        for correction in issue.corrections:
            if correction.kind not in CORRECTIONS:
                what = f"'{correction.kind}' is no kind of correction"
                right = did_you_mean(correction.kind, CORRECTIONS)
                yield Problem(issue.path, correction.line, what, right)
            if not correction.anchor:
                what = "a correction stands outside every item"
                yield Problem(
                    issue.path, correction.line, what, "Move it below its item's heading."
                )
        yield from items.outcome_problems(issue)
        first = next((h for h in outlines[issue.docname].headings if h[0] == "h1"), None)
        if first and first[1] != issue.title:
            what = f"the page's heading '{first[1]}' is not its title '{issue.title}'"
            yield Problem(issue.path, first[3], what, "Make the two equal.")


def _outside(book: Book, page: Page) -> Iterator[Problem]:
    """What a page would publish that lies outside of the book, by its path or by links."""
    here = page.outline
    found = [(f"the picture '{source}'", source, at) for source, _, at in here.pictures]
    found += [(f"the file '{path}'", path, at) for path, at in here.files]
    if book.rules.checked:  # of others, only those whose files would be published: Sphinx knows
        found += [(f"the link '{to}'", to.partition("#")[0], at) for to, at, _ in here.links]
    for what, target, at in found:
        if not SCHEME.match(target) and not inside(book.root, _path(page, unquote(target))):
            right = "Put the file into the book's folder: a page brings in what lies there."
            yield Problem.at(page.path, at, f"{what} lies outside of the book", right)


def _page(
    book: Book, page: Page, outlines: dict[str, Outline], labels: set[str]
) -> Iterator[Problem]:
    here = outlines[page.docname]
    yield from (Problem(page.path, *fault) for fault in here.faults)
    for number, key in enumerate(page.front.get("bibliography") or []):
        if key not in book.bibliography and page.kind != "page":
            at = page.place(f"bibliography.{number}")
            what = f"bibliography: '{key}' has no entry in references.bib"
            yield Problem.at(page.path, at, what, did_you_mean(str(key), book.bibliography))
    for role, content, at in here.roles:
        wrong = partial(Problem.at, page.path, at)
        label = target_of(content)
        if role.startswith("cite"):
            if content not in book.bibliography:
                what = f"the citation '{content}' has no entry in references.bib"
                yield wrong(what, did_you_mean(content, book.bibliography))
        elif role in LABEL_ROLES and label not in labels:
            what = f"{{{role}}} points at '{label}', which is no anchor of the book"
            yield wrong(what, did_you_mean(label, labels))
        elif role == "read" and content not in READ:
            what = f"{{read}} says how much of a source was read, and not '{content}'"
            yield wrong(what, did_you_mean(content, READ))
        elif role == "doc" and _resolve(page, label) not in outlines:
            what = f"{{doc}} points at '{label}', which is no page of the book"
            yield wrong(what, did_you_mean(label, outlines))
    for href, at, _ in here.links:
        if fault := addresses.fault(href) or _link(book, page, href, outlines, labels):
            yield Problem.at(page.path, at, *fault)
    yield from addresses.wrong(page)
    yield from _pictures(book, page)


def _pictures(book: Book, page: Page) -> Iterator[Problem]:
    """Pictures and files of a page that aren't there, can't be shown, or say nothing."""
    here = page.outline
    for source, alt, at in here.pictures:
        wrong = partial(Problem.at, page.path, at)
        shown = source if len(source) < 80 else f"{source[:79]}…"
        if not alt.strip():
            right = "Write ![what it shows](file), or ':alt: what it shows' in the directive."
            yield wrong(f"the picture '{shown}' has no alt text", right)
        if PICTURE.match(source):
            continue
        file = _file(book, page, source)
        if file is None:
            what = f"the picture '{shown}' is not there"
            right = "The path is relative to this page's folder; a blank in it is written %20."
            yield wrong(what, right)
        elif file.suffix.lower() in PICTURES and (fault := _fault(file)):
            yield wrong(f"the picture '{shown}' can't be shown: it {fault}")
    for path, at in here.files:
        if not SCHEME.match(path) and _file(book, page, path) is None:
            right = "The path is relative to this page's folder."
            yield Problem.at(page.path, at, f"the file '{path}' is not there", right)


SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
PICTURE = re.compile(r"https?://|data:image/", re.I)  # that are no files


def _file(book: Book, page: Page, target: str) -> Path | None:
    """The file that a target names, as it is written or as an address that stands for it."""
    for path in (target, unquote(target)):
        with suppress(OSError):  # a name that is too long
            if (book.root / _path(page, path)).is_file():
                return book.root / _path(page, path)
    return None


def _fault(file: Path) -> str:
    data, drawing = file.read_bytes(), file.suffix.lower() == ".svg"
    work = partial(fault_of, data, drawing=drawing)
    return remember("picture", [file.suffix.lower(), digest(data)], work)


def _path(page: Page, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(page.path), target))


def _resolve(page: Page, target: str) -> str:
    return re.sub(r"\.(md|ipynb|rst)$", "", _path(page, target))


def _link(
    book: Book, page: Page, href: str, outlines: dict[str, Outline], labels: set[str]
) -> tuple[str, str] | None:
    """What is wrong with a link, and what would be right."""
    if SCHEME.match(href):
        if re.match(r"https?://[^\s/]+\.[^\s/]+|mailto:", href):
            return None
        what = f"the link '{href}' is malformed, or leads to what readers don't have"
        return what, "Write https://host/path, or mailto:name@host."
    path, _, anchor = href.partition("#")
    docname = _resolve(page, unquote(path)) if path else page.docname
    if docname not in outlines:
        if path and _file(book, page, path) is not None:
            return None
        if not path:
            docname = page.docname
        elif path in labels:
            return None
        else:
            what = f"the link '{href}' leads nowhere: there is no such page or file"
            return what, did_you_mean(docname, outlines)
    if anchor and anchor not in outlines[docname].labels:
        what = f"the link '{href}' leads to an anchor that its page doesn't have"
        return what, did_you_mean(anchor, outlines[docname].labels)
    return None
