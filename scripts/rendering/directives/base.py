"""What the directives of the build's data have in common.

Their body is one JSON object, written by the staging step; without a body (a plain
``jupyter-book build .``) each renders nothing.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

import yaml
from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from scripts.rendering.directives.parts import link, para

LOGGER = logging.getLogger(__name__)


class DataDirective(SphinxDirective):
    """A directive whose body is JSON; subclasses turn the object into nodes."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        text = "\n".join(self.content).strip()
        if not text:
            return []
        try:
            data = json.loads(text)
        except ValueError:
            data = yaml.safe_load(text)  # the same data written by hand
        if not isinstance(data, dict):
            LOGGER.warning(
                "the body of {%s} is not one JSON object",
                self.name,
                location=self.get_location(),
                type="site",
                subtype="data",
            )
            return []
        return self.build(data)

    def build(self, data: dict[str, Any]) -> list[nodes.Node]:
        raise NotImplementedError

    def describe(self, data: dict[str, Any]) -> list[nodes.Node]:
        """The standfirst: the data's description, else that of the page's front matter."""
        text = str(data.get("description") or front_value(self.state.document, "description"))
        return [para("standfirst", text)] if text else []


def hoist(_app: Any, doctree: nodes.document) -> None:
    """Lift the provenance, which stands after a page's last words, out of its last section
    (event ``doctree-read``)."""
    for node in list(doctree.findall(nodes.section)):
        top = next((n for n in doctree.children if isinstance(n, nodes.section)), None)
        if "provenance" in node["classes"] and top is not None and node.parent is not top:
            node.parent.remove(node)
            top += node


def front_value(document: nodes.document, key: str) -> str:
    """A value of the front matter, which MyST parsers put into a field list."""
    for field in document.findall(nodes.field):
        if field[0].astext() == key:
            return field[1].astext()
    return ""


def downloads(entries: list[dict[str, Any]]) -> list[nodes.Node]:
    return [link(str(e["label"]), str(e["file"])) for e in entries]
