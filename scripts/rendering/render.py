"""Render the staged tree with Jupyter Book's own configuration: HTML, then PDF from its doctrees.

Nothing is executed here. Warnings of Sphinx become problems with the line of the source.
"""

from __future__ import annotations

import io
import pickle
import re
import shutil
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from scripts.book.model import Book
from scripts.core.problems import Problem
from scripts.core.system.forks import Fork, in_fork
from scripts.pages.stage import Lines
from scripts.rendering import search_index
from scripts.rendering.configuration import application, builder_of, quiet, sphinx
from scripts.rendering.sphinx_warnings import STOPPED, problems_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def press_of(work: Path) -> Path:
    """The folder below ``work`` in which the PDFs are set, with fonts and templates."""
    return work / "doctrees" / "_typst"


def render(book: Book, lines: Mapping[str, Lines], work: Path, jobs: int) -> list[Problem]:
    """Write `html/` and `pdf/` below ``work`` from the staged tree `source/`, of whose pages
    ``lines`` are; for our own site, `search/pagefind/` too. ``jobs`` processes read our own pages
    and write their PDFs.

    Doctrees are kept in ``work``, so that only what changed is read and written again.
    """
    from sphinx.errors import SphinxError

    html, pdf, doctrees, source = (work / n for n in ("html", "pdf", "doctrees", "source"))
    pdf.mkdir(parents=True, exist_ok=True)
    warnings, said = io.StringIO(), ""
    indexing: list[search_index.Indexing] = []
    with quiet(), sphinx(), ExitStack() as stack:
        try:
            app = application(book, source, work, warnings, jobs)
            pressing: list[Fork[tuple[str, bool]]] = []

            def begin(*_: Any) -> None:
                """Now all is read and nothing written: the PDFs can be made beside the pages."""
                pressing.append(stack.enter_context(Fork(partial(write_pdfs, app, pdf, warnings))))

            def written() -> None:
                """The search index needs the pages, the PDFs don't: both at once."""
                prune_pages(html, doctrees, app.env.found_docs)
                prune_images(html)
                if search_index.ours(book):
                    indexing.append(search_index.start(html, work / "search", book.language))

            app.connect("write-started", begin)
            builder_of(app).update(written)
            said, failed = pressing[0].result()
            broken = [doctrees, pdf] if failed else []
        except SphinxError as error:
            warnings.write(stopped("html", error, source))
            broken = [doctrees, html]
    for folder in broken:  # half a build would pass for a whole one the next time
        shutil.rmtree(folder, ignore_errors=True)
    problems = list(problems_of(book, source, lines, warnings.getvalue()))
    forget(book, problems, doctrees)
    problems += problems_of(
        book, source, lines, said
    )  # a PDF with a problem is written again anyway
    for started in indexing:
        problems += search_index.finish(started)
    return list(dict.fromkeys(problems))


def forget(book: Book, problems: list[Problem], doctrees: Path) -> None:
    """Have every page that something is wrong with read again by the next build, and all of them
    if it is not a page's: Sphinx warns only while it reads, and silence would pass for health."""
    docnames = {page.path: page.docname for page in book.pages}
    for problem in problems:
        known = docnames.get(problem.path)
        name = f"{known}.doctree" if known else "environment.pickle"
        (doctrees / name).unlink(missing_ok=True)


def stopped(builder: str, error: Exception, source: Path) -> str:
    """As a line of warnings; the page at which it was is a note of the error (`page_builder`)."""
    page = "".join(getattr(error, "__notes__", [])[:1])
    place = f"{source / page}.md: " if page and "\n" not in page else ""
    said = " ".join(str(error).split()) or type(error).__name__
    return f"\n{place}ERROR: the {builder}{STOPPED}{said}\n"


def write_pdfs(app: Sphinx, out: Path, warnings: io.StringIO) -> tuple[str, bool]:
    """Write the PDFs from what the pages' builder has read: a second application would load all
    extensions, format every cited work and look for changes once more. Returns the warnings, and
    whether the builder stopped."""
    from sphinx.errors import SphinxError

    before, failed = warnings.tell(), False
    if not in_fork():
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
        warnings.write(stopped("typst", error, Path(app.srcdir)))
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
