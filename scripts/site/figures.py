"""Figures for both themes, with their sizes, so that nothing moves while a page loads.

A notebook's figures are staged in the light colours. For each SVG that holds them the HTML
writer adds a second picture in the dark colours, named ``NAME-dark.svg``; the style sheet shows
one of the two.
"""

from __future__ import annotations

import re
import struct
from copy import deepcopy
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.writers.html5 import HTML5Translator

from scripts.core.palette import LIGHT_TO_DARK

LEAD = "lead-figure"  # among a page's metadata
COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")


def dark(svg: str) -> str | None:
    """The drawing in the dark colours, or None if it holds none of ours."""
    found = {c.lower() for c in COLOUR.findall(svg)}
    if not found & LIGHT_TO_DARK.keys():
        return None
    return COLOUR.sub(lambda m: LIGHT_TO_DARK.get(m[0].lower(), m[0]), svg)


def size(path: Path) -> tuple[int, int] | None:
    """Width and height in CSS pixels of an SVG or PNG, or None where it doesn't say."""
    try:
        if path.suffix == ".svg":
            return _svg_size(path.read_text("utf-8", "replace")[:4000])
        if path.suffix == ".png":
            data = path.read_bytes()[:64]
            if data[:8] == b"\x89PNG\r\n\x1a\n":
                width, height = struct.unpack(">II", data[16:24])
                return width, height
    except OSError:
        pass
    return None


def _svg_size(text: str) -> tuple[int, int] | None:
    tag = re.search(r"<svg\b[^>]*>", text, re.S)
    if not tag:
        return None
    sides = []
    for name in ("width", "height"):
        match = re.search(rf'\s{name}="([\d.]+)(pt|px|in)?"', tag[0])
        if not match:
            return None
        factor = {"pt": 96 / 72, "in": 96.0}.get(match[2] or "px", 1.0)
        sides.append(max(1, round(float(match[1]) * factor)))
    return sides[0], sides[1]


def note_lead(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the drawing that stands for a page (event ``doctree-read``): every edit asks for those
    of all notebooks, and to load their doctrees takes longer than to write a page."""
    found = _lead(doctree)
    if found is not None:
        app.env.metadata[app.env.docname][LEAD] = dict(found.attributes)


def lead_figure(env: BuildEnvironment, page: str) -> nodes.image | None:
    """The drawing that stands for a page: that of a cell tagged `lead`, else the first."""
    kept = env.metadata[page].get(LEAD) if page in env.found_docs else None
    return nodes.image("", **deepcopy(kept)) if kept else None


def _lead(doctree: nodes.document) -> nodes.image | None:
    tagged = [n for n in doctree.findall(nodes.container) if "tag_lead" in n["classes"]]
    for place in (*tagged, doctree):
        for image in place.findall(nodes.image):
            if str(image["uri"]).endswith(".svg"):
                found: nodes.image = image
                return found
    return None


def visit_image(self: HTML5Translator, node: nodes.image) -> None:
    """Write one picture, or one for each theme."""
    uri = str(node["uri"])
    builder = self.builder
    classes = [c for c in node["classes"] if c]
    if uri not in builder.images:
        self.body.append(_img(uri, node, classes, None))
        return
    name = builder.images[uri]
    source = Path(builder.srcdir, uri)
    folder = builder.imgpath
    sides = size(source)
    if node.get("width", "").endswith("px") and sides:  # the author's width, our proportions
        width = float(node["width"].removesuffix("px"))
        sides = round(width), round(width * sides[1] / sides[0])
    elif source.suffix == ".png" and sides and _retina(node):
        sides = sides[0] // 2, sides[1] // 2
    other = dark(source.read_text("utf-8")) if source.suffix == ".svg" else None
    if source.suffix == ".png":
        classes.append("plate")
    if other is None:
        self.body.append(_img(f"{folder}/{quote(name)}", node, classes, sides))
        return
    dark_name = f"{Path(name).stem}-dark.svg"
    target = Path(builder.outdir, builder.imagedir, dark_name)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists() or target.read_text("utf-8") != other:
        target.write_text(other, "utf-8")
    self.body.append(_img(f"{folder}/{quote(name)}", node, [*classes, "only-light"], sides))
    self.body.append(_img(f"{folder}/{quote(dark_name)}", node, [*classes, "only-dark"], sides))


def depart_image(self: HTML5Translator, node: nodes.image) -> None:
    """Nothing is left to write."""


def _retina(node: nodes.Node | None) -> bool:
    """Whether a picture is the output of a cell, where PNG is drawn at twice its size."""
    while node is not None:
        if isinstance(node, nodes.container) and node.get("nb_element") == "cell_code_output":
            return True
        node = node.parent
    return False


def _img(uri: str, node: nodes.image, classes: list[str], sides: tuple[int, int] | None) -> str:
    attributes: dict[str, Any] = {"src": uri, "alt": node.get("alt", "")}
    if sides:
        attributes["width"], attributes["height"] = sides
    if classes:
        attributes["class"] = " ".join(classes)
    # A hidden picture that loads lazily is never requested: one theme, one download.
    attributes["loading"] = "lazy"
    written = " ".join(f'{k}="{escape(str(v))}"' for k, v in attributes.items())
    return f"<img {written}>"
