"""One PDF: its pages, its settings, and the anchors written so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from docutils import nodes

from scripts.pdf.writer import markup


@dataclass
class Chapter:
    """One page of the book at its place: level in the outline, 1 being the top."""

    docname: str
    level: int
    doctree: nodes.document
    part: str = ""  # title of the part that begins with this chapter


@dataclass
class Document:
    """One PDF: its pages and what is written so far."""

    name: str
    title: str
    subtitle: str = ""
    authors: list[str] = field(default_factory=list)
    date: str = ""
    lang: str = "en"
    description: str = ""
    address: str = ""
    whole: bool = True
    wordmark: bool = False  # whether what follows the title's last comma has a hand of its own
    chapters: list[Chapter] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def where(self, key: str, base_url: str) -> str:
        """Typst code of a link's target: a label, the website's address, or none."""
        page, _, ident = key.partition("#")
        pages = {chapter.docname for chapter in self.chapters}
        if key in self.anchors:
            return f"label({markup.string(key)})"
        if page in pages:
            return f"label({markup.string(page)})" if page in self.anchors else "none"
        if base_url:
            return markup.string(f"{base_url}/{page}.html" + (f"#{ident}" if ident else ""))
        return "none"
