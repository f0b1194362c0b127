"""Pictures and figures: files by content, sizes in points, numbers from the site."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

import imagesize
from docutils import nodes

from scripts.core.untrusted.pictures import Unreadable, whole
from scripts.pdf.shared import read_bytes
from scripts.pdf.writer import markup
from scripts.pdf.writer.base import COLUMN, Base

TALLEST = 600.0  # points of a page that one picture may take
IN_DIGEST = 0.8  # of its width, the share that it has in a digest,
TALLEST_THERE = 235.0  # and its height; below half a page, nothing leaves a gap of one
_UNITS = {"px": 0.75, "": 0.75, "pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "em": 10.5}
_DATA = re.compile(r"data:image/([a-z+.-]+)[^,]*?(;base64)?,(.*)", re.S)
_SIGNATURES = {
    b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"RIFF": "webp", b"%PDF": "pdf",
}  # fmt: skip


def suffix_of(data: bytes) -> str:
    """The kind of a picture after its first bytes; empty if Typst can't read it."""
    for start, suffix in _SIGNATURES.items():
        if data.startswith(start):
            return suffix
    return "svg" if b"<svg" in data[:4096] else ""


def natural_size(data: bytes, suffix: str) -> tuple[float, float] | None:
    """Width and height in points: pixels are 1/96 inch unless the file says how dense it is."""
    if suffix == "svg":
        head = data[:4096].decode("utf-8", "replace")
        tag = re.search(r"<svg\b[^>]*>", head, re.S)
        sizes = [length(m[1]) if (m := re.search(rf'\s{side}="([^"]+)"', tag[0])) else None
                 for side in ("width", "height")] if tag else [None, None]  # fmt: skip
        if sizes[0] and sizes[1]:
            return sizes[0], sizes[1]
        box = re.search(r'viewBox="\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)', head)
        return (float(box[1]) * 0.75, float(box[2]) * 0.75) if box else None
    width, height = imagesize.get(io.BytesIO(data))
    if width <= 0 or height <= 0:
        return None
    dense = imagesize.getDPI(io.BytesIO(data))[0]
    scale = 72 / dense if dense and dense > 96 else 0.75
    return width * scale, height * scale


def length(text: str, whole: float = COLUMN) -> float | None:
    """A length of CSS or docutils in points; None if it can't be read."""
    match = re.fullmatch(r"\s*([\d.]+)\s*(%|[a-z]*)\s*", str(text))
    if not match or not match[1].strip("."):
        return None
    if match[2] == "%":
        return float(match[1]) / 100 * whole
    return float(match[1]) * _UNITS[match[2]] if match[2] in _UNITS else None


class Media(Base):
    """Writes images and figures."""

    def picture(self, node: nodes.Element) -> str:
        """An image as wide as it says, never wider than the text."""
        marks = self.anchors(node)
        uri = str(node.get("uri", ""))
        data = self.image_bytes(uri)
        name = Path(unquote(uri.split("?")[0])).name if not uri.startswith("data:") else "picture"
        suffix = suffix_of(data) if data else ""
        alt = " ".join(str(node.get("alt", "")).split())
        if data is None or not suffix:
            return marks + self._absent(node, uri, alt, name)
        return marks + self.image_call(
            node, data, alt, name, str(node.get("width", "")), str(node.get("scale", ""))
        )

    def image_call(
        self, node: nodes.Node, data: bytes, alt: str, name: str, width: str = "", scale: str = ""
    ) -> str:
        """The Typst call of a picture; one without a description is named, and one that Typst
        would stop at, or never come to its end, is left out."""
        suffix = suffix_of(data)
        if re.fullmatch(r"[0-9a-f]{64}\.\w+", name):
            name = "the output of a code cell"
        try:
            data = whole(data, drawing=suffix == "svg") if suffix != "pdf" else data
        except Unreadable as error:
            self.shared.report("picture", f"picture that can't be shown: {name} {error}", node)
            return f"#small[Picture: {self.text(alt or name, node)}]"
        file = self.shared.pictures.keep(suffix, data)
        if not file:
            return self._absent(node, "", alt, name)
        size = natural_size(data, suffix)
        inline = isinstance(node.parent, nodes.paragraph) and len(node.parent.children) > 1
        most = min(COLUMN, max(self.room, 60))
        points = length(width, most) if width else None
        if points is None:
            points = size[0] if size else most
            if scale.isdigit():
                points *= int(scale) / 100
        points = min(points, most) * (IN_DIGEST if self.digest else 1)
        tallest = TALLEST_THERE if self.digest else TALLEST
        if size and points * size[1] / size[0] > tallest:
            points = tallest * size[0] / size[1]
        if not alt:
            self.shared.report("alt", f"picture without a description (alt): {name}", node)
            alt = f"There is no description of this picture ({name})."
        call = f"picture({markup.string(file)}, {points:.1f}pt, {markup.string(alt)})"
        return f"#box({call});" if inline else f"#{call}\n"

    def image_bytes(self, uri: str) -> bytes | None:
        """The content of a picture of the book; None for one on the web or a missing one."""
        if match := _DATA.match(uri):
            raw = unquote_to_bytes(match[3])
            try:
                return base64.b64decode(raw) if match[2] else raw
            except ValueError:
                return None
        if "://" in uri:
            return None
        root = Path(self.env.srcdir)
        for candidate in (uri, unquote(uri)):
            data = read_bytes(root / candidate.lstrip("/")) or read_bytes(Path(candidate))
            if data:
                return data
        return None

    def _absent(self, node: nodes.Element, uri: str, alt: str, name: str) -> str:
        text = self.text(alt or name, node)
        if "://" in uri:
            return f"#small[Picture on the web: {markup.outward(uri, text)}]"
        self.shared.report("picture", f"picture that cannot be read: {name}", node)
        return f"#small[Picture: {text}]"

    def on_figure(self, node: nodes.Element) -> str:
        caption = next((c for c in node if isinstance(c, nodes.caption)), None)
        legend = next((c for c in node if isinstance(c, nodes.legend)), None)
        body = [c for c in node if c is not caption and c is not legend]
        marks = self.anchors(node)
        said = self.anchors(caption) + self.inline(caption).strip() if caption is not None else ""
        number = self.figure_number(node)
        written = self.blocks(body).strip()
        if body and all(isinstance(c, nodes.table) for c in body):
            return f"{marks}{written}\n"
        if legend is not None:
            said += "\n\n" + self.blocks(legend).strip()
        label = f"[{markup.escape(number)}]" if number else "none"
        return f"#figure-of({label}, {f'[{said}]' if said else 'none'}, [{marks}{written}])\n"

    def figure_number(self, node: nodes.Element) -> str:
        """`Figure 2.` as on the site; empty for what has no number."""
        config = self.shared.config
        if not config.numfig or not node.get("ids"):
            return ""
        kind = self.env.domains["std"].get_enumerable_node_type(node)
        numbers = self.env.toc_fignumbers.get(self.docname, {}).get(kind, {})
        found = numbers.get(node["ids"][0])
        form = config.numfig_format.get(kind, "")
        if not found or "%s" not in form:
            return ""
        return form.replace("%s", ".".join(map(str, found))).rstrip(". ") + "."
