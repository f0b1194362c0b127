"""The complete site beside the one in use: pages, every edition, and what robots ask for."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from scripts.book.model import Book
from scripts.core.files import alike, mirror, remove, sync, write
from scripts.core.options import Options
from scripts.core.record import Runs
from scripts.core.words import file_size
from scripts.pages.cards import cards
from scripts.publishing import redirects, sitemap, social_cards

SIZE = re.compile(rb'(<span class="filesize" data-file="([^"]+)">)[^<]*(</span>)')
# What Sphinx keeps for itself and no reader needs.
LEFT_OUT = shutil.ignore_patterns(".buildinfo*", ".doctrees", "*.pickle", "objects.inv.tmp")


def assemble(html: Path, extras: Mapping[str, Path], target: Path, current: Path) -> None:
    """Write a complete site into ``target``: the rendered pages, the other editions under their
    paths in ``extras`` (files or folders), and each edition's size beside its links. A file that
    the ``current`` site has already is linked to, not copied: nothing writes into either."""
    remove(target)

    def take(source: str, to: str) -> None:
        file, old = Path(source), current / Path(to).relative_to(target)
        if not (alike(file, old) and _linked(old, Path(to))):
            shutil.copy2(source, to)

    def pages(folder: str, names: list[str]) -> set[str]:
        return {*LEFT_OUT(folder, names), *(name for name in names if name.endswith(".html"))}

    shutil.copytree(html, target, ignore=pages, copy_function=take)
    for path, source in extras.items():
        to = target / path
        to.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, to, dirs_exist_ok=True, copy_function=take)
        else:
            take(str(source), str(to))
    for page in html.rglob("*.html"):
        old, new = current / page.relative_to(html), target / page.relative_to(html)
        text = SIZE.sub(lambda m: m[1] + _size(target / m[2].decode()) + m[3], page.read_bytes())
        if not (old.is_file() and old.read_bytes() == text and _linked(old, new)):
            write(new, text)


def _linked(old: Path, new: Path) -> bool:
    """Make ``new`` a second name of the file ``old``; False where the system has none."""
    try:
        os.link(old, new)
    except OSError:
        return False
    return True


def _size(path: Path) -> bytes:
    """A file's size as it follows the file's name, with the comma between them."""
    if not path.is_file():
        return b""
    return f'<span class="comma">, </span>{file_size(path.stat().st_size)}'.encode()


def edition_files(book: Book, options: Options) -> dict[str, Path]:
    """Every edition beside the pages: its path below the site's root, and where it lies."""
    work, derived = options.work, options.work / "derived"
    found = {f"downloads/{path.name}": path for path in sorted((work / "pdf").glob("*.pdf"))}
    found["pagefind"] = work / "search" / "pagefind"
    for name in ("claims", "markdown", "llms.txt"):
        found[name] = derived / name
    found |= {f"downloads/{path.name}": path for path in sorted((derived / "epub").glob("*"))}
    for name in ("claims.csv", "claims.json", "codecheck"):
        found[f"downloads/{name}"] = derived / name
    found |= {path.name: path for path in sorted((derived / "feeds").glob("*"))}
    found |= {
        f"email/{path.name}": path
        for path in sorted((derived / "email").glob("*"))
        if path.suffix in (".html", ".png")
    }
    if (derived / "notebooks").exists():
        found["downloads/notebooks"] = derived / "notebooks"
        found["downloads/notebooks.zip"] = derived / "notebooks" / "notebooks.zip"
    if book.rules.published:
        found["downloads/checks.json"] = options.out / "checks.json"
        found["downloads/records"] = options.out / "records"
    return {path: source for path, source in found.items() if source.exists()}


def machine_files(book: Book, runs: Runs, options: Options, press: Path) -> dict[str, Path]:
    """What robots, social networks and old links ask for: path below the site's root, and where it
    lies. ``press`` is the folder in which the PDFs were set."""
    if not book.rules.published:
        return {}
    work = options.work
    moved = {path: text.encode() for path, text in redirects.pages(book).items()}
    files = sitemap.files(book, public=options.public)
    sync(moved, work / "redirects")
    sync(files, work / "robots")
    found = {path: work / "redirects" / path for path in moved}
    found |= {name: work / "robots" / name for name in files}
    return found | social_cards.draw(cards(book, runs), press, work / "cards")


def keep_editions(work: Path, out: Path) -> None:
    """Put PDFs, EPUB, notebooks and letters at their own places as well."""
    derived = work / "derived"
    for name, source in (
        ("pdf", work / "pdf"), ("notebooks", derived / "notebooks"), ("email", derived / "email"),
        ("epub", derived / "epub"),
    ):  # fmt: skip
        files = {
            path.relative_to(source).as_posix(): path
            for path in source.rglob("*")
            if path.is_file() and (name != "pdf" or path.suffix == ".pdf")
        }
        mirror(files, out / name)
