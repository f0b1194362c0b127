"""Verify a finished site before anybody sees it: pure Python, on the files as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from scripts.book.model import Book, Page
from scripts.core.problems import Place, Problem
from scripts.core.system.forks import remember_each
from scripts.core.untrusted.pictures import Unreadable, redrawn

VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr".split()  # noqa: SIM905
)
OPTIONAL_END = frozenset(
    "p li dt dd tr td th thead tbody tfoot option colgroup caption html body head".split()  # noqa: SIM905
)
LOADED = {(tag, "src") for tag in ("script", "img", "iframe", "source", "video", "audio")}
LEFTOVER = re.compile(r"(?<![`\w])(\{(?:cite|ref|numref|doc|eq)(?::\w)?\}`|:::\{|```\{)")


@dataclass
class PageScan(HTMLParser):
    """Ids, links, loaded files, pictures without alt text and unclosed tags of one page."""

    ids: set[str] = field(default_factory=set)
    links: list[tuple[str, int]] = field(default_factory=list)
    loads: list[tuple[str, int]] = field(default_factory=list)
    faults: list[tuple[str, int]] = field(default_factory=list)
    blocked: list[tuple[str, int]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            if values["id"] in self.ids:
                self.faults.append((f"the id '{values['id']}' stands twice", line))
            self.ids.add(values["id"])
        if tag == "a" and "href" in values:
            self.links.append((values["href"], line))
        if tag == "img" and "alt" not in values:
            self.faults.append((f"picture {values.get('src')} has no alt text", line))
        for name in values:
            if (tag, name) in LOADED:
                self.loads.append((values[name], line))
        if tag == "link" and values.get("rel") in (
            "stylesheet",
            "preload",
            "icon",
            "shortcut icon",
            "apple-touch-icon",
            "manifest",
        ):
            self.loads.append((values.get("href", ""), line))
        self.blocked += [(what, line) for what in blocked(tag, values)]
        if tag not in VOID and tag not in OPTIONAL_END:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID and tag not in OPTIONAL_END:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or tag in OPTIONAL_END:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append((f"</{tag}> closes nothing", self.getpos()[0]))
            if tag in self.open:
                while self.open.pop() != tag:
                    pass
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not {"code", "pre", "script", "style"} & set(self.open):
            for leftover in LEFTOVER.findall(data):
                fault = f"MyST that was not rendered: {leftover}"
                self.faults.append((fault, self.getpos()[0]))


class Link(NamedTuple):
    """A link within the site: as it stands there, its parts, its line."""

    address: str
    path: str
    anchor: str
    line: int


@dataclass(frozen=True)
class Scan:
    """What `PageScan` found: ``foreign`` are the files that the page loads from other hosts."""

    ids: set[str]
    links: list[Link]
    foreign: list[tuple[str, int]]
    faults: list[tuple[str, int]]
    blocked: list[tuple[str, int]]


def scanned(html: str) -> Scan:
    """Read one page."""
    page = PageScan()
    page.feed(html)
    links = []
    for address, line in dict.fromkeys([*page.links, *page.loads]):
        parts = urlsplit(address)
        if not parts.scheme and not parts.netloc:
            links.append(Link(address, unquote(parts.path), unquote(parts.fragment), line))
    foreign = [(address, line) for address, line in page.loads if urlsplit(address).netloc]
    return Scan(page.ids, links, foreign, page.faults, page.blocked)


def blocked(tag: str, values: Mapping[str, str]) -> Iterator[str]:
    """What of an element the pages' policy (`site.content_policy`) forbids: it would do nothing,
    and a browser's console would say so."""
    if tag == "script" and "src" not in values and values.get("type") != "application/ld+json":
        yield "a script inside the page"
    if tag == "style" or "style" in values:
        yield f"a style inside the page, at <{tag}>"
    if tag in ("iframe", "frame", "object", "embed", "base", "audio", "video"):
        yield f"<{tag}>"
    yield from (f"the handler {name} of <{tag}>" for name in values if name.startswith("on"))
    if values.get("href", "").strip().lower().startswith("javascript:"):
        yield f"a program as the link of <{tag}>"


def verify(book: Book, site: Path, editions: list[str]) -> list[Problem]:
    """Everything wrong in the finished site; ``editions`` are files that must be there."""
    pages = {
        name: path
        for path in sorted(site.rglob("*.html"))
        # The theme ships templates among its static files, and letters are made for mail programs,
        # which know no style sheets: neither are pages.
        if not (name := path.relative_to(site).as_posix()).startswith(("_static/", "email/"))
    }
    problems = [
        Problem(page.path, 0, "the page was not rendered")
        for page in book.pages
        if f"{page.docname}.html" not in pages
    ]
    problems += [
        Problem(name, 0, "this edition is missing or empty")
        for name in editions
        if not (site / name).is_file() or not (site / name).stat().st_size
    ]
    base = urlsplit(book.addresses.site).path + "/"  # the 404 page's links begin with it
    texts = [path.read_text(encoding="utf-8") for path in pages.values()]
    scans = dict(zip(pages, remember_each("scan", texts, scanned), strict=True))
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    for name, scan in scans.items():
        problems += _faults(name, scan)
        if book.rules.closed:
            problems += _foreign(name, scan)
            problems += _blocked(name, scan)
        problems += _links(name, scan, scans, files, base)
    if book.rules.closed:
        problems += _pictures(site)
    sources = {page.docname: page for page in book.pages}
    return [_at_source(sources, problem) for problem in problems]


def _at_source(sources: Mapping[str, Page], problem: Problem) -> Problem:
    """A problem of a page at its source, and there at the first line that holds what it names."""
    docname = problem.path.removesuffix(".html")
    # A page that the build added is listed by the one in whose folder it lies.
    page = sources.get(docname) or sources.get(dirname(docname))
    if page is None or docname == problem.path:
        return problem
    signs = re.findall(r"'([^']+)'|(\S*[^\w\s',.]\S*)", problem.what)
    named = [sign.strip("',:") for pair in signs for sign in pair if sign]
    named += [part for sign in named for part in (sign.rpartition("#")[2], stem(sign)) if part]
    lines = page.text.split("\n")
    found = (
        Place(n, line.index(sign) + 1)
        for sign in named
        for n, line in enumerate(lines, 1)
        if sign in line
    )
    what = f"{problem.what} ({problem.place})"
    return Problem.at(page.path, next(found, Place(0)), what, problem.right)


def stem(address: str) -> str:
    """The name of the file that an address leads to, without its suffix."""
    return urlsplit(address).path.rpartition("/")[2].rpartition(".")[0]


def _faults(name: str, scan: Scan) -> Iterator[Problem]:
    for fault, line in scan.faults:
        yield Problem(name, line, fault)


def _foreign(name: str, scan: Scan) -> Iterator[Problem]:
    """Our site asks no other host for anything."""
    for address, line in scan.foreign:
        yield Problem(name, line, f"loads {address} from another host")


def _blocked(name: str, scan: Scan) -> Iterator[Problem]:
    right = "Scripts and styles are files in _static/; core/untrusted/sanitize.py cleans outputs."
    for what, line in scan.blocked:
        yield Problem(name, line, f"{what}, which the page's policy forbids", right)


def _pictures(site: Path) -> Iterator[Problem]:
    """Opened by itself, a drawing is a page without a policy: each was drawn again."""
    paths = sorted(site.glob("_images/*.svg"))
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in paths]
    for path, drawn in zip(paths, remember_each("drawn", texts, _is_drawn), strict=True):
        if not drawn:
            what = (
                "a drawing that may hold a program: it was not drawn again (untrusted/pictures.py)"
            )
            yield Problem(path.relative_to(site).as_posix(), 0, what)


def _is_drawn(text: str) -> bool:
    try:
        return redrawn(text) == text
    except Unreadable:
        return False


def _links(
    name: str, scan: Scan, scans: dict[str, Scan], files: set[str], base: str
) -> Iterator[Problem]:
    folder = dirname(name)
    for address, path, anchor, line in scan.links:
        target = _target(folder, path, base) if path else name
        if target not in files:
            yield Problem(name, line, f"the link {address} leads to no file of the site")
        elif anchor and target in scans and anchor not in scans[target].ids and anchor != "top":
            yield Problem(name, line, f"the link {address} leads to an anchor that isn't there")


@lru_cache(100_000)  # most links are the same on all pages of a folder
def _target(folder: str, path: str, base: str) -> str:
    """The file to which a path leads from a folder of the site."""
    target = path.removeprefix(base) if path.startswith(base) else normpath(join(folder, path))
    return normpath(join(target, "index.html")) if path.endswith("/") else target
