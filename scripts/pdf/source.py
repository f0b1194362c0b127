"""A document's Typst source: title page, contents, pages, index."""

from __future__ import annotations

from docutils.languages import get_language
from sphinx.builders import Builder

from scripts.core.languages.speech import speech
from scripts.pdf import chapters
from scripts.pdf.document import Document
from scripts.pdf.shared import Shared
from scripts.pdf.volumes import list_of, place
from scripts.pdf.writer import markup
from scripts.pdf.writer.publication import Writer

DIGESTS = "part:digests"  # the anchor of the heading above them


def source_of(document: Document, shared: Shared, builder: Builder) -> tuple[str, markup.Places]:
    """A document as Typst, and where in it its pages stand: title page, contents, pages, and the
    index of a whole book."""
    writer = Writer(shared, document)
    parts = any(chapter.part for chapter in document.chapters)
    body: list[str] = []
    for chapter in document.chapters:
        begins = not chapter.digest or writer.claim(DIGESTS)
        body.append(markup.mark(chapter.docname, 0) + "#opening()" * begins)
        if chapter.digest and begins:
            body.append(f'#heading-of(1, 1, "{DIGESTS}")[Companion notebooks, in short]')
        if chapter.part:
            key = f"part:{chapter.part}"
            if writer.claim(key):
                title = writer.text(chapter.part, chapter.doctree)
                body.append(f"#part-title({markup.string(key)}, [{title}])")
        body.append(writer.page(chapter))
    if document.whole:
        entries = chapters.index(shared.env, builder, document, lambda text: markup.escape(text))
        if entries:
            writer.claim("genindex")
            label = markup.escape(str(_label(document.lang, "Index")))
            body.append(f'{markup.mark("", 0)}#opening()\n#heading-of(1, 1, "genindex")[{label}]')
            body.append(f"#columns(2, gutter: 14pt)[{entries}]")
    level = 2 if parts else 1
    single = len(document.chapters) == 1
    front = [
        '#import "template.typ": *',
        f"#let meta = {_meta(document, level)}",
        "#show: book.with(meta)",
        "#title-page(meta)",
        f"#contents([{markup.escape(_label(document.lang, 'Contents'))}], "
        f"{level + (2 if single else 1)}, {level - 1})",
        *([list_of(document, shared.env)] if document.volumes else []),
    ]
    text = "\n".join(front) + "\n" + "\n\n".join(part.strip() for part in body) + "\n"
    document.anchors = markup.emitted(text, document.anchors)

    def where(key: str) -> str:
        other = place(document, shared.env, key)
        found = markup.string(other) if other else document.where(key, shared.base_url)
        return writer.in_whole(key) if found == "none" else found

    return markup.unmarked(markup.resolve(text, where))


def _meta(document: Document, level: int) -> str:
    strings = {
        "title": document.title,
        "subtitle": document.subtitle,
        "date": speech(document.lang).day(document.date),
        "lang": document.lang,
        "address": document.address,
    }
    code = "".join(f"{key}: {markup.string(value)}, " for key, value in strings.items())
    description = markup.string(document.subtitle) if document.subtitle else "none"
    return (
        f"({code}authors: {markup.array([markup.string(a) for a in document.authors])}, "
        f"description: {description}, chapter-level: {level}, "
        f"rtl: {str(speech(document.lang).direction == 'rtl').lower()}, "
        f"notes: {markup.array([markup.string(note) for note in document.notes])}, "
        f"wordmark: {str(document.wordmark).lower()})"
    )


def _label(lang: str, word: str) -> str:
    if word == "Contents":
        return str(get_language(lang).labels.get("contents", word))
    from sphinx.locale import _

    return str(_(word))
