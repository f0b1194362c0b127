"""Blocks of text: sections, paragraphs, lists, admonitions, code."""

from __future__ import annotations

from docutils import nodes
from sphinx.locale import admonitionlabels

from scripts.pdf.shared import direction, rtl_language
from scripts.pdf.writer import code, markup, theorems
from scripts.pdf.writer.inline import Inline

NARROW = 60  # characters of Typst: a formula of so many fits into the text
WARNINGS = {"warning", "caution", "danger", "error", "attention", "correction"}
ENUMERATION = {
    "arabic": "1", "loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I",
}  # fmt: skip


def _or_none(body: str) -> str:
    return f"[{body}]" if body else "none"


def _short(node: nodes.Element) -> str:
    """Whether a box stays on one page, as code."""
    return "true" if len(node.astext()) < 900 and not any(node.findall(nodes.image)) else "false"


class Blocks(Inline):
    """Writes block nodes."""

    def on_document(self, node: nodes.document) -> str:
        return self.blocks(node)

    # Sections

    def on_section(self, node: nodes.Element) -> str:
        self.depth += 1
        self.sections_seen += 1
        try:
            return self.blocks(node)
        finally:
            self.depth -= 1

    def on_title(self, node: nodes.Element) -> str:
        section = node.parent
        if not isinstance(section, nodes.section):
            return f"#rubric[{self.inline(node)}]\n"
        ids = list(section["ids"]) + list(node.get("ids", ()))
        keys = [key for key in map(self.key, ids) if self.claim(key)]
        first = self.depth == 1 and self.sections_seen == 1
        if first and self.claim(self.docname):
            keys.append(self.docname)
        if not keys:
            keys = [f"{self.docname}#.{len(self.document.anchors)}"]
            self.claim(keys[0])
        title = self.titled(node)
        number = self.section_number(section)
        if number:
            title = f"{number}#h(0.6em){title}"
        rank = 1 if first and not self.digest else min(max(self.depth, 2), 6)
        item = ""
        if rank == 3 and not number and self.is_issue:
            self.items += 1
            item = f', number: "{self.items}"'
        if not self.listed and not first:
            item += ", listed: false"
        level = self.level + self.depth - 1
        marks = "".join(markup.anchor(key) for key in keys[1:])
        return f"#heading-of({level}, {rank}, {markup.string(keys[0])}{item})[{title}]{marks}\n"

    def titled(self, node: nodes.Element) -> str:
        """A title's text: no links and no anchors, for it is set again in the contents."""
        self.in_title = True
        try:
            return self.inline(node).strip()
        finally:
            self.in_title = False

    def section_number(self, section: nodes.Element) -> str:
        """The number that the site shows, if sections are numbered."""
        numbers = self.env.toc_secnumbers.get(self.docname, {})
        first = self.depth == 1 and self.sections_seen == 1
        for ident in section["ids"]:
            if f"#{ident}" in numbers:
                return ".".join(map(str, numbers[f"#{ident}"]))
        return ".".join(map(str, numbers[""])) if first and "" in numbers else ""

    def on_rubric(self, node: nodes.Element) -> str:
        return f"{self.anchors(node)}#rubric[{self.inline(node)}]\n"

    def on_subtitle(self, node: nodes.Element) -> str:
        return f"#rubric[{self.inline(node)}]\n"

    def on_transition(self, node: nodes.Element) -> str:
        # MyST puts one before the footnotes, which here stand at the foot of their pages.
        after = node.parent.children[node.parent.index(node) + 1 :]
        rest = [n for n in after if not isinstance(n, nodes.footnote | nodes.Invisible)]
        return "#transition()\n" if rest else ""

    # Paragraphs and lists

    def on_paragraph(self, node: nodes.Element) -> str:
        body = self.anchors(node) + self.inline(node).strip()
        text = node.astext()
        if direction(text) == "rtl":
            return f'#from-right("{rtl_language(text)}")[{body}]\n'
        return body + "\n"

    on_compact_paragraph = on_attribution = on_caption = on_paragraph

    def on_bullet_list(self, node: nodes.Element) -> str:
        return self._list("list", node, "")

    def on_enumerated_list(self, node: nodes.Element) -> str:
        kind = ENUMERATION.get(node.get("enumtype", "arabic"), "1")
        pattern = markup.string(node.get("prefix", "") + kind + (node.get("suffix") or "."))
        return self._list("enum", node, f"start: {node.get('start', 1)}, numbering: {pattern}, ")

    def _list(self, function: str, node: nodes.Element, options: str) -> str:
        items = [item for item in node.children if isinstance(item, nodes.Element)]
        loose = any(
            sum(not isinstance(c, nodes.bullet_list | nodes.enumerated_list) for c in item) > 1
            for item in items
        )
        written = [self.anchors(item) + self.narrower(18, item).strip() for item in items]
        body = ", ".join(f"[{text}]" for text in written if text)
        tight = "false" if loose else "true"
        return f"{self.anchors(node)}#{function}({options}tight: {tight}, {body})\n" if body else ""

    def on_definition_list(self, node: nodes.Element) -> str:
        pairs = []
        for item in node.children:
            if not isinstance(item, nodes.Element):
                continue
            terms = [self.anchors(t) + self.inline(t) for t in item if isinstance(t, nodes.term)]
            kinds = [self.inline(t) for t in item if isinstance(t, nodes.classifier)]
            body = [c for c in item if not isinstance(c, nodes.term | nodes.classifier)]
            term = " \\\n".join(terms) + "".join(f" #emph[{kind}];" for kind in kinds)
            pairs.append(f"([{self.anchors(item)}{term}], [{self.narrower(14, body).strip()}])")
        return f"{self.anchors(node)}#defs({', '.join(pairs)})\n"

    on_glossary_list = on_definition_list

    def on_field_list(self, node: nodes.Element) -> str:
        pairs = [
            f"([{self.inline(f[0])}], [{self.narrower(90, f[1]).strip()}])"
            for f in node.findall(nodes.field)
            if f.parent is node
        ]
        return f"#fields({', '.join(pairs)})\n" if pairs else ""

    def on_option_list(self, node: nodes.Element) -> str:
        pairs = []
        for item in node.findall(nodes.option_list_item):
            option = self.string(item[0].astext(), node)
            pairs.append(f"([#mono({option})], [{self.narrower(14, item[1]).strip()}])")
        return f"#defs({', '.join(pairs)})\n"

    def on_line_block(self, node: nodes.Element) -> str:
        return f"#lines[{self.narrower(12, node)}]\n"

    def on_line(self, node: nodes.Element) -> str:
        return (self.inline(node).strip() or "~") + "\n"

    def on_hlist(self, node: nodes.Element) -> str:
        return self.blocks(node)

    def on_block_quote(self, node: nodes.Element) -> str:
        source = [c for c in node if isinstance(c, nodes.attribution)]
        body = [c for c in node if not isinstance(c, nodes.attribution)]
        said = f"[{self.inline(source[0])}]" if source else "none"
        return f"#quoted([{self.narrower(12, body).strip()}], {said})\n"

    def on_epigraph(self, node: nodes.Element) -> str:
        return self.on_block_quote(node)

    def on_centered(self, node: nodes.Element) -> str:
        return self.inline(node) + "\n"

    def on_citation(self, node: nodes.Element) -> str:
        label = next((c for c in node if isinstance(c, nodes.label)), None)
        body = [c for c in node if c is not label]
        tag = f"\\[{self.inline(label)}\\]" if label is not None else ""
        written = self.narrower(60, body).strip()
        return f"#entry([{self.anchors(node)}{tag}], [{written}])\n"

    # Boxes

    def on_Admonition(self, node: nodes.Element) -> str:
        if (inner := theorems.inner(node)) is not None:
            return self.anchors(node) + self.write(inner)
        classes = node.get("classes", [])
        kind = type(node).__name__
        children = list(node.children)
        title = ""
        if children and isinstance(children[0], nodes.title):
            title = self.titled(children.pop(0))
            title = theorems.entitled(node, title, self.figure_number(node))
        elif kind in admonitionlabels:
            title = markup.escape(str(admonitionlabels[kind]))
        marks = self.anchors(node)
        if {"companion", "card"} & set(classes):
            body = marks + self.narrower(26, children).strip()
            return f"#card({_or_none(title)}, {_short(node)}, [{body}])\n"
        if {"sidebar", "margin"} & set(classes):
            return f"#aside({_or_none(title)}, [{marks}{self.narrower(0, children).strip()}])\n"
        if "remark" in classes:
            return f"#remark({_or_none(title)}, [{marks}{self.blocks(children).strip()}])\n"
        warns = kind in WARNINGS or bool(WARNINGS & set(classes))
        if title and title[-1] not in ".:!?…":
            title += "."
        look = '"warn"' if warns else '"note"'
        body = marks + self.narrower(24, children).strip()
        return f"#admonition({_or_none(title)}, {look}, {_short(node)}, [{body}])\n"

    on_todo_node = on_versionmodified_block = on_Admonition

    def on_sidebar(self, node: nodes.Element) -> str:
        children = list(node.children)
        title = ""
        if children and isinstance(children[0], nodes.title):
            title = self.titled(children.pop(0))
        body = self.anchors(node) + self.narrower(0, children).strip()
        return f"#aside({_or_none(title)}, [{body}])\n"

    on_topic = on_sidebar

    def on_versionmodified(self, node: nodes.Element) -> str:
        return f'#admonition(none, "note", {_short(node)}, [{self.narrower(24, node).strip()}])\n'

    # Code and formulas

    def on_literal_block(self, node: nodes.Element) -> str:
        options = node.get("highlight_args", {})
        first = options.get("linenostart", 1)
        numbered = bool(node.get("linenos")) or "linenos" in options
        language = node.get("language", "text")
        return self.listing(
            node, node.astext(), language, numbered, first, options.get("hl_lines", ())
        )

    on_doctest_block = on_literal_block

    def listing(
        self,
        node: nodes.Element,
        text: str,
        language: str,
        numbered: bool = False,
        first: int = 1,
        hot: tuple[int, ...] | list[int] = (),
    ) -> str:
        """Code on the tint, wrapped to the room there is."""
        room = self.room - 16 - (30 if numbered else 0)
        columns = max(20, int(room / code.CHARACTER))
        safe = self.shared.glyphs(markup.clean(text), node)
        body = code.write(safe, language, columns, first if numbered else None, hot)
        return f"#code({self.room:.1f}pt)[{self.anchors(node)}{body}]\n"

    def on_math_block(self, node: nodes.Element) -> str:
        source = node.astext()
        marks = self.anchors(node)
        formula = self.shared.formulas.get(source)
        number = self.equation_number(node)
        said = f"[({number})]" if number else "none"
        if formula is None or formula.problem:
            return (
                marks + self._raw_formula(node, source, formula.problem if formula else "") + "\n"
            )
        body = self.shared.glyphs(formula.typst, node)
        alt = markup.string(self.shared.words(source))
        if len(body) < NARROW and "#h(" not in body:
            return f"#eq-block([{marks}], {alt}, {said}, {markup.string(body)})\n"
        rows = "true" if " \\ " in body or "mat(" in body else "false"
        return f"#eq-wide([{marks}], {alt}, {said}, {rows}, {markup.string(body)})\n"

    def equation_number(self, node: nodes.Element) -> str:
        """The number that the site shows, or nothing."""
        config = self.shared.config
        if config.math_numfig and config.numfig and node.get("ids"):
            numbers = self.env.toc_fignumbers.get(self.docname, {}).get("displaymath", {})
            return ".".join(map(str, numbers.get(node["ids"][0], ())))
        return str(node.get("number") or "")

    # Descriptions of code objects

    def on_desc(self, node: nodes.Element) -> str:
        return self.anchors(node) + self.blocks(node)

    def on_desc_signature(self, node: nodes.Element) -> str:
        text = markup.breakable(node.astext().replace("\n", " "))
        return f"{self.anchors(node)}#rubric[#mono({self.string(text, node)})]\n"

    def on_desc_content(self, node: nodes.Element) -> str:
        return f"#quoted([{self.narrower(12, node).strip()}], none)\n"
