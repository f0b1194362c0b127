"""Notebook cells and their outputs, and containers of other extensions."""

from __future__ import annotations

from typing import Any

from bs4 import Tag
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from scripts.core.untrusted.excerpts import line
from scripts.core.words import without_escapes
from scripts.pdf.writer import code, html, markup
from scripts.pdf.writer.blocks import Blocks
from scripts.rendering.cells import number_of

# What a reader of paper is best served with, best first. HTML only if it means something there.
PRIORITY = (
    "image/svg+xml",
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/gif",
    "text/html",
    "text/latex",
    "text/markdown",
    "text/plain",
)
# Code that the author folds away on the site: paper can't unfold it. Folded answers are printed.
FOLDED = ("input", "input+output")
LONGEST = 200  # lines of one output that are printed


class ChooseOutput(SphinxPostTransform):
    """Choose one form of every notebook output, before myst-nb does by builder name."""

    default_priority = 3
    builders = ("typst",)

    def run(self, **_kwargs: Any) -> None:
        for bundle in list(self.document.findall(nodes.container)):
            if bundle.get("nb_element") != "mime_bundle":
                continue
            forms = {
                child["mime_type"]: child
                for child in bundle.children
                if isinstance(child, nodes.Element) and child.children
            }
            page = forms.get("text/html")
            if page is not None and not html.meaningful(page.astext()) and len(forms) > 1:
                del forms["text/html"]
            chosen = next((forms[kind] for kind in PRIORITY if kind in forms), None)
            if chosen is None and forms:
                chosen = next(iter(forms.values()))
            if chosen is None:
                bundle.parent.remove(bundle)
            else:
                bundle.replace_self(chosen.children)


class Cells(Blocks):
    """Writes containers: notebook cells, captioned code, cards."""

    def on_container(self, node: nodes.Element) -> str:
        element = node.get("nb_element", "")
        classes = node.get("classes", [])
        marks = self.anchors(node)
        if element == "cell_code_output" or "cell_output" in classes:
            return marks + self.outputs(node)
        cell = node.parent if isinstance(node.parent, nodes.Element) else node
        if element == "cell_code_source" and self.document.brief is not None:
            return marks
        if element == "cell_code_source" and cell.get("hide_mode") in FOLDED:
            count = len(node.astext().strip().splitlines())
            lines = "1 line" if count == 1 else f"{count} lines"
            told = f"Cell {number_of(cell)}, {lines}: on the site and in the notebook."
            return f"{marks}#block(small[{told}])\n"
        if element == "cell_code_source":
            return f"{marks}#cell-head({number_of(cell)})\n{self.blocks(node)}"
        if "literal-block-wrapper" in classes or node.get("literal_block"):
            caption = next((c for c in node if isinstance(c, nodes.caption)), None)
            body = [c for c in node if c is not caption]
            number = self.figure_number(node)
            label = f"[{markup.escape(number)}]" if number else "none"
            said = self.inline(caption) if caption is not None else ""
            written = self.blocks(body).strip()
            return f"#captioned(caption-of({label}, [{said}]), [{marks}{written}])\n"
        component = node.get("design_component", "")
        if component == "card" or "companion" in classes:
            short = "true" if len(node.astext()) < 900 else "false"
            return f"#card(none, {short}, [{marks}{self.narrower(26, node).strip()}])\n"
        if component == "card-title":
            return f"#text(weight: 600)[{self.blocks(node).strip()}]\n"
        if component in ("dropdown", "tab-item"):
            return f"{marks}#aside(none, [{self.narrower(0, node).strip()}])\n"
        return marks + self.blocks(node)

    def outputs(self, node: nodes.Element) -> str:
        """The outputs of one cell: text with a double rule, pictures and tables as they are."""
        return "\n\n".join(filter(None, (self.output(child) for child in node.children)))

    def output(self, child: nodes.Node) -> str:
        """One output."""
        if not isinstance(child, nodes.literal_block):
            return self.write(child)
        classes = child.get("classes", [])
        text = without_escapes(child.astext()).rstrip()
        if not text.strip():
            return ""
        kind = next((k for k in ("stderr", "traceback") if k in classes), "output")
        # Progress bars: the last state stays.
        rows = [line(row.rstrip("\r").rpartition("\r")[2]) for row in text.split("\n")]
        if len(rows) > LONGEST:
            left = len(rows) - LONGEST
            rows = [*rows[:LONGEST], f"... and {left} lines more, which the notebook shows."]
        safe = self.shared.glyphs(markup.clean("\n".join(rows)), child)
        columns = max(20, int((self.room - 13) / code.CHARACTER))
        language = "text"
        if "traceback" not in classes and child.get("language") in ("json", "html", "yaml"):
            language = child["language"]
        body = code.write(safe, language, columns)
        return f'#output({self.room:.1f}pt, "{kind}")[{self.anchors(child)}{body}]\n'

    def on_raw(self, node: nodes.Element) -> str:
        return html.write(self, node) if "html" in node.get("format", "").split() else ""

    def tagged(self, tag: Tag, body: str, node: nodes.Node) -> str:
        return html.Html(self, node).around(tag, body)

    def on_HideCodeCellNode(self, node: nodes.Element) -> str:
        return self.blocks(node)

    def on_details(self, node: nodes.Element) -> str:
        return f"#aside(none, [{self.narrower(0, node).strip()}])\n"
