"""``{mutants}``: how many bugs, planted on purpose, the checks of each notebook notice."""

from __future__ import annotations

from docutils import nodes

from scripts.core import words
from scripts.core.page_data import lists
from scripts.core.page_data.lists import PlantedBugs
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective
from scripts.rendering.directives.parts import page_link, para


class Mutants(DataDirective[lists.Mutants]):
    """A row for each notebook."""

    heads = (("Notebook", 45), ("Bugs caught", 31), ("Tried on", 24))

    def build(self, data: lists.Mutants) -> list[nodes.Node]:
        if not data.rows:
            return []
        said = f"These are the newest {len(data.rows)} of {data.every:,} notebooks."
        more = [para("aside", said)] if data.every > len(data.rows) else []
        return [parts.table("mutants-table", self.heads, map(self.row, data.rows)), *more]

    @staticmethod
    def row(row: PlantedBugs) -> nodes.row:
        """Notebook, what became of its bugs, the day."""
        day = words.day(row.tried.date) if row.tried else "–"
        cells = [page_link(row.title, row.page), nodes.Text(became(row)), nodes.Text(day)]
        return nodes.row("", *(nodes.entry("", para("", cell)) for cell in cells))


def became(row: PlantedBugs) -> str:
    """What became of a notebook's bugs, in words."""
    if row.tried is None:
        return "not tried since its last change" if row.planted else "none planted yet"
    tried = row.tried
    more = f"; {tried.harmless} harmless" if tried.harmless else ""
    return f"{tried.caught} of {tried.caught + tried.survived}{more}"
