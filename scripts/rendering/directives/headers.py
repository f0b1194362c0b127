"""The heads of issues and notebooks, and the card of an item's companion notebook."""

from __future__ import annotations

from docutils import nodes

from scripts.core import words
from scripts.core.page_data import headers
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective, credit_line, file_links
from scripts.rendering.directives.outcomes import CARD
from scripts.rendering.directives.parts import box, facts, joined, link, page_link, para

Values = list[tuple[str, list[parts.Part]]]


class IssueHeader(DataDirective[headers.IssueHeader]):
    """Standfirst, labelled values, credit, other editions and the account of an issue."""

    def build(self, data: headers.IssueHeader) -> list[nodes.Node]:
        values: Values = [("Original" if data.edition else "Published", [words.day(data.date)])]
        if data.edition:
            values.append(("This edition", [words.day(data.edition)]))
        if data.updated:
            values.append(("Updated", [words.day(data.updated)]))
        values.append(("Reading", [words.minutes(data.minutes)]))
        values.append(("Items", [f"{data.items}, {data.notebooks} runnable"]))
        if data.last_run:
            values.append(("Last run", [words.day(data.last_run)]))
        described = self.standfirst(data.description)
        head = box("issue-header", *described, facts("dateline", values))
        head["newsletter_sections"] = {
            part.anchor: f"{words.plural(part.items, 'item')}, {part.minutes:.1f} minutes"
            for part in data.sections
        }
        credits = box("credits", para("credit", *credit_line(data.credit, data.number), "."))
        files = file_links(data.downloads)
        if files:
            credits += box("html-only", para("credit", "Also as ", *joined(files), "."))
        head += credits
        if data.verdicts:
            account = parts.tally(data.verdicts)
            head += box("account-line", para("label", "What held up"), account)
        return [head]


class MarkdownEdition(DataDirective[headers.MarkdownEdition]):
    """The link to the page's Markdown edition, with its size."""

    def build(self, data: headers.MarkdownEdition) -> list[nodes.Node]:
        links = file_links([data.edition])
        return [para("edition", "This issue is also there as a ", *links, ".")]


class Companion(DataDirective[headers.Companion]):
    """The card of an item's companion notebook."""

    def build(self, data: headers.Companion) -> list[nodes.Node]:
        kind = ["Companion notebook"]
        if data.seconds is not None:
            kind.append(words.duration(data.seconds))
        kind.append(data.level)
        links = [
            page_link("Read", data.page),
            link("Open in Colab", data.colab),
            link("Binder", data.binder),
            link(".ipynb", data.ipynb),
        ]
        # Read aloud one after the other, five links named "Read" say nothing.
        for node in links:
            node["newsletter_label"] = f"{node.astext()}: {data.title}"
        text = box(
            "companion-text",
            para("label", ", ".join(kind)),
            para("card-title", page_link(data.title, data.page)),
            para("", data.description),
            box("html-only", para("links", *joined(links, " "))),
        )
        tally = parts.tally(data.verdicts)
        account = tally if len(tally) else para("label", "no claims of its source")
        card = box("companion", box("account", account), text)
        card[CARD] = data
        return [card]


class NotebookHeader(DataDirective[headers.NotebookHeader]):
    """Standfirst, source, level, cost and run bar of a companion notebook."""

    def build(self, data: headers.NotebookHeader) -> list[nodes.Node]:
        card, item = data.card, data.item
        needs = ", ".join(data.prerequisites)
        level = ": ".join(filter(None, (card.level.capitalize(), needs)))
        values: Values = [
            ("Item", [page_link(item.title, item.page, item.anchor), f", issue {data.issue}"]),
            ("Level", [level]),
        ]
        cost = [] if card.seconds is None else [words.long_duration(card.seconds)]
        cost += [words.memory(data.memory)] if data.memory else []
        if cost:
            values.append(("Runs in", [", ".join(cost)]))
        buttons = [
            link("Open in Colab", card.colab, "button filled icon-play"),
            link("Binder", card.binder, "button icon-play"),
            link(".ipynb", card.ipynb, "button icon-download"),
            link(".py", card.py, "button icon-download"),
            link("PDF", data.pdf, "button icon-download"),
        ]
        described = self.standfirst(card.description)
        head = box("notebook-header", *described, facts("rows", values))
        head["newsletter_item"] = (f"{item.page.lstrip('/')}#{item.anchor}", item.title)
        head += box("html-only", para("run-bar", *joined(buttons, " ")))
        return [head]
