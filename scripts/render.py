"""Render the staged tree with Jupyter Book's own configuration: HTML, then PDF from its doctrees.

Nothing is executed here. Warnings of Sphinx become problems with the line of the source.
"""

from __future__ import annotations

import io
import logging
import os
import pickle
import re
import shutil
import sys
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from scripts import search
from scripts.aside import Aside, aside
from scripts.book import Book, Page
from scripts.facts import in_whole, pdf_name
from scripts.problems import Problem

if TYPE_CHECKING:
    from sphinx.application import Sphinx

EXTENSIONS = ["scripts.typst"]
PRESS = "_typst"  # below the doctrees: where `typst` sets, with fonts and templates
# Known noise of the stack, which says nothing about a book.
NOISE = re.compile(
    r"doing serial read|is not safe for parallel reading|multiple files found for the document"
    r"|html_static_path entry '.*site-packages"
)


def configuration(book: Book, source: Path) -> dict[str, Any]:
    """Sphinx's configuration as Jupyter Book derives it, without execution."""
    from jupyter_book.config import get_final_config

    overrides = {
        "external_toc_path": str(source / "_toc.yml"),
        "latex_individualpages": False,
        "nb_execution_mode": "off",
    }
    with _quiet():
        config, _ = get_final_config(
            user_yaml=book.root / "_config.yml", cli_config=overrides, sourcedir=source
        )
    # An ordinary book may name no project; the theme and the PDF want one.
    config.setdefault("project", book.title)
    loaded = list(config["extensions"])
    added = [*EXTENSIONS, *(["scripts.citations"] if "sphinxcontrib.bibtex" in loaded else [])]
    # A label that two pages have is not missed when they are read apart; our `check` finds it, in
    # other people's books Sphinx has to.
    added += ["scripts.reading"] if book.is_newsletter else []
    config["extensions"] = loaded + [name for name in added if name not in loaded]
    config["typst_documents"] = documents(book)
    config["typst_strict"] = book.is_newsletter
    config["typst_fonts"] = [str(book.config["fonts"])] if book.config.get("fonts") else []
    # Sphinx resolves inventories over the network; a build needs none (DESIGN, decision 8).
    config["intersphinx_mapping"] = {}
    return config


def documents(book: Book) -> list[dict[str, Any]]:
    """The PDFs: the whole book, and each issue by itself."""
    common = {"lang": str(book.config.get("sphinx", {}).get("config", {}).get("language", "en"))}
    author = book.config.get("author")
    whole = {
        "name": pdf_name(book), "docnames": None, "left_out": left_out(book), "title": book.title,
        "subtitle": _subtitle(book),
        "authors": [str(author)] if author else [], "date": _date(book), **common,
    }  # fmt: skip
    issues = [
        {
            "name": issue.name, "docnames": [issue.docname], "title": issue.title,
            "subtitle": f"{book.title}, issue {issue.front['issue']}",
            "authors": [a["name"] for a in issue.front["authors"]], "date": issue.front["date"],
            **common,
        }
        for issue in book.issues
    ]  # fmt: skip
    return [whole, *issues]


def left_out(book: Book) -> list[str]:
    """The pages that are not in the book's PDF: issues too old for it, and their notebooks."""
    older = {issue.docname for issue in book.issues[len(in_whole(book)) :]}
    notebooks = [
        n.docname for n in book.notebooks if (i := book.issue_of(n)) and i.docname in older
    ]
    return sorted({*older, *notebooks})


def _subtitle(book: Book) -> str:
    numbers = sorted(issue.front["issue"] for issue in in_whole(book))
    if not numbers:
        return ""
    range_ = f"Issue {numbers[0]}" if len(numbers) == 1 else f"Issues {numbers[0]} to {numbers[-1]}"
    return f"{range_}, with the companion notebooks"


def _date(book: Book) -> str:
    """The day of the newest page, so that equal sources give equal bytes; '' if none says."""
    dates = [str(p.front.get("updated") or p.front.get("date") or "") for p in book.pages]
    return max(dates, default="")


def render(book: Book, source: Path, work: Path, jobs: int) -> list[Problem]:
    """Write `html/` and `pdf/` below ``work`` from the staged tree ``source``; for our own site,
    `search/pagefind/` too. Our own pages are read by ``jobs`` processes.

    Doctrees are kept in ``work``, so that only what changed is read and written again.
    """
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    logging.getLogger("fontTools").setLevel(logging.WARNING)
    config = configuration(book, source)
    html, pdf, doctrees = work / "html", work / "pdf", work / "doctrees"
    for folder in (html, pdf):
        folder.mkdir(parents=True, exist_ok=True)
    warnings, said, indexing = io.StringIO(), "", None
    with _quiet(), patch_docutils(None), docutils_namespace(), ExitStack() as stack:
        try:
            app = Sphinx(
                srcdir=source, confdir=None, outdir=html, doctreedir=doctrees, buildername="html",
                confoverrides=config, status=None, warning=warnings, freshenv=False,
                parallel=jobs if book.is_newsletter else 1,
            )  # fmt: skip
            if app.config["use_multitoc_numbering"] and numbered(app.config.external_site_map):
                app.setup_extension("sphinx_multitoc_numbering")
            pressing: list[Aside[tuple[str, bool]]] = []

            def begin(*_: Any) -> None:
                """Now all is read and nothing written: the PDFs can be made beside the pages."""
                pressing.append(stack.enter_context(Aside(partial(pressed, app, pdf, warnings))))

            app.connect("write-started", begin)
            app.build()
            if not pressing:  # no page is out of date; a PDF may be
                begin()
            prune_pages(html, doctrees, app.env.found_docs)
            prune_images(html)
            # The search index needs the pages, the PDFs don't: both at once.
            indexing = search.start(html, work / "search") if search.ours(book) else None
            said, failed = pressing[0].result()
            broken = [doctrees, pdf] if failed else []
        except SphinxError as error:
            warnings.write(_stopped("html", error))
            broken = [doctrees, html]
    for folder in broken:  # half a build would pass for a whole one the next time
        shutil.rmtree(folder, ignore_errors=True)
    problems = list(_problems(book, source, warnings.getvalue()))
    forget(book, problems, doctrees)
    problems += _problems(book, source, said)  # a PDF with a problem is written again anyway
    if indexing is not None:
        problems += search.finish(indexing)
    return list(dict.fromkeys(problems))


def forget(book: Book, problems: list[Problem], doctrees: Path) -> None:
    """Have every page that something is wrong with read again by the next build, and all of them
    if it is not a page's: Sphinx warns only while it reads, and silence would pass for health."""
    docnames = {page.path: page.docname for page in book.pages}
    for problem in problems:
        known = docnames.get(problem.path)
        name = f"{known}.doctree" if known else "environment.pickle"
        (doctrees / name).unlink(missing_ok=True)


def _stopped(builder: str, error: Exception) -> str:
    return f"\nERROR: the {builder} builder stopped: {str(error).strip().splitlines()[0]}\n"


def pressed(app: Sphinx, out: Path, warnings: io.StringIO) -> tuple[str, bool]:
    """Write the PDFs from what the pages' builder has read: a second application would load all
    extensions, format every cited work and look for changes once more. Returns the warnings, and
    whether the builder stopped."""
    from sphinx.errors import SphinxError

    before, failed = warnings.tell(), False
    if not aside():
        _as_read(app)
    for tag in ("html", "format_html", "builder_html"):
        app.tags.remove(tag)
    app.builder = app.create_builder("typst")
    app.builder.outdir = type(app.outdir)(out)
    try:
        app.builder.init()
        app.builder.write(None, [])
        app.builder.finish()
    except SphinxError as error:
        warnings.write(_stopped("typst", error))
        failed = True
    said = warnings.getvalue()[before:]
    warnings.truncate(before)
    return said, failed


def _as_read(app: Sphinx) -> None:
    """Load the environment as it was read: what wrote the pages has added to its nodes."""
    from sphinx.application import ENV_PICKLE_FILENAME

    before = app.env.domains
    app.env = pickle.loads((Path(app.doctreedir) / ENV_PICKLE_FILENAME).read_bytes())
    app.env.setup(app)
    for name, domain in app.env.domains.items():  # what extensions gave them at the start
        vars(domain).update(vars(before[name]) | vars(domain))


def prune_images(html: Path) -> None:
    """Take out pictures that no page shows any more: Sphinx leaves those of earlier builds."""
    pages = (path.read_text(encoding="utf-8") for path in html.rglob("*.html"))
    shown = {name for text in pages for name in re.findall(r"_images/([^\"'?#\s)]+)", text)}
    for path in (html / "_images").glob("*"):
        if quote(path.name) not in shown and path.name not in shown:
            path.unlink()


def prune_pages(out: Path, doctrees: Path, there: Collection[str]) -> None:
    """Take out the pages of earlier builds whose sources are gone: Sphinx leaves them."""
    for doctree in sorted(doctrees.rglob("*.doctree")):
        docname = doctree.relative_to(doctrees).with_suffix("").as_posix()
        if docname not in there:
            for path in (doctree, out / f"{docname}.html"):
                path.unlink(missing_ok=True)
                if path.parent.is_dir() and not any(path.parent.iterdir()):
                    path.parent.rmdir()


def numbered(site_map: Any) -> bool:
    """Whether any part of the toc asks for numbers: only then does Jupyter Book number."""
    return any(tree.numbered for document in site_map.values() for tree in document.subtrees)


@contextmanager
def _quiet() -> Iterator[None]:
    """Jupyter Book and some extensions print; a build's output is its own."""
    with Path(os.devnull).open("w") as nothing:
        stdout, sys.stdout = sys.stdout, nothing
        try:
            yield
        finally:
            sys.stdout = stdout


ANSI = re.compile(r"\x1b\[[0-9;]*m")
WARNING = re.compile(
    r"^(?:(.*?):(?:(\d+|None|<[^>]*>):)?\s*)?(WARNING|ERROR|CRITICAL|SEVERE): (.*)$"
)


def _problems(book: Book, source: Path, warnings: str) -> Iterator[Problem]:
    pages = {page.docname: page for page in book.pages}
    for line in ANSI.sub("", warnings).splitlines():
        match = WARNING.match(line)
        if not match or NOISE.search(line):
            continue
        path, number, level, text = match.groups()
        path = (path or "").removeprefix(f"{source}{os.sep}").replace(os.sep, "/")
        docname = path.rsplit(".", 1)[0]
        page = pages.get(docname)
        at = int(number) if (number or "").isdigit() else 0
        if page is not None:
            yield Problem(page.path, source_line(page, at), f"{level.lower()}: {text}")
        else:
            yield Problem(path or "_config.yml", at, f"{level.lower()}: {text}")


def source_line(page: Page, line: int) -> int:
    """The source's line for one that Sphinx reports: in staged notebooks MyST-NB counts
    10,000 for each cell. Cells that the build inserted lead to the nearest cell before them."""
    if page.notebook is None or line < 10_000 or not page.cell_lines:
        return line
    cell, offset = divmod(line, 10_000)
    index = min(cell, len(page.cell_lines)) - 1
    return page.cell_lines[index] + max(offset - 1, 0)
