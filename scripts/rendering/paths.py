"""What pages bring in by a path, and where links lead: pictures and addresses as they were written,
and nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from scripts.book.model import Book
from scripts.core.problems import BookError, Problem

OUTPUTS = "jupyter_execute"  # beside the staged tree: where MyST-NB puts the pictures of cells


def refuse(book: Book, source: Path, env: BuildEnvironment) -> None:
    """Raise `BookError` if a page of the staged tree ``source`` shows, includes or offers a file
    from outside of it: it would be published. `check` looks at the sources; this, at what Sphinx
    made of reST, of notebooks in JSON and of what includes what."""
    pages = {page.docname: page.path for page in book.pages}
    allowed = [source.resolve(), (source.parent / OUTPUTS).resolve()]
    problems = [
        Problem(
            pages.get(docname, docname), 0, f"the file '{path}' lies outside of the book",
            "Put it into the book's folder: a page brings in what lies there.",
        )
        for docname, path in _brought_in(env)
        if not any(map((source / path).resolve().is_relative_to, allowed))
    ]  # fmt: skip
    if problems:
        raise BookError(problems)


def _brought_in(env: BuildEnvironment) -> Iterator[tuple[str, str]]:
    for files in (env.images, env.dlfiles):
        for path, (docnames, _) in files.items():
            yield from ((docname, path) for docname in docnames)
    for docname, paths in env.dependencies.items():
        # Code that a page describes (`autodoc`) is no part of it.
        yield from ((docname, str(path)) for path in paths if not str(path).endswith(".py"))


def plain_names(app: Sphinx, doctree: nodes.document) -> None:
    """Name pictures as the file system does (event ``doctree-read``): MyST gives ``my%20picture``
    for a file with a blank or an umlaut, which Sphinx would not find."""
    for image in doctree.findall(nodes.image):
        uri = image["uri"]
        if "%" in uri and "://" not in uri and not uri.startswith("data:"):
            plain = unquote(uri)
            _, given = app.env.relfn2path(uri)
            _, named = app.env.relfn2path(plain)
            if not Path(given).is_file() and Path(named).is_file():
                image["uri"] = plain


def as_written(_app: Sphinx, doctree: nodes.document) -> None:
    """Let links lead where their author wrote (event ``doctree-read``): MyST writes the ampersands
    of an address as entities, every writer does so once more, and a site asked for ``?a=1&amp;b=2``
    knows no ``b``."""
    for link in doctree.findall(nodes.reference):
        if "&" in (address := link.get("refuri", "")):
            for sign, entity in (("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("&", "&amp;")):
                address = address.replace(entity, sign)
            link["refuri"] = address


def setup(app: Sphinx) -> dict[str, Any]:
    """Before Sphinx collects the pictures (Sphinx calls this)."""
    app.connect("doctree-read", plain_names, priority=100)
    app.connect("doctree-read", as_written)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
