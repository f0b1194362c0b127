"""What the directives of the build's data have in common.

Their body is one JSON object, written by the staging step, of the form that `core.page_data` says;
without a body (a plain ``jupyter-book build .``) each renders nothing.
"""

from __future__ import annotations

import json
import re
from typing import Any, ClassVar, Generic, TypeVar

import msgspec
from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from scripts.core.languages.speech import ENGLISH, Speech, speech
from scripts.core.page_data.directives import DIRECTIVES
from scripts.core.page_data.headers import Credit, File
from scripts.core.untrusted.yaml_data import read_yaml
from scripts.rendering.directives.parts import Part, link, para

LOGGER = logging.getLogger(__name__)
D = TypeVar("D")


class DataDirective(SphinxDirective, Generic[D]):
    """A directive whose body is data; subclasses turn it into nodes."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        text = "\n".join(self.content).strip()
        if not text:
            return []
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = read_yaml(text, "")[0].data  # the same data written by hand
        try:
            data: D = msgspec.convert(found, DIRECTIVES[self.name])
        except msgspec.ValidationError as error:
            LOGGER.warning(
                "the body of {%s} is not its data: %s", self.name, error,
                location=self.get_location(), type="site", subtype="data",
            )  # fmt: skip
            return []
        return self.build(data)

    @property
    def say(self) -> Speech:
        """The edition's words in the language of the page."""
        return page_speech(self)

    def build(self, data: D) -> list[nodes.Node]:
        """The nodes of these data."""
        raise NotImplementedError

    def standfirst(self, description: str = "") -> list[nodes.Node]:
        """A description, else that of the page's front matter, as a paragraph of its own."""
        text = description or front_value(self.state.document, "description")
        return [para("standfirst", text)] if text else []


def page_speech(asked: SphinxDirective | SphinxRole) -> Speech:
    """The words of the language of a directive's or a role's page, else of the book's."""
    document = asked.inliner.document if isinstance(asked, SphinxRole) else asked.state.document
    return speech(front_value(document, "lang") or str(asked.config.language or ENGLISH))


def hoist(_app: Any, doctree: nodes.document) -> None:
    """Lift checks and provenance, which stand after a page's last words, out of its last section
    (event ``doctree-read``)."""
    for node in list(doctree.findall(nodes.section)):
        top = next((n for n in doctree.children if isinstance(n, nodes.section)), None)
        if (
            {"checks", "provenance"} & set(node["classes"])
            and top is not None
            and node.parent is not top
        ):
            node.parent.remove(node)
            top += node


def front_value(document: nodes.document, key: str) -> str:
    """A value of the front matter, which MyST parsers put into a field list."""
    for field in document.findall(nodes.field):
        if field[0].astext() == key:
            return field[1].astext()
    return ""


def file_links(files: list[File]) -> list[nodes.Node]:
    """Links to other editions."""
    return [link(file.label, file.file) for file in files]


def sentence(text: str, **values: Part) -> list[Part]:
    """A sentence with nodes in the place of its braces, wherever a language puts them."""
    pieces = re.split(r"\{(\w+)\}", text)
    return [values[part] if n % 2 else part for n, part in enumerate(pieces) if part]


def credit_line(say: Speech, credit: Credit, issue: int | None = None) -> list[Part]:
    """Of what, or of which issue of it, this is an edition."""
    name = f"the {credit.name}" if say.lang.startswith(ENGLISH) else credit.name
    shown = name if issue is None else say("issue {number} of {name}", number=issue, name=name)
    said = say("Independent edition of {original} by {author}.")
    return sentence(said, original=link(shown, credit.address), author=say.listed(credit.by))
