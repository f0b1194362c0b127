"""The publication's own blocks (`rendering.directives.parts`): accounts, cards, labelled values."""

from __future__ import annotations

from urllib.parse import unquote

from docutils import nodes

from scripts.core.verdicts import VERDICTS, slug
from scripts.pdf.digest import DIGEST
from scripts.pdf.document import Chapter
from scripts.pdf.volumes import in_file
from scripts.pdf.writer import markup
from scripts.pdf.writer.cells import Cells
from scripts.pdf.writer.inline import PAGE
from scripts.pdf.writer.tables import Tables

KINDS = {slug(verdict): verdict for verdict in VERDICTS}
OWN = {
    "companion", "account-line", "account-row", "notebook-card", "issue-row", "correction-note",
    "notebook-header",
}  # fmt: skip
SMALL = {"label", "credit", "meta", "note", "aside", "account-short", "length", "date", "edition"}


def classes_of(node: nodes.Element) -> set[str]:
    """The classes of a node."""
    return set(node.get("classes", ()))


def verdict_of(node: nodes.Element) -> str:
    """The verdict that the classes name, such as `not testable here`; empty if none."""
    for name in classes_of(node):
        kind = name.rpartition("mark-")[2] if name.startswith("mark-") else name[8:]
        if name.startswith(("mark-", "verdict-")) and kind in KINDS:
            return KINDS[kind]
    return ""


def _is(found: list[nodes.Node], name: str) -> bool:
    """Whether the one node found, if there is one, is of this class."""
    return any(isinstance(node, nodes.Element) and name in classes_of(node) for node in found)


class Publication(Cells):
    """Writes what the site's directives make; every other node goes to the general methods."""

    def on_container(self, node: nodes.Element) -> str:
        classes = classes_of(node)
        if "html-only" in classes:
            return ""
        if not OWN & classes:
            return super().on_container(node)
        marks = self.anchors(node)
        if "companion" in classes and self.document.brief is not None:
            return marks + self._below(node)
        if "companion" in classes and any(isinstance(c, nodes.container) for c in node):
            return f"#companion([{marks}{self._part(node, 'account', 26)}], " + (
                f"[{self._part(node, 'companion-text', 26)}])\n"
            )
        if "account-line" in classes:
            return f"{marks}#account-line([{self.blocks(node).strip()}])\n"
        if "account-row" in classes:
            cells = ", ".join(f"[{self.inline(c)}]" for c in node if isinstance(c, nodes.paragraph))
            return f"{marks}#account-row({cells})\n"
        if "notebook-card" in classes or "issue-row" in classes:
            return f"#listed([{marks}{self.blocks(node).strip()}])\n"
        if "correction-note" in classes:
            return f'#admonition(none, "warn", true, [{marks}{self.blocks(node).strip()}])\n'
        if "notebook-header" in classes:
            return marks + self.blocks(node) + ("" if self.digest else self._address())
        return f"#card(none, true, [{marks}{self.narrower(26, node).strip()}])\n"

    def on_section(self, node: nodes.Element) -> str:
        """On paper the table of checks, which may be cut anywhere, comes last: the few lines about
        the run, which come last on the site, would often have a page of their own."""
        around = node.parent.children if node.parent else [node]
        place = around.index(node)
        if "provenance" in classes_of(node) and _is(around[:place][-1:], "checks"):
            return ""
        after = around[place + 1 : place + 2] if "checks" in classes_of(node) else []
        first = super().on_section(after[0]) if _is(after, "provenance") else ""
        return first + super().on_section(node)

    def _below(self, card: nodes.Element) -> str:
        """A notebook's card where its digest follows: title, page, what held."""
        title = next(p for p in card.findall(nodes.paragraph) if "card-title" in classes_of(p))
        page = next(str(link.get("refuri", "")) for link in title.findall(nodes.reference))
        said = [p for p in card.findall(nodes.paragraph) if verdict_of(p)]
        account = "#h(12pt);".join(self.on_paragraph(p).strip() for p in said)
        target = markup.target(unquote(page.removeprefix(PAGE)).removesuffix("#"))
        return f"#notebook-below([{self.on_paragraph(title)}], {target}, [{account}])\n"

    def _part(self, node: nodes.Element, name: str, narrow: float) -> str:
        parts = (c for c in node if isinstance(c, nodes.container) and name in classes_of(c))
        return "".join(self.narrower(narrow, part) for part in parts).strip()

    def page(self, chapter: Chapter) -> str:
        """The markup of one page; a digest is set smaller, and says where the whole is."""
        written = super().page(chapter)
        return f"#digest[\n{written}{self._whole()}]\n" if chapter.digest else written

    def _address(self) -> str:
        """Where the page runs: on paper, one address stands for all the buttons."""
        return f"\n\n#small[To run it: {self._on_site()}]\n" if self.shared.base_url else ""

    def _on_site(self) -> str:
        url = f"{self.shared.base_url}/{self.docname}.html"
        return markup.outward(url, markup.escape(markup.breakable(url.split("://", 1)[-1])))

    def _whole(self) -> str:
        """Where the page is whole, with its method, its code and every check."""
        places = [self._on_site()] if self.shared.base_url else []
        file, target = (
            self.document.brief and self.document.brief.whole,
            self.in_whole(self.docname),
        )
        if file and target != "none":
            places.append(f"#ref-link({target})[{markup.escape(file)}.pdf];")
        return f"#whole[The whole notebook: {', '.join(places)}]\n" if places else ""

    def in_whole(self, key: str) -> str:
        """Typst code of an anchor's place in the PDF that has a digest's page whole, or none."""
        brief, page = self.document.brief, key.partition("#")[0]
        short = any(c.digest and c.docname == page for c in self.document.chapters)
        if brief is None or not brief.whole or not short:
            return "none"
        return markup.string(in_file(brief.whole, self.env, key))

    def on_inline(self, node: nodes.Element) -> str:
        classes, verdict = classes_of(node), verdict_of(node)
        if "mark" in classes:
            return f"#mark({markup.string(verdict)});#h(3pt);"
        if "verdict" in classes and verdict:
            return f"#verdict({markup.string(verdict)})[{self._words(node)}];"
        if {"absent", "label", "spread"} & classes:
            return f"#soft[{self.inline(node)}];"
        return super().on_inline(node)

    def _words(self, node: nodes.Element) -> str:
        """A mark and its words, without the space between them: the mark has its own."""
        after_mark, out = False, []
        for child in node:
            text = self.write(child)
            out.append(text.lstrip() if after_mark else text)
            after_mark = isinstance(child, nodes.inline) and "mark" in classes_of(child)
        return "".join(out)

    def on_paragraph(self, node: nodes.Element) -> str:
        classes = classes_of(node)
        verdict = verdict_of(node)
        for name in ("standfirst", "total", "card-title", "item-title"):
            if name in classes:
                function = "card-title" if name == "item-title" else name
                return f"#{function}[{self.wrapped_text(node)}]\n"
        if SMALL & classes:
            return f"#block(small[{self.wrapped_text(node)}])\n"
        if verdict:
            return f"#verdict({markup.string(verdict)})[{self._words(node)}];\n"
        return super().on_paragraph(node)

    def wrapped_text(self, node: nodes.Element) -> str:
        """A paragraph's text with its anchors."""
        return self.anchors(node) + self.inline(node).strip()

    def on_bullet_list(self, node: nodes.Element) -> str:
        classes = classes_of(node)
        items = [item for item in node if isinstance(item, nodes.list_item)]
        if "facts" in classes:
            pairs = [self._fact(item) for item in items]
            function = "dateline" if "dateline" in classes else "facts"
            function = "brief-facts" if DIGEST in classes else function
            return f"#{function}({', '.join(pairs)})\n"
        if {"tally", "account-rows", "cards", "issue-rows", "files"} & classes:
            written = [self.anchors(item) + self.blocks(item).strip() for item in items]
            function = "tally" if "tally" in classes else "rows"
            return f"#{function}({', '.join(f'[{text}]' for text in written if text)})\n"
        return super().on_bullet_list(node)

    def _fact(self, item: nodes.Element) -> str:
        line = item[0] if len(item) and isinstance(item[0], nodes.Element) else item
        spans = [child for child in line if isinstance(child, nodes.inline)]
        label = next((c for c in spans if "label" in classes_of(c)), None)
        value = next((c for c in spans if "value" in classes_of(c)), None)
        name = self.inline(label) if label is not None else ""
        return f"([{name}], [{self.inline(value if value is not None else line)}])"


class Writer(Publication, Tables):
    """Everything that can be written: see `Base.page`."""
