"""Everything that stands inside a line: emphasis, code, links, footnotes, formulas."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from docutils import nodes

from scripts.pdf.shared import direction, rtl_language
from scripts.pdf.writer import markup
from scripts.pdf.writer.media import Media

PAGE = "page:"  # scheme of the addresses that the builder hands out for pages


def _inside(node: nodes.Node, kind: type[nodes.Element]) -> bool:
    around = node.parent
    while around is not None and not isinstance(around, kind):
        around = around.parent
    return around is not None


class Inline(Media):
    """Writes inline nodes."""

    def wrapped(self, function: str, node: nodes.Element) -> str:
        """`#function[children];` behind the anchors of the node."""
        return f"{self.anchors(node)}#{function}[{self.inline(node)}];"

    def on_emphasis(self, node: nodes.Element) -> str:
        return self.wrapped("emph", node)

    on_title_reference = on_literal_emphasis = on_desc_addname_emphasis = on_emphasis

    def on_strong(self, node: nodes.Element) -> str:
        return f"{self.anchors(node)}#text(weight: 600)[{self.inline(node)}];"

    on_literal_strong = on_strong

    def on_subscript(self, node: nodes.Element) -> str:
        return self.wrapped("sub", node)

    def on_superscript(self, node: nodes.Element) -> str:
        return self.wrapped("super", node)

    def on_literal(self, node: nodes.Element) -> str:
        classes = node.get("classes", [])
        function = "kbd" if "kbd" in classes else "mono"
        text = markup.breakable(node.astext())
        return f"{self.anchors(node)}#{function}({self.string(text, node)});"

    on_kbd = on_literal

    def on_inline(self, node: nodes.Element) -> str:
        classes = node.get("classes", [])
        if "strike" in classes or "del" in classes:
            return self.wrapped("strike", node)
        if any(c.startswith(("fa-", "sd-octicon", "sd-material")) for c in classes):
            return ""
        text = node.astext()
        if direction(text) == "rtl":
            return f'#from-right-run("{rtl_language(text)}")[{self.inline(node)}];'
        return self.anchors(node) + self.inline(node)

    def on_abbreviation(self, node: nodes.Element) -> str:
        meaning = node.get("explanation", "")
        body = self.anchors(node) + self.inline(node)
        if not meaning or self.in_title:
            return body
        # Paper has no tooltip: the meaning stands behind the first use on a page.
        key = f"abbr {self.docname} {node.astext()}"
        if key in self.noted:
            return body
        self.noted.add(key)
        return f"{body} ({self.text(meaning, node)})"

    def on_math(self, node: nodes.Element) -> str:
        source = node.astext()
        formula = self.shared.formulas.get(source)
        if formula is None or formula.problem:
            return self._raw_formula(node, source, formula.problem if formula else "not converted")
        body = self.shared.glyphs(formula.typst, node)
        said = markup.string(self.shared.words(source))
        return f"#eq({said}, {markup.string(body)});"

    def _raw_formula(self, node: nodes.Element, source: str, why: str) -> str:
        self.shared.report("math", f"formula shown as code ({why}): {source.strip()}", node)
        return f"#raw-formula({self.string(markup.breakable(source.strip()), node)});"

    # Links

    def on_Text(self, node: nodes.Text) -> str:
        """Text, in which an address is a link, as readers of a PDF expect it to be."""
        text = node.astext()
        if "://" not in text or self.in_title or _inside(node, nodes.reference):
            return self.text(text, node)
        return "".join(
            markup.outward(url, self.text(markup.breakable(piece), node))
            if url
            else self.text(piece, node)
            for piece, url in markup.addresses(text)
        )

    def on_reference(self, node: nodes.Element) -> str:
        body = self.inline(node)
        if not body.strip():
            return body
        marks = self.anchors(node)
        if self.in_title or any(node.findall(nodes.image)):
            return marks + body
        if node.get("refid"):
            return marks + markup.link(self.key(node["refid"]), body)
        address = str(node.get("refuri", ""))
        if address.startswith(PAGE):
            return marks + markup.link(unquote(address[len(PAGE) :]).removesuffix("#"), body)
        if address.startswith("#"):
            return marks + markup.link(self.key(unquote(address[1:])), body)
        if ":" in address.split("/")[0]:
            if node.astext().strip().rstrip("/").endswith(address.split(":", 1)[1].strip("/")):
                body = self.text(markup.breakable(node.astext()), node)
            return marks + markup.outward(address, body)
        if self.shared.base_url and address:
            return marks + markup.outward(f"{self.shared.base_url}/{address.lstrip('/')}", body)
        return marks + body

    on_number_reference = on_reference

    def on_pending_xref(self, node: nodes.Element) -> str:
        return self.inline(node)

    def on_download_reference(self, node: nodes.Element) -> str:
        body = self.inline(node)
        if node.get("refuri"):
            return markup.outward(node["refuri"], body)
        if self.shared.base_url and node.get("filename"):
            return markup.outward(f"{self.shared.base_url}/_downloads/{node['filename']}", body)
        return body

    def on_target(self, node: nodes.Element) -> str:
        # With a refid, the node that it stands for has the id too.
        return self.anchors(node) + self.inline(node)

    # Notes

    def on_footnote_reference(self, node: nodes.Element) -> str:
        ident = node.get("refid", "")
        note = self.notes.get(ident)
        marks = self.anchors(node)
        if note is None or self.in_title:
            return marks + f"#super[{self.inline(node)}];"
        label = markup.string(f"note:{self.key(ident)}")
        if ident in self.noted:
            return f"{marks}#footnote(label({label}));"
        self.noted.add(ident)
        parts = [c for c in note.children if not isinstance(c, nodes.label)]
        body = self.narrower(20, parts).strip()
        return f"{marks}#[#footnote[#h(0.3em){self.anchors(note)}{body}]#label({label})];"

    def on_citation_reference(self, node: nodes.Element) -> str:
        body = f"\\[{self.inline(node)}\\]"
        if self.in_title or not node.get("refid"):
            return body
        return markup.link(self.key(node["refid"]), body)

    # Nothing to see

    def on_nothing(self, _node: nodes.Element) -> str:
        return ""

    on_footnote = on_nothing  # written where it is referred to
    on_comment = on_substitution_definition = on_toctree = on_system_message = on_nothing
    on_meta = on_only = on_pending = on_ThebeButtonNode = on_tabular_col_spec = on_nothing
    on_ToggleButton = on_highlightlang = on_docinfo = on_decoration = on_nothing

    def on_index(self, node: nodes.Element) -> str:
        """Anchors of index entries, so that the index can name their pages."""
        out = ""
        for entry in node.get("entries", ()):
            key = self.key(str(entry[2]))
            if entry[2] and not self.in_title and self.claim(key):
                out += markup.anchor(key)
        return out

    def on_problematic(self, node: nodes.Element) -> str:
        return self.inline(node)

    def on_generated(self, node: nodes.Element) -> str:
        return self.inline(node)

    def on_image(self, node: Any) -> str:
        return self.picture(node)
