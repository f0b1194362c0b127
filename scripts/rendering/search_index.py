"""The search index of our own site: Pagefind over the main text of the finished pages.

A reader fetches only the parts of it that a query needs (`_static/search.js` asks). Pagefind reads
copies of the pages that hold nothing but their text, with the anchors that authors wrote on the
headings, where it wants them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import partial
from pathlib import Path
from typing import NamedTuple

from scripts.book.model import Book
from scripts.core.memo import toolchain
from scripts.core.problems import Problem
from scripts.core.system.signals import die_with

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
# A letter alone, in code, is no word: Pagefind finds it for all words that begin with it.
CODE = re.compile(r"<pre\b.*?</pre>", re.S)
BETWEEN_TAGS = re.compile(r"(?<=>)[^<>]+(?=<)")
LETTER = re.compile(r"(?<![\w&])[A-Za-z](?!\w)")
# What is said of a run and not by an author; it would make each execution's index another.
OF_RUNS = ".facts, .companion .label, .provenance, .bars, table.sortable, .run-time"
# What Pagefind adds for interfaces that we don't use.
UNUSED = ("pagefind-*ui.*", "pagefind-highlight.js", "pagefind-worker.js")


class Indexing(NamedTuple):
    """Pagefind at work (None: the index of the last build is good), where it writes, and where the
    index belongs."""

    process: subprocess.Popen[bytes] | None
    fresh: Path
    bundle: Path


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

    def code(match: re.Match[str]) -> str:
        return BETWEEN_TAGS.sub(lambda text: LETTER.sub(" ", text[0]), match[0])

    text = CODE.sub(code, SECTION.sub(heading, UNREAD.sub("", main[0])))
    head = f'<!DOCTYPE html><html lang="{lang[1] if lang else "en"}">'
    return f"{head}<body>{text}</body></html>".encode()


def start(html: Path, work: Path, lang: str) -> Indexing:
    """Begin to index the pages below ``html`` if any page's text changed since the last time. All
    are in one index, that of the book's language ``lang``: else a page in another one would be
    found only from there."""
    bundle, fresh = work / "pagefind", work / "pagefind.new"
    gather(html, work / "pages", bundle)
    if bundle.is_dir():
        return Indexing(None, fresh, bundle)
    shutil.rmtree(fresh, ignore_errors=True)
    if not any(path.stat().st_size for path in (work / "pages").rglob("*.html")):
        return Indexing(None, fresh, bundle)
    from pagefind_bin import get_executable

    command = [str(get_executable()), "--site", str(work / "pages"), "--output-path", str(fresh)]
    command += ["--exclude-selectors", OF_RUNS, "--force-language", lang]
    process = subprocess.Popen(
        [*command, "--silent"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=partial(die_with, os.getpid()),  # else it writes into what the next build makes
    )
    return Indexing(process, fresh, bundle)


def gather(html: Path, pages: Path, bundle: Path) -> None:
    """Make ``pages`` hold what is to be indexed of those below ``html``, and take the index away
    before any of it changes: a build that is cut off here leaves none. A copy has its page's time,
    so that only pages that were written are read.

    Pagefind numbers pages in the order in which the file system lists them. Where that is the order
    in which they were made, an added page would be the last, and in a clean build it isn't: with
    other pages all copies are made anew, in the order of their names."""
    names = sorted(path.relative_to(html) for path in html.rglob("*.html"))
    old = sorted(path.relative_to(pages) for path in pages.rglob("*.html"))
    mark = pages / ".toolchain"  # other code may take other text
    if old != names or not mark.is_file() or mark.read_text() != toolchain():
        shutil.rmtree(bundle, ignore_errors=True)
        shutil.rmtree(pages, ignore_errors=True)
        pages.mkdir(parents=True)
        mark.write_text(toolchain())
        old = []
    for name in names:
        path, copy = html / name, pages / name
        known = bool(old)
        written = path.stat().st_mtime_ns
        if known and copy.stat().st_mtime_ns == written:
            continue
        text = reduced(path.read_text(encoding="utf-8"))
        if not known or copy.read_bytes() != text:
            shutil.rmtree(bundle, ignore_errors=True)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(text)
        os.utime(copy, ns=(written, written))


def finish(indexing: Indexing) -> list[Problem]:
    """Wait for the index; what is wrong with it."""
    if indexing.process is None:
        return []
    _, said = indexing.process.communicate()
    if indexing.process.returncode:
        return [Problem("pagefind", 0, f"the search index was not made: {said.decode().strip()}")]
    for pattern in UNUSED:
        for path in indexing.fresh.glob(pattern):
            path.unlink()
    indexing.fresh.rename(indexing.bundle)
    return []
