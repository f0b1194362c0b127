"""One PDF: its pages, its settings, and the anchors written so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from docutils import nodes

from scripts.pdf.writer import markup

MOST = 750_000  # 55 pages of 1,800 words, 300 in print, for which Typst needs some 600 MB


@dataclass
class Chapter:
    """One page of the book at its place: level in the outline, 1 being the top."""

    docname: str
    level: int
    doctree: nodes.document
    part: str = ""  # title of the part that begins with this chapter
    digest: bool = False  # whether it comes in short: see `digest`


@dataclass(frozen=True)
class Brief:
    """How the pages after a document's first come in short: what each found, and found at full
    size, by docname; titles of ``sections`` that stay besides; the name of the PDF that has these
    pages ``whole``, if there is one."""

    findings: Mapping[str, str] = field(default_factory=dict)
    full_sizes: Mapping[str, str] = field(default_factory=dict)
    sections: Sequence[str] = ()
    whole: str = ""


@dataclass(frozen=True)
class Options:
    """An entry of `typst_documents`; what it leaves empty is the book's own.

    ``docnames`` None is the whole book but for ``left_out``. With ``wordmark``, what follows the
    title's last comma has a hand of its own. ``notes`` stand on the cover. One that is
    ``brief`` has the pages after its first as digests, and no code of cells. What is heavier than
    ``most`` comes in several volumes (see `volumes`); 0: never.
    """

    name: str = ""
    docnames: Sequence[str] | None = None
    left_out: Sequence[str] = ()
    title: str = ""
    subtitle: str = ""
    authors: Sequence[str] = ()
    date: str = ""
    lang: str = ""
    wordmark: bool = False
    notes: Sequence[str] = ()
    brief: Brief | None = None
    most: int = MOST


def options_of(entry: Mapping[str, Any]) -> Options:
    """The options in a dictionary, in which ``brief`` is one too. ValueError names the keys that
    there are none of."""
    brief = entry.get("brief")
    for given, kind in ((entry, Options), (brief or {}, Brief)):
        known = [option.name for option in fields(kind)]
        if unknown := [str(key) for key in given if key not in known]:
            raise ValueError(f"no option {', '.join(unknown)}; there are {', '.join(known)}")
    return Options(**{**entry, "brief": None if brief is None else Brief(**brief)})


@dataclass
class Document:
    """One PDF: its pages and what is written so far."""

    name: str
    title: str
    subtitle: str
    authors: list[str]
    date: str
    lang: str
    address: str
    whole: bool
    wordmark: bool
    notes: list[str] = field(default_factory=list)
    brief: Brief | None = None
    chapters: list[Chapter] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    volumes: dict[str, str] = field(default_factory=dict)  # of all pages of a book in several PDFs

    def where(self, key: str, base_url: str) -> str:
        """Typst code of a link's target: a label, the website's address, or none."""
        page, _, ident = key.partition("#")
        pages = {chapter.docname for chapter in self.chapters if not chapter.digest}
        if key in self.anchors:
            return f"label({markup.string(key)})"
        if page in pages:
            return f"label({markup.string(page)})" if page in self.anchors else "none"
        if base_url:
            return markup.string(f"{base_url}/{page}.html" + (f"#{ident}" if ident else ""))
        return "none"
