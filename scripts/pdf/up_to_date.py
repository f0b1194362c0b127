"""Which PDFs must be written again: everything that the bytes of one follow from, as a digest.

Sphinx knows only the pages that were read again. A PDF also follows from what its pages' references
are answered with on other pages, from its files, its settings and the fonts; a digest of all that
is kept for each PDF that was written without a problem.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from scripts.core.memo import toolchain
from scripts.pdf.document import Document, Options
from scripts.pdf.volumes import HEADINGS

QUESTIONS = "typst_questions"  # where a page's metadata keep them: domain, kind, target


def note_questions(app: Sphinx, doctree: nodes.document) -> None:
    """Note what a page asks of others (event ``doctree-read``) in its metadata, which Sphinx
    forgets with the page and brings together from the processes that read."""
    asked = {
        (str(node.get("refdomain")), str(node.get("reftype")), str(node.get("reftarget")))
        for node in doctree.findall(addnodes.pending_xref)
    }
    app.env.metadata[app.env.docname][QUESTIONS] = sorted(asked)


class Keys:
    """The digests of one run of the builder, and those of the last."""

    def __init__(self, env: Any, file: Path, common: Iterable[Any]) -> None:
        self.env, self.file = env, file
        self.common = _digest([toolchain(), *common])
        self.pages: dict[str, str] = {}
        self.files: dict[str, str] = {}
        std, cite = env.get_domain("std"), env.domains.get("cite")
        self.labels = (std.labels, std.anonlabels)
        self.equations = env.get_domain("math").equations
        self.works = {c.key: (c.formatted_entry.label, str(c.formatted_entry.text)) for c in
                      (cite.citations if cite else ())}  # fmt: skip
        # Of what other domains say we know no more than everything.
        others = {n: d.data for n, d in env.domains.items() if n not in ("std", "cite", "math")}
        self.others = _digest(others)
        try:
            self.known = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self.known = {}
        self.new: dict[str, str] = {}

    def of(self, options: Options, document: Document) -> str:
        """The digest of one document, whose pages need not be loaded."""
        chapters = [(c.level, c.part, self._page(c.docname)) for c in document.chapters]
        volumes = [
            (page, name, self.env.metadata[page].get(HEADINGS), self.env.titles[page].astext())
            for page, name in document.volumes.items()
        ]
        of_book = [self.common, options, document.title, document.date, document.lang]
        return _digest([*of_book, chapters, volumes])

    def current(self, name: str, key: str) -> bool:
        """Whether the PDF of this name was last written from the same."""
        return bool(self.known.get(name) == key)

    def keep(self, name: str, key: str) -> None:
        self.new[name] = key

    def close(self) -> None:
        """Keep the digests for the next run."""
        self.file.write_text(json.dumps(self.new, indent=1), encoding="utf-8")

    def _page(self, docname: str) -> str:
        if docname not in self.pages:
            env = self.env
            tree = Path(env.doctreedir, f"{docname}.doctree")
            answers = [self._answer(*q) for q in env.metadata[docname].get(QUESTIONS, ())]
            files = [self._file(name) for name in sorted(map(str, env.dependencies[docname]))]
            numbers = [env.toc_secnumbers.get(docname), env.toc_fignumbers.get(docname)]
            title = env.titles[docname].astext()
            self.pages[docname] = _digest([docname, title, _hash(tree), answers, files, numbers])
        return self.pages[docname]

    def _file(self, name: str) -> str:
        if name not in self.files:
            self.files[name] = _hash(Path(self.env.srcdir, name))
        return self.files[name]

    def _answer(self, domain: str, kind: str, target: str) -> Any:
        titles = self.env.titles
        found = [titles[target].astext()] if target in titles else []
        if domain == "cite":
            return [self.works.get(key.strip()) for key in target.split(",")]
        if domain in ("std", "math", "None", "") or kind in ("myst", "any", "eq"):
            labels = [table.get(target.lower(), table.get(target)) for table in self.labels]
            return [kind, target, labels, self.equations.get(target), found]
        return self.others


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _digest(data: Any) -> str:
    return hashlib.sha256(repr(data).encode()).hexdigest()
