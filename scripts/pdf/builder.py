"""The Sphinx builder `typst`: resolved doctrees to Typst to PDF, several documents in one run."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.builders import Builder
from sphinx.errors import SphinxError
from sphinx.util import logging
from sphinx.util.osutil import ensuredir

from scripts.core.palette import VERDICT_COLOURS
from scripts.core.verdicts import SHAPES, slug
from scripts.core.words import date_of
from scripts.pdf import fonts
from scripts.pdf.chapters import chapters_of
from scripts.pdf.digest import digest_of
from scripts.pdf.document import Document, Options, options_of
from scripts.pdf.pictures import Pictures
from scripts.pdf.press import Answer, Job, Press
from scripts.pdf.shared import Shared
from scripts.pdf.source import source_of
from scripts.pdf.stops import breaking_page
from scripts.pdf.up_to_date import Keys
from scripts.pdf.volumes import AT_ONCE, volumes_of, weight
from scripts.pdf.writer.inline import PAGE
from scripts.pdf.writer.markup import Places
from scripts.rendering.formulas.macros import Macros, book_macros
from scripts.rendering.formulas.of_pages import spell_out_macros
from scripts.rendering.formulas.typst import convert
from scripts.rendering.parallel import run_parts, shares

logger = logging.getLogger(__name__)
# What Typst says of a font, and no author can change.
NOISE = re.compile(r"glyph has assembly parts with overlap")
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
        macros = book_macros(self.config["mathjax3_config"])
        strict = bool(self.config.typst_strict)
        base_url = str(self.config.html_baseurl or "").rstrip("/")
        entries = self._entries()
        spoken = dict(self.config.typst_spoken)
        common = [fonts.digest([*book_fonts, *folders]), base_url, strict, macros, spoken]
        keys = Keys(self.env, work / "keys.json", common)
        outdated, names, at_once = [], set(), self.app.parallel
        for entry in entries:
            for document in volumes_of(self._document(entry), self.env, entry.most):
                names.add(document.name)
                key = keys.of(entry, document)
                if keys.current(document.name, key) and self._pdf(document.name).is_file():
                    keys.keep(document.name, key)
                    continue
                outdated.append((document, key))
                if document.volumes:
                    at_once = min(at_once, AT_ONCE)
        for path in Path(self.outdir).glob("*.pdf"):
            if path.stem not in names:
                path.unlink()
        if not outdated:
            keys.close()
            return
        self.fontset = fonts.collect(book_fonts, folders, work / "fonts")
        shared = Shared(
            env=self.env,
            config=self.config,
            fonts=self.fontset,
            formulas={},
            spoken=spoken,
            pictures=Pictures(work),
            strict=strict,
            base_url=base_url,
            problems=self.problems,
        )
        self._prepare(work)
        sizes = [sum(weight(self.env, c) for c in document.chapters) for document, _ in outdated]
        parts = shares(outdated, sizes, at_once)
        for written in run_parts(parts, partial(self._write_part, work, shared, macros)):
            for name, key in written:
                keys.keep(name, key)
        keys.close()

    def _write_part(
        self, work: Path, shared: Shared, macros: Macros, part: list[tuple[Document, str]]
    ) -> list[tuple[str, str]]:
        """Write some of the documents. Returns name and key of those without a problem, which need
        not be written again."""
        # One at a time, so that memory doesn't grow with the book; while Typst sets one, the next
        # is written.
        good: list[tuple[str, str]] = []
        before: tuple[Document, Places, str] | None = None
        with Press(work) as press:
            for document, key in part:
                problems = len(self.problems)
                places = self._write_source(work, document, shared, macros)
                document.chapters.clear()
                if before:
                    good += self._printed(press, *before)
                press.begin(self._job(document))
                before = (document, places, key if len(self.problems) == problems else "")
            if before:
                good += self._printed(press, *before)
        return good

    def _write_source(
        self, work: Path, document: Document, shared: Shared, macros: Macros
    ) -> Places:
        """Resolve a document's pages and write its Typst; returns where in it they stand."""
        for chapter in document.chapters:
            chapter.doctree = self._resolved(chapter.docname)
            spell_out_macros(chapter.doctree)
            if chapter.digest and document.brief:
                chapter.doctree = digest_of(chapter.doctree, chapter.docname, document.brief)
        found = {
            node.astext()
            for chapter in document.chapters
            for node in chapter.doctree.findall(
                lambda n: isinstance(n, nodes.math | nodes.math_block)
            )
        }
        shared.formulas |= convert(sorted(found - shared.formulas.keys()), macros)
        logger.info("typst: %s.pdf, %d pages of the book", document.name, len(document.chapters))
        source, places = source_of(document, shared, self)
        (work / f"{document.name}.typ").write_text(source, encoding="utf-8")
        return places

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
        found = chapters_of(self.env, entry.docnames, brief=entry.brief is not None)
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
            notes=list(entry.notes),
            brief=entry.brief,
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

    def _job(self, document: Document) -> Job:
        lenient = not self.config.typst_strict
        target = str(self._pdf(document.name))
        return Job(document.name, target, _timestamp(document.date), lenient)

    def _printed(
        self, press: Press, document: Document, places: Places, key: str
    ) -> list[tuple[str, str]]:
        """Say what Typst said of a document, each at the page that it is of. Returns the document's
        name and key if nothing is wrong with it."""
        answer = press.answer()
        if document.volumes:
            press.end()
        if answer.errors:  # yesterday's would pass for today's
            self._pdf(document.name).unlink(missing_ok=True)
        strict = self.config.typst_strict
        for kind, begins, all_said in (
            ("stop", "not made: ", answer.errors),
            ("ua", "not PDF/UA: ", answer.not_ua),
            ("layout", "", [said for said in answer.warnings if not NOISE.search(said.text)]),
        ):
            say = logger.error if strict and kind == "stop" else logger.warning
            for said in all_said:
                page, line = places.of(said.line, said.column) or ("", 0)
                if answer.broken:
                    page = breaking_page(self._job(document), press, places)
                text = f"{document.name}.pdf: {begins}{said.text}"
                where = (page, line or None) if page else None
                say("%s", text, location=where, type="typst", subtype=kind)
        return [(document.name, key)] if key and answer == Answer() else []

    def finish(self) -> None:
        pass


def _timestamp(text: str) -> int:
    """Seconds for the PDF's dates: SOURCE_DATE_EPOCH, the document's date, or the year 2000."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return int(epoch)
    day = date_of(text) or date(2000, 1, 1)
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
