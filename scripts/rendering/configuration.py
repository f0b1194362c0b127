"""Sphinx as our books need it: Jupyter Book's own configuration, without execution, and ours."""

from __future__ import annotations

import io
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.book.config import CONFIG, place_of
from scripts.book.model import Book, Page
from scripts.core.page_data.frame import read_frame
from scripts.core.problems import BookError, Problem
from scripts.core.words import without_escapes
from scripts.pages.downloads import in_whole, left_out, pdf_name
from scripts.rendering.formulas.spoken import read_words

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from scripts.rendering.page_builder import Pages

# Sphinx only warns of them, and what takes them breaks.
MISFIT = re.compile(
    r"The config value `(\w+)' has (type `\w+'(?:; expected .*|, defaults to `(?:dict|list)'))"
)
EXTENSIONS = ["scripts.pdf", "scripts.rendering.page_builder"]


def application(book: Book, source: Path, work: Path, warnings: io.StringIO, jobs: int) -> Sphinx:
    """Sphinx, ready to read the staged tree and to write pages from it. Raises `BookError` for
    what it can't be configured with."""
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError

    logging.getLogger("fontTools").setLevel(logging.WARNING)
    (work / "html").mkdir(parents=True, exist_ok=True)
    try:
        app = Sphinx(
            srcdir=source, confdir=None, outdir=work / "html", doctreedir=work / "doctrees",
            buildername="html", confoverrides=configuration(book, source), status=None,
            warning=warnings, freshenv=False, parallel=jobs,
        )  # fmt: skip
    except Exception as error:  # values of `sphinx.config` that Sphinx or an extension can't take
        reason = " ".join(str(error).split())
        kind = "" if isinstance(error, SphinxError) else f"{type(error).__name__}: "
        what = f"Sphinx stops at the configuration: {kind}{reason}"
        raise BookError(
            [Problem.at(CONFIG, place_of(book.root, CONFIG, "sphinx"), what)]
        ) from error
    if misfits := MISFIT.findall(without_escapes(warnings.getvalue())):
        at = partial(place_of, book.root, CONFIG)
        raise BookError(
            Problem.at(CONFIG, at(f"sphinx.config.{key}"), f"{key} has {what}")
            for key, what in misfits
        )
    builder_of(app).book = book
    if app.config["use_multitoc_numbering"] and numbered(app.config.external_site_map):
        app.setup_extension("sphinx_multitoc_numbering")
    return app


def builder_of(app: Sphinx) -> Pages:
    """The builder of pages, which the configuration puts in the place of Sphinx's own."""
    from scripts.rendering.page_builder import Pages

    assert isinstance(app.builder, Pages)
    return app.builder


@contextmanager
def sphinx() -> Iterator[None]:
    """What Sphinx and docutils change in themselves holds for this block."""
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    with patch_docutils(None), docutils_namespace():
        yield


def configuration(book: Book, source: Path) -> dict[str, Any]:
    """Sphinx's configuration as Jupyter Book derives it, without execution."""
    from jupyter_book.config import get_final_config

    given = deepcopy(book.config)  # Jupyter Book writes into it
    for path in (given.get("sphinx", {}).get("local_extensions") or {}).values():
        sys.path.append(str((book.root / path).resolve()))
    overrides = {
        "external_toc_path": str(source / "_toc.yml"),
        "latex_individualpages": False,
        "nb_execution_mode": "off",
    }
    if not book.addresses.site:  # a placeholder is no address
        (given.get("html") or {}).pop("baseurl", None)
    with quiet():
        config, _ = get_final_config(user_yaml=given, cli_config=overrides, sourcedir=source)
    # An ordinary book may name no project; the theme and the PDF want one.
    config.setdefault("project", book.title)
    loaded = list(config["extensions"])
    cites = "sphinxcontrib.bibtex" in loaded
    added = [*EXTENSIONS, *(["scripts.rendering.citations"] if cites else [])]
    config["extensions"] = loaded + [name for name in added if name not in loaded]
    config["typst_documents"] = documents(book, read_frame(source).statements)
    config["typst_strict"] = book.rules.strict
    config["typst_spoken"] = read_words(book.root)
    config["typst_fonts"] = [str(book.config["fonts"])] if book.config.get("fonts") else []
    # Sphinx resolves inventories over the network; a build needs none.
    config["intersphinx_mapping"] = {}
    return config


def documents(book: Book, statements: Mapping[str, str]) -> list[dict[str, Any]]:
    """The PDFs: the whole book; and each issue with digests of its notebooks. ``statements``: how
    much of each issue held, by docname."""
    common: dict[str, Any] = {"lang": book.language}
    if book.rules.published:  # pages lead to one file each; `pdf_issues` keeps the book's short
        common["most"] = 0
    author = book.config.get("author")
    whole = {
        "name": pdf_name(book), "docnames": None, "left_out": left_out(book), "title": book.title,
        "subtitle": _subtitle(book),
        "authors": [str(author)] if author else [], "date": _date(book), **common,
        "notes": _notes(statements, book.issues[0]) if book.issues else [],
        "wordmark": book.rules.published and ", " in book.title,
    }  # fmt: skip
    issues = [
        {
            "name": issue.name, "title": issue.title, "brief": _brief(book, issue),
            "docnames": [issue.docname, *(page.docname for _, page in book.notebooks_of(issue))],
            "notes": _notes(statements, issue),
            "subtitle": f"{book.title}, issue {issue.front['issue']}",
            "authors": [a["name"] for a in issue.front["authors"]], "date": issue.published,
            **common,
        }
        for issue in book.issues
    ]  # fmt: skip
    return [whole, *issues]


def _brief(book: Book, issue: Page) -> dict[str, Any]:
    """What an issue's PDF says of its notebooks, and which one has them whole."""
    fronts = {notebook.docname: notebook.front for _, notebook in book.notebooks_of(issue)}
    whole = pdf_name(book) if issue in in_whole(book) else ""
    return {
        "findings": {name: str(front.get("finding") or "") for name, front in fronts.items()},
        "full_sizes": {name: str(front.get("full_size") or "") for name, front in fronts.items()},
        "sections": book.config.get("pdf_sections") or [],
        "whole": whole,
    }


def _notes(statements: Mapping[str, str], issue: Page) -> list[str]:
    """What a cover says below the title: what became of the claims, and whose the original is."""
    original = issue.front.get("original")
    found = [statements.get(issue.docname, "")]
    if isinstance(original, dict):
        found.append(f"An independent edition of “{original.get('title')}” by "
                     f"{original.get('author')}.")  # fmt: skip
    return [note for note in found if note]


def _subtitle(book: Book) -> str:
    numbers = sorted(issue.front["issue"] for issue in in_whole(book))
    if not numbers:
        return ""
    range_ = f"Issue {numbers[0]}" if len(numbers) == 1 else f"Issues {numbers[0]} to {numbers[-1]}"
    return f"{range_}, with the companion notebooks"


def _date(book: Book) -> str:
    """The day of the newest page, so that equal sources give equal bytes; '' if none says."""
    return max((page.changed for page in book.pages), default="")


def numbered(site_map: Any) -> bool:
    """Whether any part of the toc asks for numbers: only then does Jupyter Book number."""
    return any(tree.numbered for document in site_map.values() for tree in document.subtrees)


@contextmanager
def quiet() -> Iterator[None]:
    """Jupyter Book and some extensions print; a build's output is its own."""
    with Path(os.devnull).open("w") as nothing:
        stdout, sys.stdout = sys.stdout, nothing
        try:
            yield
        finally:
            sys.stdout = stdout
