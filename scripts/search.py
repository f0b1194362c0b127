"""The search index of our own site: Pagefind over the main text of the finished pages.

A reader fetches only the parts of it that a query needs (`_static/search.js` asks). Pagefind reads
copies of the pages that hold nothing but their text, with the anchors that authors wrote on the
headings, where it wants them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from scripts.book import Book
from scripts.files import sync
from scripts.memo import remember
from scripts.problems import Problem

MAIN = re.compile(r"<main\b[^>]*\bdata-pagefind-body\b.*?</main>", re.S)
LANG = re.compile(r'<html lang="([^"]*)"')
SECTION = re.compile(
    r'<section\b[^>]*?\bid="([^"]+)"[^>]*>\s*((?:<span id="[^"]+"></span>\s*)*)<h([1-6])>'
)
UNREAD = re.compile(
    r'<a class="headerlink".*?</a>|<svg\b.*?</svg>|<nav\b.*?</nav>|<(?:img|link)\b[^>]*>'
    r'|<span class="filesize".*?</span>|<math\b.*?</math>',
    re.S,
)
# What is said of a run and not by an author; times in it would make each execution's index another.
OF_RUNS = ".facts, .companion .label, .provenance, .bars, table.sortable"
# What Pagefind adds for interfaces that we don't use.
UNUSED = ("pagefind-*ui.*", "pagefind-highlight.js", "pagefind-worker.js")


class Indexing(NamedTuple):
    """Pagefind at work (None: the index of the last build is good), and where it writes."""

    process: subprocess.Popen[bytes] | None
    folder: Path


def ours(book: Book) -> bool:
    """Whether the book has our search page; any other keeps Sphinx's search."""
    return "scripts.site" in (book.config.get("sphinx", {}).get("local_extensions") or {})


def reduced(html: str) -> bytes:
    """A page for the indexer: its main text, its headings with the anchors that links use.
    Empty for a page that is not to be found (home, search, 404)."""
    main = MAIN.search(html)
    if main is None:
        return b""
    lang = LANG.search(html)

    def heading(match: re.Match[str]) -> str:
        own = re.findall(r'id="([^"]+)"', match[2])
        return f'<h{match[3]} id="{(own or [match[1]])[-1]}">'

    text = SECTION.sub(heading, UNREAD.sub("", main[0]))
    head = f'<!DOCTYPE html><html lang="{lang[1] if lang else "en"}">'
    return f"{head}<body>{text}</body></html>".encode()


def start(html: Path, work: Path) -> Indexing:
    """Begin to index the pages below ``html`` if any page's text changed since the last time."""
    pages: dict[str, bytes] = {}
    for path in sorted(html.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        if found := remember("reduced", text, lambda text=text: reduced(text)):  # type: ignore[misc]
            pages[path.relative_to(html).as_posix()] = found
    before = {path for path in (work / "pages").rglob("*") if path.is_file()}
    written = sync(pages, work / "pages")
    bundle = work / "pagefind"
    if not written and len(before) == len(pages) and (bundle / "pagefind.js").is_file():
        return Indexing(None, bundle)
    shutil.rmtree(bundle, ignore_errors=True)
    if not pages:
        return Indexing(None, bundle)
    from pagefind_bin import get_executable

    command = [str(get_executable()), "--site", str(work / "pages"), "--output-path", str(bundle)]
    command += ["--exclude-selectors", OF_RUNS]
    process = subprocess.Popen(
        [*command, "--silent"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    return Indexing(process, bundle)


def finish(indexing: Indexing) -> list[Problem]:
    """Wait for the index; what is wrong with it."""
    if indexing.process is None:
        return []
    _, said = indexing.process.communicate()
    if indexing.process.returncode:
        shutil.rmtree(indexing.folder, ignore_errors=True)
        return [Problem("pagefind", 0, f"the search index was not made: {said.decode().strip()}")]
    for pattern in UNUSED:
        for path in indexing.folder.glob(pattern):
            path.unlink()
    return []
