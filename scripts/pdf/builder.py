"""The Sphinx builder `typst`: resolved doctrees to Typst to PDF, several documents in one run."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Set as AbstractSet
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import typst
from docutils import nodes
from sphinx.builders import Builder
from sphinx.errors import SphinxError
from sphinx.util import logging
from sphinx.util.osutil import ensuredir

from scripts.core.files import write_atomic
from scripts.core.palette import VERDICT_COLOURS
from scripts.core.verdicts import SHAPES, slug
from scripts.core.words import date_of
from scripts.pdf import fonts
from scripts.pdf.chapters import chapters_of
from scripts.pdf.document import Document, Options, options_of
from scripts.pdf.shared import Shared
from scripts.pdf.source import source_of
from scripts.pdf.up_to_date import Keys
from scripts.pdf.writer.inline import PAGE
from scripts.rendering.formulas.typst import convert
from scripts.rendering.parallel import run_parts, shares

logger = logging.getLogger(__name__)
TEMPLATES = Path(__file__).parent / "typst"


class TypstBuilder(Builder):
    """Writes one PDF for every entry of `typst_documents`."""

    name = "typst"
    format = "typst"
    epilog = "The PDFs are in %(outdir)s."
    supported_image_types = [  # noqa: RUF012
        "image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp",
    ]  # fmt: skip
    # Both are handled by the writer; Sphinx would fetch pictures from the network.
    supported_remote_images = True
    supported_data_uri_images = True
    problems: list[Any]

    def init(self) -> None:
        self.problems = []

    def get_outdated_docs(self) -> str:
        return "all documents"

    def get_target_uri(self, docname: str, _typ: str | None = None) -> str:
        return PAGE + docname

    def get_relative_uri(self, _from: str, to: str, _typ: str | None = None) -> str:
        return self.get_target_uri(to)

    def prepare_writing(self, docnames: AbstractSet[str]) -> None:
        pass

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        raise NotImplementedError  # documents are written whole, by `write`

    def write(self, *_ignored: Any) -> None:
        work = Path(self.doctreedir) / "_typst"
        for folder in (work, work / "images", work / "marks", Path(self.outdir)):
            ensuredir(folder)
        folders = [Path(self.confdir) / d for d in self.config.typst_fonts]
        book_fonts = [Path(self.confdir) / "_static" / "fonts"]
        macros = ((self.config["mathjax3_config"] or {}).get("tex") or {}).get("macros") or {}
        strict = bool(self.config.typst_strict)
        base_url = str(self.config.html_baseurl or "").rstrip("/")
        entries = self._entries()
        for path in Path(self.outdir).glob("*.pdf"):
            if path.stem not in {entry.name for entry in entries}:
                path.unlink()
        common = [fonts.digest([*book_fonts, *folders]), base_url, strict, macros]
        keys = Keys(self.env, work / "keys.json", common)
        outdated = []
        for entry in entries:
            document = self._document(entry)
            key = keys.of(entry, document)
            if keys.current(document.name, key) and self._pdf(document.name).is_file():
                keys.keep(document.name, key)
            else:
                outdated.append((document, key))
        if not outdated:
            keys.close()
            return
        self.fontset = fonts.collect(book_fonts, folders, work / "fonts")
        shared = Shared(
            env=self.env,
            config=self.config,
            fonts=self.fontset,
            formulas={},
            images=lambda suffix, data: _store(work / "images", suffix, data),
            strict=strict,
            base_url=base_url,
            problems=self.problems,
        )
        self._prepare(work)
        parts = shares(
            outdated, [self._size(document) for document, _ in outdated], self.app.parallel
        )
        for written in run_parts(parts, partial(self._write_part, work, shared, macros)):
            for name, key in written:
                keys.keep(name, key)
        keys.close()

    def _write_part(
        self, work: Path, shared: Shared, macros: dict[str, Any], part: list[tuple[Document, str]]
    ) -> list[tuple[str, str]]:
        """Write some of the documents. Returns name and key of those without a problem, which need
        not be written again."""
        # One at a time, so that memory doesn't grow with the book; while Typst compiles one, the
        # next is written.
        good: list[tuple[str, str]] = []
        with ThreadPoolExecutor(1) as compiler:
            waiting: list[tuple[str, str, Future[bool]]] = []

            def finish() -> None:
                name, key, compiled = waiting.pop(0)
                if compiled.result() and key:
                    good.append((name, key))

            for document, key in part:
                problems = len(self.problems)
                self._write_source(work, document, shared, macros)
                if len(waiting) > 1:
                    finish()
                key = key if len(self.problems) == problems else ""
                light = replace(document, chapters=[], anchors=set())
                waiting.append((document.name, key, compiler.submit(self._compile, work, light)))
                document.chapters.clear()
            while waiting:
                finish()
        return good

    def _size(self, document: Document) -> int:
        trees = (Path(self.doctreedir, f"{c.docname}.doctree") for c in document.chapters)
        return sum(tree.stat().st_size for tree in trees if tree.is_file())

    def _write_source(
        self, work: Path, document: Document, shared: Shared, macros: dict[str, Any]
    ) -> None:
        """Resolve a document's pages and write its Typst."""
        for chapter in document.chapters:
            chapter.doctree = self._resolved(chapter.docname)
        found = {
            node.astext()
            for chapter in document.chapters
            for node in chapter.doctree.findall(
                lambda n: isinstance(n, nodes.math | nodes.math_block)
            )
        }
        shared.formulas |= convert(sorted(found - shared.formulas.keys()), macros)
        logger.info("typst: %s.pdf, %d pages of the book", document.name, len(document.chapters))
        source = source_of(document, shared, self)
        (work / f"{document.name}.typ").write_text(source, encoding="utf-8")

    def _pdf(self, name: str) -> Path:
        return Path(self.outdir) / f"{name}.pdf"

    def _entries(self) -> list[Options]:
        stem = re.sub(r"\W+", "-", self.config.project or "book").strip("-")
        try:
            given = [options_of(entry) for entry in self.config.typst_documents]
        except ValueError as error:
            raise SphinxError(f"typst_documents: {error}") from error
        return [replace(e, name=e.name or stem) for e in given or [Options()]]

    def _document(self, entry: Options) -> Document:
        unknown = set(entry.docnames or ()) - set(self.env.found_docs)
        if unknown:
            raise SphinxError(f"typst_documents: no such page: {', '.join(sorted(unknown))}")
        found = chapters_of(self.env, entry.docnames)
        title = entry.title
        if not title and entry.docnames:
            title = self.env.titles[entry.docnames[0]].astext()
        authors = entry.authors or self.config.author or []
        lang = str(entry.lang or self.config.language or "en")
        return Document(
            name=entry.name,
            title=str(title or self._book_title()),
            subtitle=entry.subtitle,
            authors=[authors] if isinstance(authors, str) else [str(a) for a in authors],
            date=str(entry.date),  # YAML reads a date where one is written
            lang=lang.replace("_", "-").split("-")[0].lower(),
            address=str(self.config.html_baseurl or "").rstrip("/"),
            whole=entry.docnames is None,
            wordmark=entry.wordmark,
            chapters=[chapter for chapter in found if chapter.docname not in entry.left_out],
        )

    def _book_title(self) -> str:
        own = "html_title" in self.config.config_values or "html_title" in self.config
        titles = [self.config.html_title if own else "", self.config.project]
        stock = (None, "", "Project name not set", "Python")
        return next((str(t) for t in titles if t not in stock), "Untitled")

    def _resolved(self, docname: str) -> nodes.document:
        tree = self.env.get_and_resolve_doctree(docname, self)
        self.post_process_images(tree)
        return tree

    def _prepare(self, work: Path) -> None:
        """Put beside the documents what they are set with: templates, marks, names of fonts."""
        for template in TEMPLATES.glob("*.typ"):
            shutil.copyfile(template, work / template.name)
        looks = {}
        for verdict, shape in SHAPES.items():
            file, (colour, _) = f"marks/{slug(verdict)}.svg", VERDICT_COLOURS[verdict]
            looks[verdict] = {"mark": file, "colour": colour}
            drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">{shape}</svg>'
            (work / file).write_text(drawing.replace("currentColor", colour), encoding="utf-8")
        covers = "".join(map(chr, sorted(self.fontset.emoji_chars)))
        families = {"families": self.fontset.families, "emoji": self.fontset.emoji}
        for name, data in (
            ("fonts", {**families, "covers": f"[{covers}]"}),
            ("verdicts", looks),
        ):
            text = json.dumps(data, ensure_ascii=False)
            (work / f"{name}.json").write_text(text, encoding="utf-8")

    def _compile(self, work: Path, document: Document) -> bool:
        """Typst to PDF beside its target, then renamed: nothing half-built is ever visible.
        Returns whether Typst had nothing to say."""
        compiler = typst.Compiler(
            input=str(work / f"{document.name}.typ"),
            root=str(work),
            font_paths=fonts.only(self.fontset.folders),
        )
        stamp = _timestamp(document.date)
        try:
            data, warnings = compiler.compile_with_warnings(
                format="pdf", pdf_standards=["ua-1"], timestamp=stamp
            )
        except typst.TypstError as error:
            said = f"{document.name}.pdf: {error.message}\n{error.diagnostic or ''}"
            said = re.sub(r"\S*/(?=\w[\w.-]*\.typ:)", "", said)
            if self.config.typst_strict or "PDF/UA" not in said:
                raise SphinxError(said) from error
            logger.warning("not PDF/UA: %s", said, type="typst", subtype="ua")
            try:
                data, warnings = compiler.compile_with_warnings(format="pdf", timestamp=stamp)
            except typst.TypstError as second:
                raise SphinxError(said) from second
        for warning in warnings:
            logger.warning("%s.pdf: %s", document.name, warning, type="typst", subtype="layout")
        target = self._pdf(document.name)
        fresh = target.with_suffix(".pdf.part")
        assert isinstance(data, bytes)
        fresh.write_bytes(data)
        fresh.replace(target)
        return not warnings

    def finish(self) -> None:
        pass


def _store(folder: Path, suffix: str, data: bytes) -> str:
    """Keep a picture under the hash of its content; its path inside the work folder."""
    name = f"{hashlib.sha256(data).hexdigest()[:20]}.{suffix}"
    if not (folder / name).exists():
        write_atomic(folder / name, data, shared=True)
    return f"images/{name}"


def _timestamp(text: str) -> int:
    """Seconds for the PDF's dates: SOURCE_DATE_EPOCH, the document's date, or the year 2000."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return int(epoch)
    day = date_of(text) or date(2000, 1, 1)
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
