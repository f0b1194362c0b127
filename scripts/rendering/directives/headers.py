"""The heads of issues and notebooks, and the card of an item's companion notebook."""

from __future__ import annotations

from docutils import nodes

from scripts.core import words
from scripts.core.page_data import headers
from scripts.core.page_data.headers import Place
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective, credit_line, file_links
from scripts.rendering.directives.checks import ALL_CHECKS
from scripts.rendering.directives.outcomes import CARD
from scripts.rendering.directives.parts import box, facts, joined, link, page_link, para, span

Values = list[tuple[str, list[parts.Part]]]
EDITIONS_SHOWN = 2  # of an issue, at its head; the others are folded


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
        credits = box("credits")
        if data.credit:
            credits += para("credit", *credit_line(data.credit, data.number), ".")
        files = file_links(data.downloads)
        if files:
            first = joined(files[:EDITIONS_SHOWN], ", and ")
            credits += box("html-only", para("credit", "Also as ", *first, "."))
        head += credits
        if files[EDITIONS_SHOWN:]:
            fold = nodes.admonition(classes=["dropdown"])
            fold += nodes.title("", "Other editions and data")
            fold += parts.rows("files", [para("", node) for node in files[EDITIONS_SHOWN:]])
            head += box("html-only more-editions", fold)
        if data.verdicts:
            account = parts.tally(data.verdicts, of=f"/{self.env.docname}")
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
        links = [page_link("Read", data.page)]
        if data.colab:
            links += [link("Open in Colab", data.colab), link("Binder", data.binder)]
        links.append(link(".ipynb", data.ipynb))
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
        tally = parts.tally(data.verdicts, of=data.page)
        account = tally if len(tally) else para("label", "no claims of its source")
        card = box("companion", box("account", account), text)
        card[CARD] = data
        return [card]


class NotebookHeader(DataDirective[headers.NotebookHeader]):
    """Standfirst, source, level, cost and run bar of a companion notebook."""

    def build(self, data: headers.NotebookHeader) -> list[nodes.Node]:
        card, item = data.card, data.item
        values: Values = []
        if data.source is not None:
            work = link(data.source.name, data.source.address)
            values.append(("Source", [work]))
        values.append(("Level", [card.level.capitalize()]))
        cost = [] if card.seconds is None else [words.duration(card.seconds)]
        cost += [words.memory(data.memory)] if data.memory else []
        if cost:
            values.append(("Runs in", [", ".join(cost)]))
        buttons = [
            link(".ipynb", card.ipynb, "button icon-download"),
            link(".py", card.py, "button icon-download"),
        ]
        if card.colab:
            colab = link("Open in Colab", card.colab, "button icon-play")
            buttons[:0] = [colab, link("Binder", card.binder, "button icon-play")]
        buttons[0]["classes"].append("filled")
        described = self.standfirst(card.description)
        head = box("notebook-header", *described, facts("inline", values))
        head["newsletter_item"] = (f"{item.page.lstrip('/')}#{item.anchor}", item.title)
        head += box("html-only", para("run-bar", *joined(buttons, " ")))
        return [head]


class NotebookAccount(DataDirective[headers.NotebookAccount]):
    """What held up, with the way to the table of checks; what the text takes for known."""

    def build(self, data: headers.NotebookAccount) -> list[nodes.Node]:
        out: list[nodes.Node] = []
        if data.checks:
            lines = [para("label", "What held up")]
            if data.verdicts:
                lines.append(parts.tally(data.verdicts))
            every = "its check" if data.checks == 1 else f"all {data.checks} checks"
            lines.append(
                para("aside more", nodes.reference("", every, internal=True, refid=ALL_CHECKS))
            )
            out.append(box("account-line notebook-account", *lines))
        return [*out, *needs(data.prerequisites, data.after)]


def needs(known: list[str], after: list[Place]) -> list[nodes.Node]:
    """What a notebook takes for known, and which notebooks teach some of that."""
    out: list[nodes.Node] = []
    if known:
        out.append(para("note needs", span("label", "Taken for known:"), f" {', '.join(known)}."))
    if after:
        links = [page_link(place.title, place.page) for place in after]
        out.append(para("note needs", span("label", "Read first:"), " ", *joined(links, "; "), "."))
    return out
