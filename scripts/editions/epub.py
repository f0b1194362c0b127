"""The EPUB: the Markdown editions of a book's pages as XHTML, packed with what readers of books
want (EPUB 3.3, EPUB Accessibility 1.1). Pure; the same book gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from bs4 import BeautifulSoup

from scripts.core.files import zipped
from scripts.editions.html import as_code, html_of
from scripts.pdf.writer.markup import string
from scripts.rendering.formulas.mathml import mathml
from scripts.rendering.formulas.unconvertible import Unconvertible

KINDS = {
    "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg",
    "gif": "image/gif", "webp": "image/webp",
}  # fmt: skip
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")  # in the name of a file inside
PATHLESS = re.compile(rb"<path(?![^>]*\sd=)(?=[\s/>])")
MATHML = Path(__file__).parents[2] / "_static" / "mathml.css"
STYLE = """\
body { font-family: serif; line-height: 1.45; }
h1, h2, h3 { line-height: 1.2; text-align: left; page-break-after: avoid; break-after: avoid; }
h1 { margin: 1.5em 0 0.8em; }
img { max-width: 100%; height: auto; }
pre { font-size: 0.8em; line-height: 1.35; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-family: monospace; overflow-wrap: anywhere; }
blockquote { margin: 1em 0 1em 1em; padding-left: 0.8em; border-left: 2px solid; }
table { border-collapse: collapse; font-size: 0.85em; }
th, td { padding: 0.25em 0.5em; text-align: left; vertical-align: top; border-bottom: 1px solid; }
nav ol { list-style: none; padding-left: 1em; }
.cover { margin: 0; text-align: center; }
.cover img { max-height: 100%; }
"""


@dataclass(frozen=True)
class Chapter:
    """One page: ``text`` is its Markdown edition, ``address`` that on the site or ''; ``below``:
    whether it belongs to the chapter before it that doesn't."""

    name: str
    title: str
    text: str
    address: str
    below: bool = False


@dataclass(frozen=True)
class Edition:
    """An EPUB. ``pictures`` by the paths that the chapters' texts give them, ``cover`` a PNG."""

    title: str
    subtitle: str
    authors: tuple[str, ...]
    language: str
    address: str
    changed: str  # the day of its last change, ISO
    rights: str
    chapters: tuple[Chapter, ...]
    pictures: Mapping[str, bytes]
    cover: bytes


def epub(edition: Edition) -> bytes:
    """The file. Links from chapter to chapter stay inside of it."""
    named = {
        chapter.name: f"{number:03d}-{UNSAFE.sub('-', chapter.name)}.xhtml"
        for number, chapter in enumerate(edition.chapters, 1)
    }
    inside = {chapter.address: named[chapter.name] for chapter in edition.chapters}
    pictures: dict[str, str] = {}  # path in a text: file

    def address(target: str) -> str:
        kind = target.rpartition(".")[2].lower()
        if target in edition.pictures and kind in KINDS:
            return pictures.setdefault(target, f"images/{len(pictures) + 1:03d}.{kind}")
        place = target.partition("#")[0]
        return inside.get(place, target) if place else target

    pages = {
        named[chapter.name]: _page(edition, chapter.title, html_of(chapter.text, address, _math))
        for chapter in edition.chapters
    }
    files = {f"OEBPS/{name}": text.encode() for name, text in pages.items()}
    for path, file in pictures.items():
        # matplotlib's glyph of a space has no outline, for which SVG 1.1 has no place.
        files[f"OEBPS/{file}"] = PATHLESS.sub(b'<path d="M0 0"', edition.pictures[path])
    links = [f'<a href="{named[c.name]}">{escape(c.title)}</a>' for c in edition.chapters]
    alt = escape(f"{edition.title}. {edition.subtitle}")
    shown = f'<div class="cover"><img src="images/cover.png" alt="{alt}"/></div>'
    files["OEBPS/images/cover.png"] = edition.cover
    files["OEBPS/style.css"] = f"{STYLE}{MATHML.read_text('utf-8')}".encode()
    files["OEBPS/cover.xhtml"] = _page(edition, edition.title, shown, titled=False).encode()
    contents = _contents(edition, links, next(iter(pages)))
    files["OEBPS/nav.xhtml"] = _page(edition, "Contents", contents, titled=False).encode()
    files["OEBPS/package.opf"] = _package(edition, pages, sorted(pictures.values())).encode()
    files["META-INF/container.xml"] = CONTAINER.encode()
    return zipped({"mimetype": b"application/epub+zip", **files}, first="mimetype")


CONTAINER = """\
<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles>
<rootfile full-path="OEBPS/package.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""


def _math(tex: str, block: bool) -> str:
    try:
        found = mathml(tex, block)
    except Unconvertible:  # the site's build has named it
        return as_code(tex, block)
    return found.replace("<math", '<math xmlns="http://www.w3.org/1998/Math/MathML"', 1)


def _page(edition: Edition, title: str, body: str, *, titled: bool = True) -> str:
    """A chapter as XHTML: `BeautifulSoup` closes what HTML leaves open. A picture that isn't in the
    book is told by its words: no reader fetches any."""
    soup = BeautifulSoup(body, "html.parser")
    for image in soup.find_all("img"):
        if not str(image.get("src")).startswith("images/"):
            image.replace_with(f"[{image.get('alt') or 'picture'}]")
    for element in soup.find_all(True):
        for name in ("align", "border", "start"):  # of HTML's past, or only there
            if name in element.attrs and (name != "start" or element.name != "ol"):
                del element[name]
    inner = soup.decode(formatter="minimal")
    heading = f"<h1>{escape(title)}</h1>\n" if titled else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="{edition.language}" xml:lang="{edition.language}">\n'
        f"<head><title>{escape(title)}</title>"
        '<link rel="stylesheet" type="text/css" href="style.css"/></head>\n'
        f"<body>\n{heading}{inner}\n</body>\n</html>\n"
    )


def _contents(edition: Edition, links: Sequence[str], first: str) -> str:
    """The contents: chapters, and below each the chapters that belong to it."""
    groups: list[list[str]] = []
    for chapter, link in zip(edition.chapters, links, strict=True):
        if chapter.below and groups:
            groups[-1].append(link)
        else:
            groups.append([link])
    lines = []
    for head, *others in groups:
        inner = f"<ol>{''.join(f'<li>{link}</li>' for link in others)}</ol>" if others else ""
        lines.append(f"<li>{head}{inner}</li>")
    return (
        '<nav epub:type="toc" role="doc-toc" aria-labelledby="contents">'
        f'<h1 id="contents">Contents</h1><ol>{"".join(lines)}</ol></nav>'
        '<nav epub:type="landmarks" hidden="hidden" aria-label="Places"><ol>'
        '<li><a epub:type="cover" href="cover.xhtml">Cover</a></li>'
        f'<li><a epub:type="bodymatter" href="{first}">Text</a></li></ol></nav>'
    )


ACCESS = {  # schema.org's words for who can read it
    "accessMode": ("textual", "visual"),
    "accessModeSufficient": ("textual", "textual,visual"),
    "accessibilityFeature": (
        "structuralNavigation", "tableOfContents", "readingOrder", "alternativeText", "MathML",
    ),
    "accessibilityHazard": ("none",),
    "accessibilitySummary": (
        "Pictures have alternative texts, formulas are MathML, and headings follow the text.",
    ),
}  # fmt: skip


def _package(edition: Edition, pages: Mapping[str, str], pictures: Iterable[str]) -> str:
    """What is in it, in which order, and for whom it can be read."""
    name = uuid5(NAMESPACE_URL, edition.address or edition.title)
    said = [
        f'<dc:identifier id="id">urn:uuid:{name}</dc:identifier>',
        f"<dc:title>{escape(edition.title)}</dc:title>",
        *(f"<dc:creator>{escape(author)}</dc:creator>" for author in edition.authors),
        f"<dc:language>{escape(edition.language)}</dc:language>",
        f"<dc:description>{escape(edition.subtitle)}</dc:description>",
        f"<dc:rights>{escape(edition.rights)}</dc:rights>",
        f"<dc:date>{edition.changed}</dc:date>",
        f'<meta property="dcterms:modified">{edition.changed}T00:00:00Z</meta>',
    ]
    said += [
        f'<meta property="schema:{key}">{value}</meta>'
        for key, values in ACCESS.items()
        for value in values
    ]
    items = [
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
        '<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>',
        '<item id="cover-image" href="images/cover.png" media-type="image/png" '
        'properties="cover-image"/>',
        '<item id="style" href="style.css" media-type="text/css"/>',
    ]
    for number, (file, text) in enumerate(pages.items()):
        mark = ' properties="mathml"' if "<math" in text else ""
        items.append(
            f'<item id="c{number}" href="{file}" media-type="application/xhtml+xml"{mark}/>'
        )
    for number, file in enumerate(pictures):
        kind = KINDS[file.rpartition(".")[2]]
        items.append(f'<item id="p{number}" href="{file}" media-type="{kind}"/>')
    order = ["cover", "nav", *(f"c{number}" for number in range(len(edition.chapters)))]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" '
        f'xml:lang="{escape(edition.language)}">\n'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n' + "\n".join(said) + "\n"
        "</metadata>\n<manifest>\n" + "\n".join(items) + "\n</manifest>\n<spine>\n"
        + "\n".join(f'<itemref idref="{name}"/>' for name in order)
        + "\n</spine>\n</package>\n"
    )  # fmt: skip


def cover(title: str, subtitle: str, notes: Iterable[str], drawing: str) -> bytes:
    """A cover as PNG, 1200 by 1800: title, what held, and a figure of the newest issue."""
    import typst

    said = "\n".join(f"#block(above: 14pt, text(size: 15pt, {string(note)}))" for note in notes)
    shown = (
        f'image(bytes({string(drawing)}), format: "svg", width: 100%, height: 100%, fit: "contain")'
    )
    picture = f"#block(height: 1fr, width: 100%, above: 24pt, {shown})" if drawing else ""
    source = f"""
#set page(width: 600pt, height: 900pt, margin: 54pt, fill: white)
#set par(leading: 0.4em)
#v(40pt)
#text(size: 52pt, weight: "bold", {string(title)})
#v(8pt)
#line(length: 100%, stroke: 1pt)
#text(size: 19pt, {string(subtitle)})
{said}
{picture}
"""
    found = typst.compile(source.encode(), format="png", ppi=144)
    assert isinstance(found, bytes)
    return found
