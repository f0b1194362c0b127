"""HTML as far as it has a meaning on paper: tables of DataFrames, checks, simple text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PreformattedString
from docutils import nodes

from scripts.core.untrusted.sanitize import is_check
from scripts.pdf.writer import markup, tables

if TYPE_CHECKING:
    from scripts.pdf.writer.blocks import Blocks

COLUMNS = 200  # of a table that is printed; pandas itself stops at 20
DROP = {
    "script", "style", "iframe", "head", "template", "noscript", "button", "input", "select",
    "svg", "canvas", "object", "embed", "video", "audio", "form", "link", "meta", "title",
}  # fmt: skip
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.S | re.I)
PLAYED = {"iframe", "video", "audio", "embed", "object", "canvas", "svg"}
BLOCKS = {
    "p", "div", "section", "article", "details", "summary", "ul", "ol", "dl", "table", "pre",
    "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "figure", "header", "footer", "nav",
}  # fmt: skip
INLINE = {
    "b": "strong", "strong": "strong", "i": "emph", "em": "emph", "sub": "sub", "sup": "super",
    "s": "strike", "del": "strike", "u": "underline", "cite": "emph",
}  # fmt: skip


def meaningful(html: str) -> bool:
    """Whether HTML says something on paper: a table, a check, or text without a program."""
    if re.search(r"<(table|details)\b|nl-check", html):
        return True
    if re.search(r"<(script|iframe|canvas|video|audio|svg|object)\b", html):
        return False
    return bool(BeautifulSoup(html, "html.parser").get_text(strip=True) or "<img" in html)


def write(writer: Blocks, node: nodes.Element) -> str:
    """Markup of a raw HTML node; of one that is nested too deeply, its words."""
    soup = BeautifulSoup(node.astext(), "html.parser")
    in_cell = writer.in_cell
    try:
        return Html(writer, node).blocks(soup)
    except RecursionError:
        writer.in_cell = in_cell
        what = "HTML nested too deeply for the PDF: are all its elements closed?"
        writer.shared.report("layout", what, node)
        return writer.text(soup.get_text(" ", strip=True), node) + "\n"


class Html:
    """Writes HTML elements through the writer of the page (for its glyphs and pictures)."""

    def __init__(self, writer: Blocks, node: nodes.Node) -> None:
        self.writer = writer
        self.node = node

    def blocks(self, parent: Tag) -> str:
        """Children as paragraphs."""
        out: list[str] = []
        line: list[str] = []

        def flush() -> None:
            text = "".join(line).strip()
            if text:
                out.append(text)
            line.clear()

        for child in parent.children:
            if isinstance(child, Tag) and child.name in BLOCKS:
                flush()
                out.append(self.block(child).strip())
            elif isinstance(child, Tag | NavigableString):
                line.append(self.inline(child))
        flush()
        return "\n\n".join(part for part in out if part) + ("\n" if out else "")

    def block(self, tag: Tag) -> str:
        """One element that stands for itself."""
        classes = tag.get_attribute_list("class")
        name = tag.name
        if "nl-check" in classes and is_check(self.node):
            return self.check(tag)
        if name == "table":
            grid = self.grid(tag)
            return f"#table-block(none, none, [{tables.write(grid, self.writer.room)}])"
        if name in ("ul", "ol"):
            items = [self.blocks(li).strip() for li in tag.find_all("li", recursive=False)]
            function = "list" if name == "ul" else "enum"
            return f"#{function}({', '.join(f'[{item}]' for item in items)})" if items else ""
        if name == "pre":
            return self.writer.listing(self.node, tag.get_text(), "text")
        if name == "hr":
            return "#transition()"
        if name == "blockquote":
            return f"#quoted([{self.blocks(tag).strip()}], none)"
        if re.fullmatch(r"h[1-6]|summary", name):
            return f"#rubric[{self.children(tag).strip()}]"
        return self.blocks(tag)

    def inline(self, node: Tag | NavigableString) -> str:
        """One piece of a line."""
        if isinstance(node, PreformattedString):
            return ""  # comments, declarations
        if isinstance(node, NavigableString):
            return self.writer.text(re.sub(r"\s+", " ", str(node)), self.node)
        if node.name == "input" and node.get("type") == "checkbox":
            return "☑ " if node.has_attr("checked") else "☐ "
        if node.name in PLAYED:
            return self.played(node)
        if node.name in DROP:
            return ""
        if node.name in BLOCKS:
            return self.block(node)
        if node.name == "br":
            return " \\\n"
        if node.name == "img":
            return self.image(node)
        if node.name in ("code", "kbd", "samp", "tt"):
            return f"#mono({self.writer.string(markup.breakable(node.get_text()), self.node)});"
        return self.around(node, self.children(node))

    def around(self, tag: Tag, body: str) -> str:
        """What a tag in a line makes of what it holds."""
        if not body.strip():
            return body
        if tag.name == "a":
            return self.link(str(tag.get("href") or ""), body)
        return f"#{INLINE[tag.name]}[{body}];" if tag.name in INLINE else body

    def played(self, tag: Tag) -> str:
        """What moves, sounds or is drawn by a program, by its address; named where it has none."""
        found = tag.find("source") if tag.name in ("video", "audio") else None
        inner = found if isinstance(found, Tag) else tag
        address = str(tag.get("src") or tag.get("data") or inner.get("src") or "")
        if address.startswith("http"):
            said = str(tag.get("title") or tag.get("aria-label") or "").strip() or address
            text = self.writer.text(markup.breakable(said), self.node)
            return f"#small[On the web: {markup.outward(address, text)}]"
        if tag.name == "svg" and (drawn := self.drawn(tag)):
            return drawn
        if not is_check(self.node):
            what = f"<{tag.name}> in HTML, which the PDF can't show"
            self.writer.shared.report("layout", what, self.node)
        return ""

    def children(self, tag: Tag) -> str:
        """All children as one line."""
        kids = (c for c in tag.children if isinstance(c, Tag | NavigableString))
        return "".join(self.inline(child) for child in kids)

    def link(self, address: str, body: str) -> str:
        """A link: outward, to an anchor of this page, or to a page of the website."""
        writer = self.writer
        if writer.in_title or not address:
            return body
        if re.match(r"(https?|mailto):", address):
            return markup.outward(address, body)
        if address.startswith("#"):
            return markup.link(writer.key(address[1:]), body)
        page, _, ident = address.partition("#")
        if not page.endswith(".html") or ":" in page:
            return body
        here = writer.docname.rpartition("/")[0]
        parts: list[str] = [] if page.startswith("/") else here.split("/") if here else []
        for step in page.removesuffix(".html").strip("/").split("/"):
            if step == "..":
                del parts[-1:]
            elif step != ".":
                parts.append(step)
        return markup.link("/".join(parts) + (f"#{ident}" if ident else ""), body)

    def drawn(self, tag: Tag) -> str:
        """A drawing within HTML as a picture; '' for a sign of a font, and what can't be found. It
        is read from the source: HTML's parser writes all names small, which SVG's are not."""
        every = _DRAWING.findall(self.node.astext())
        place = [id(found) for found in tag.find_parents()[-1].find_all("svg")].index(id(tag))
        if is_check(self.node) or len(every) <= place or tag.get("aria-hidden") == "true":
            return ""
        text = every[place]
        if "xmlns=" not in text.partition(">")[0]:
            text = text.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        title = tag.find("title")
        alt = title.get_text() if isinstance(title, Tag) else str(tag.get("aria-label") or "")
        call = self.writer.image_call(self.node, text.encode(), alt.strip(), "drawing").strip()
        return f"#box[{call}]"

    def image(self, tag: Tag) -> str:
        """A picture of the book or in the HTML itself; one on the web becomes a link."""
        source = str(tag.get("src") or "")
        alt = " ".join(str(tag.get("alt") or "").split())
        data = self.writer.image_bytes(source)
        if data:
            width = str(tag.get("width") or "")
            name = "picture" if source.startswith("data:") else source.rpartition("/")[2]
            return self.writer.image_call(self.node, data, alt, name, width)
        if source.startswith("http"):
            text = self.writer.text(alt or source.rpartition("/")[2], self.node)
            return f"#small[Picture on the web: {markup.outward(source, text)}]"
        return ""

    def check(self, tag: Tag) -> str:
        """A check: mark, verdict, sentence, rule."""
        verdict = str(tag.get("data-verdict") or "")
        rule = tag.find(class_="nl-rule")
        said = f"[{self.children(rule).strip()}]" if isinstance(rule, Tag) else "none"
        if isinstance(rule, Tag):
            rule.extract()
        if isinstance(strong := tag.find("strong"), Tag):
            strong.extract()
        claim = self.children(tag).replace("\u2002", " ").strip()
        return f"#check({self.writer.room:.1f}pt, {markup.string(verdict)}, [{claim}], {said})"

    def grid(self, table: Tag) -> tables.Grid:
        """The cells of an HTML table."""
        grid = tables.Grid()
        for row in table.find_all("tr"):
            if row.find_parent("table") is not table:
                continue
            cells: list[tables.Cell] = []
            for cell in row.find_all(["td", "th"], recursive=False):
                if sum(each.across for each in cells) >= COLUMNS:
                    break
                style = str(cell.get("style") or "") + str(cell.get("align") or "")
                align = re.search(r"left|center|right", style)
                self.writer.in_cell = True
                body = self.blocks(cell).strip()
                self.writer.in_cell = False
                cells.append(
                    tables.Cell(
                        body,
                        cell.get_text(),
                        _count(cell.get("colspan")),
                        _count(cell.get("rowspan")),
                        align[0] if align and "dataframe" not in str(table.get("class")) else "",
                        cell.name == "th",
                    )
                )
            if not cells:
                continue
            if row.find_parent("thead") or (not grid.rows and all(c.header for c in cells)):
                grid.heads = len(grid.rows) + 1
            grid.rows.append(cells)
        caption = table.find("caption")
        if isinstance(caption, Tag):
            width = tables.columns_of(grid)
            over = tables.Cell(self.children(caption), caption.get_text(), max(1, width))
            grid.rows.insert(0, [over])
            grid.heads += 1
        return grid


def _count(value: object) -> int:
    text = str(value or "1")
    return min(COLUMNS, max(1, int(text))) if re.fullmatch(r"\d{1,9}", text) else 1
