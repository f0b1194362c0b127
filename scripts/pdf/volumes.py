"""A long book as several PDFs: Typst holds all of one in memory, 2 to 3 MB a printed page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx

from scripts.pdf.document import Chapter, Document
from scripts.pdf.writer import markup

# Weight is about what Typst needs for a page in KB: 1 for each character, and this for each node.
NODE = 9
AT_ONCE = 2  # volumes that are set at the same time, whatever the number of cores

WEIGHT = "typst_weight"  # where a page's metadata keep it
HEADINGS = "typst_headings"  # and for each id the first one of its heading; for "" the page's


def note_size(app: Sphinx, doctree: nodes.document) -> None:
    """Note what a page weighs, and under which heading each id stands (event ``doctree-read``): a
    link from another volume leads to a heading, for Typst names no other places in a PDF."""
    metadata = app.env.metadata[app.env.docname]
    metadata[WEIGHT] = _weight(doctree, Path(app.srcdir))
    first = next((s["ids"][0] for s in doctree.findall(nodes.section) if s["ids"]), "")
    metadata[HEADINGS] = dict(_headings(doctree, first)) | {"": first}


def _weight(doctree: nodes.document, root: Path) -> int:
    weight = len(doctree.astext()) + NODE * sum(1 for _ in doctree.findall())
    for image in doctree.findall(nodes.image):
        path = root / str(image.get("uri", ""))
        weight += path.stat().st_size // 500 if path.is_file() else 0  # in memory twice
    return weight


def _headings(node: nodes.Element, heading: str) -> Iterator[tuple[str, str]]:
    ids = list(node.get("ids", ()))
    if isinstance(node, nodes.section) and ids:
        heading = ids[0]
    yield from ((ident, heading) for ident in ids)
    for child in node.children:
        if isinstance(child, nodes.Element):
            yield from _headings(child, heading)


def weight(env: Any, chapter: Chapter) -> int:
    """What a page weighs, rounded up, so that few edits move the border between two volumes."""
    return ceil(env.metadata[chapter.docname].get(WEIGHT, 0) / 1000) * 1000


def volumes_of(document: Document, env: Any, most: int) -> list[Document]:
    """The document, or its pages in order in several, each of at most the weight ``most`` or of one
    page. The first keeps the name."""
    parts: list[list[Chapter]] = [[]]
    total = 0
    for chapter in document.chapters:
        total += weight(env, chapter)
        if parts[-1] and most and total > most:
            parts.append([])
            total = weight(env, chapter)
        parts[-1].append(chapter)
    if len(parts) == 1:
        return [document]
    names = [document.name, *(f"{document.name}-{n}" for n in range(2, len(parts) + 1))]
    volumes = {c.docname: name for name, part in zip(names, parts, strict=True) for c in part}
    found, opened = [], ""
    for number, (name, part) in enumerate(zip(names, parts, strict=True), 1):
        title, chapters = f"{document.title} ({number}/{len(parts)})", _continued(part, opened)
        volume = replace(document, name=name, title=title, chapters=chapters)
        volume.anchors, volume.volumes = set(), volumes
        found.append(volume)
        opened = next((c.part for c in reversed(part) if c.part), opened)
    return found


def _continued(chapters: list[Chapter], opened: str) -> list[Chapter]:
    """The chapters of a volume: it says again which part it begins in, and skips no level."""
    first, *others = chapters
    part = first.part or (opened if first.level > 1 else "")
    out = [replace(first, part=part, level=min(first.level, 2 if part else 1))]
    for chapter in others:
        above = 1 if chapter.part else out[-1].level
        out.append(replace(chapter, level=min(chapter.level, above + 1)))
    return out


def place(document: Document, env: Any, key: str) -> str:
    """Address of an anchor (see `Base.key`) that is in another volume; empty if none has it."""
    volume = document.volumes.get(key.partition("#")[0], document.name)
    return "" if volume == document.name else in_file(volume, env, key)


def in_file(volume: str, env: Any, key: str) -> str:
    """Address of an anchor in another PDF of this name: that of the heading above it."""
    page, _, ident = key.partition("#")
    headings = env.metadata[page].get(HEADINGS, {})
    heading = headings.get(ident, headings.get("", ""))  # works get their ids when they are cited
    return f"{quote(volume)}.pdf#nameddest={quote(f'{page}#{heading}', safe='')}"


def list_of(document: Document, env: Any) -> str:
    """Markup of the list of all volumes, with the titles of their first and last pages."""
    rows = []
    for number, name in enumerate(dict.fromkeys(document.volumes.values()), 1):
        pages = [page for page, volume in document.volumes.items() if volume == name]
        titles = dict.fromkeys(env.titles[page].astext() for page in (pages[0], pages[-1]))
        said = markup.escape(
            f"({number}/{len(set(document.volumes.values()))}) {' – '.join(titles)}"
        )
        own = name == document.name
        rows.append(said if own else markup.outward(f"{quote(name)}.pdf", said))
    return "#block(above: 24pt, small[" + " \\\n".join(rows) + "])"
