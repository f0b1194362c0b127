"""The base of the writer: walking a doctree, text, anchors, room. The other modules add nodes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bs4 import Tag
from docutils import nodes

from scripts.pdf.document import Chapter, Document
from scripts.pdf.shared import Shared
from scripts.pdf.writer import markup, tags

POINTS = 72 / 25.4
COLUMN, WIDE = 125 * POINTS, 150 * POINTS
WORD = 18  # longer words in cells may break


class Base:
    """Writes the pages of one document. In subclasses, a method `on_X` writes a node of class X.

    Unknown classes are written as what they are made of, so no extension's node stops a book.
    """

    def __init__(self, shared: Shared, document: Document) -> None:
        self.shared = shared
        self.document = document
        self.env: Any = shared.env
        self.docname = ""
        self.level = 1  # outline level of the page's title
        self.depth = 0  # sections open
        self.listed = True  # whether sections inside the page stand in the contents
        self.room: float = WIDE  # points for code at this place
        self.sections_seen = 0
        self.in_title = False
        self.in_cell = False
        self.items = 0
        self.notes: dict[str, nodes.Element] = {}
        self.noted: set[str] = set()
        self.lang = ""
        self.is_issue = False  # whether its h3 are numbered items
        self.digest = False  # whether the page comes in short

    def page(self, chapter: Chapter) -> str:
        """The markup of one page."""
        tree = chapter.doctree
        self.docname, self.level, self.digest = chapter.docname, chapter.level, chapter.digest
        self.depth = self.items = 0
        # The home page of a book with parts is on their level, its sections are no chapters.
        parts = any(c.part for c in self.document.chapters)
        self.listed = not parts or chapter.level > 1
        self.room = WIDE
        self.noted = set()
        self.notes = {ident: note for note in tree.findall(nodes.footnote) for ident in note["ids"]}
        self.lang = getattr(tree.settings, "language_code", "") or "en"
        self.sections_seen = 0
        heads = (n for n in tree.findall(nodes.container) if "issue-header" in n["classes"])
        self.is_issue = "issue" in self.env.metadata.get(self.docname, {}) or any(heads)
        return self.blocks(tree)

    # Walking

    def write(self, node: nodes.Node) -> str:
        """The markup of one node."""
        for kind in type(node).__mro__:
            method = getattr(self, f"on_{kind.__name__}", None)
            if method is not None:
                written: str = method(node)
                return written
        return ""

    def inline(self, node: nodes.Node | Iterable[nodes.Node]) -> str:
        """Children one after the other, as parts of one line of text."""
        children = node.children if isinstance(node, nodes.Node) else node
        return tags.joined(children, self.write, self.tagged)

    def tagged(self, _tag: Tag, body: str, _node: nodes.Node) -> str:
        """What stands between an HTML tag and its end, which `Cells` writes."""
        return body

    def blocks(self, node: nodes.Node | Iterable[nodes.Node]) -> str:
        """Children as paragraphs; what is inline among them joins into one."""
        children = node.children if isinstance(node, nodes.Node) else node
        out: list[str] = []
        line: list[str] = []

        def flush() -> None:
            text = "".join(line).strip()
            if text:
                out.append(text)
            line.clear()

        for child in children:
            written = self.write(child)
            if isinstance(child, nodes.Inline | nodes.Text) and not isinstance(
                child, nodes.image | nodes.raw
            ):
                line.append(written)
            elif written.strip():
                flush()
                line_number = getattr(child, "line", None) or 0
                mark = markup.mark(self.docname, line_number) if line_number else ""
                out.append(mark + written.strip())
        flush()
        return "\n\n".join(out) + "\n\n" if out else ""

    def narrower(self, points: float, node: nodes.Node | Iterable[nodes.Node]) -> str:
        """Blocks inside something that takes `points` off the text's width."""
        before = self.room
        self.room = min(self.room, COLUMN) - points
        try:
            return self.blocks(node)
        finally:
            self.room = before

    def on_Element(self, node: nodes.Element) -> str:
        if isinstance(node, nodes.Inline):
            return self.anchors(node) + self.inline(node)
        return self.anchors(node) + self.blocks(node)

    def on_Text(self, node: nodes.Text) -> str:
        return self.text(node.astext(), node)

    def text(self, text: str, node: nodes.Node) -> str:
        """Plain text as markup; characters without a glyph are named and replaced."""
        if self.in_cell:
            text = markup.breakable(text, WORD)
        return markup.escape(self.shared.glyphs(text, node))

    def string(self, text: str, node: nodes.Node) -> str:
        """Plain text as a string literal; characters without a glyph are named and replaced."""
        return markup.string(self.shared.glyphs(text, node))

    # Anchors

    def key(self, ident: str) -> str:
        """The name of an anchor in the document: its page and its id."""
        return f"{self.docname}#{ident}"

    def claim(self, key: str) -> bool:
        """Whether the anchor is new; a label may stand only once."""
        if key in self.document.anchors:
            return False
        self.document.anchors.add(key)
        return True

    def anchors(self, node: nodes.Element) -> str:
        """Invisible marks for the ids of a node."""
        if self.in_title:
            return ""
        keys = [self.key(i) for i in node.get("ids", ())]
        return "".join(markup.anchor(key) for key in keys if self.claim(key))
