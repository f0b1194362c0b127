"""``{start}``: companion notebooks in the order in which one can learn from them."""

from __future__ import annotations

from docutils import nodes

from scripts.core import words
from scripts.core.page_data import lists
from scripts.core.page_data.lists import Lesson, LevelOfLessons
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective
from scripts.rendering.directives.headers import needs
from scripts.rendering.directives.parts import box, joined, link, page_link, para, span


class Start(DataDirective[lists.Start]):
    """A section for each level, the easiest first."""

    def build(self, data: lists.Start) -> list[nodes.Node]:
        return [*self.standfirst(), *(self.level(level) for level in data.levels)]

    @staticmethod
    def level(data: LevelOfLessons) -> nodes.section:
        """The notebooks of a level."""
        count = para("label", words.plural(len(data.lessons), "notebook"))
        listed = parts.rows("lessons", [lesson(each) for each in data.lessons])
        return parts.section("level", data.level, data.level.capitalize(), count, listed)


def lesson(data: Lesson) -> nodes.container:
    """A notebook: what it shows, what it needs, what comes before it, where it opens."""
    card = data.card
    title: list[nodes.Node | str] = [page_link(card.title, card.page)]
    if card.seconds is not None:
        title += [" ", span("label", words.duration(card.seconds))]
    out = box("lesson", para("card-title", *title), para("", card.description))
    out += needs(data.prerequisites, data.after)
    if card.colab:
        links = [link("Open in Colab", card.colab), link("Binder", card.binder)]
        for node in links:
            node["newsletter_label"] = f"{node.astext()}: {card.title}"
        out += box("html-only", para("links", *joined(links, " ")))
    return out
