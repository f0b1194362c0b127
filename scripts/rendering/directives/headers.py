"""The heads of issues and notebooks, and the card of an item's companion notebook."""

from __future__ import annotations

from docutils import nodes

from scripts.core import words
from scripts.core.languages.speech import ENGLISH, Speech, name_of
from scripts.core.page_data import headers
from scripts.core.page_data.headers import File, Place
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective, credit_line, file_links, sentence
from scripts.rendering.directives.checks import ALL_CHECKS
from scripts.rendering.directives.outcomes import CARD
from scripts.rendering.directives.parts import box, facts, joined, link, page_link, para, span

Values = list[tuple[str, list[parts.Part]]]
EDITIONS_SHOWN = 2  # of an issue, at its head; the others are folded


class IssueHeader(DataDirective[headers.IssueHeader]):
    """Standfirst, labelled values, credit, other editions and the account of an issue."""

    def build(self, data: headers.IssueHeader) -> list[nodes.Node]:
        say = self.say
        described = self.standfirst(data.description)
        head = box("issue-header", *described, facts("dateline", dateline(data, say)))
        head["newsletter_sections"] = {
            part.anchor: f"{say.count('{n} item', '{n} items', part.items)}{say(', ')}"
            + say("{n} minutes", n=say.number(part.minutes, 1))
            for part in data.sections
        }
        head += languages(data, say)
        credits = box("credits")
        if data.credit:
            credits += para("credit", *credit_line(say, data.credit, data.number))
        files = file_links(data.downloads)
        if files:
            first = joined(files[:EDITIONS_SHOWN], say(", and "))
            also = sentence(say("Also as {editions}."), editions=span("", *first))
            credits += box("html-only", para("credit", *also))
        head += credits
        if files[EDITIONS_SHOWN:]:
            fold = nodes.admonition(classes=["dropdown"])
            fold += nodes.title("", say("Other editions and data"))
            fold += parts.rows("files", [para("", node) for node in files[EDITIONS_SHOWN:]])
            head += box("html-only more-editions", fold)
        if data.verdicts:
            counted = data.translated.original.page if data.translated else f"/{self.env.docname}"
            account = parts.tally(data.verdicts, of=counted, say=say)
            head += box("account-line", para("label", say("What held up")), account)
        return [head]


def dateline(data: headers.IssueHeader, say: Speech) -> Values:
    """When an issue appeared and ran, how long it is."""
    values: Values = [(say("Original" if data.edition else "Published"), [say.day(data.date)])]
    if data.edition:
        values.append((say("This edition"), [say.day(data.edition)]))
    if data.updated:
        values.append((say("Updated"), [say.day(data.updated)]))
    values.append((say("Reading"), [say.minutes(data.minutes)]))
    runnable = say("{items}, {notebooks} runnable", items=data.items, notebooks=data.notebooks)
    values.append((say("Items"), [runnable]))
    if data.last_run:
        values.append((say("Last run"), [say.day(data.last_run)]))
    return values


def languages(data: headers.IssueHeader, say: Speech) -> list[nodes.Node]:
    """The issue in other languages; of a translation, its original and what that has become."""
    out: list[nodes.Node] = []
    if data.others:
        links = [foreign(name_of(other.lang), other) for other in data.others]
        out.append(
            para(
                "languages",
                span("label", say("In other languages")),
                " ",
                *joined(links, say(", ")),
            )
        )
    if data.translated is None:
        return out
    original = foreign(data.translated.original.title, data.translated.original)
    language = parts.in_language(
        span("", name_of(data.translated.original.lang)), data.translated.original.lang
    )
    said = say("A translation of {original} ({language}).")
    out.append(para("languages", *sentence(said, original=original, language=language)))
    lacks = data.translated
    rows = [
        (say("Changed since it was translated:"), [place_link(p) for p in lacks.changed]),
        (say("Not translated yet:"), [
            parts.in_language(place_link(p), lacks.original.lang) for p in lacks.missing
        ]),
    ]  # fmt: skip
    lines = [para("", label, " ", *joined(links, say(", ")), ".") for label, links in rows if links]
    if lacks.around:
        lines.append(para("", say("The original's text around its items has changed, too.")))
    if lines:
        box_of = nodes.admonition(classes=["note", "behind"])
        box_of += nodes.title("", say("The original has moved on"))
        out.append(box_of)
        box_of.extend(lines)
    return out


def foreign(text: str, other: headers.InLanguage) -> nodes.Element:
    """A link to a page in another language."""
    return parts.in_language(page_link(text, other.page), other.lang)


def place_link(place: Place) -> nodes.Element:
    """A link to an item."""
    return page_link(place.title, place.page, place.anchor)


class Outdated(DataDirective[headers.Outdated]):
    """A remark in an item of a translation: its original says something else by now."""

    def build(self, data: headers.Outdated) -> list[nodes.Node]:
        original = place_link(data.original)
        said = self.say("Its original has changed since it was translated: {original}.")
        return [para("outdated note", *sentence(said, original=original))]


class MarkdownEdition(DataDirective[headers.MarkdownEdition]):
    """The link to the page's Markdown edition, with its size."""

    def build(self, data: headers.MarkdownEdition) -> list[nodes.Node]:
        links = file_links([File(data.edition.file, self.say(data.edition.label))])
        said = self.say("This issue is also there as a {edition}.")
        return [para("edition", *sentence(said, edition=span("", *links)))]


class Companion(DataDirective[headers.Companion]):
    """The card of an item's companion notebook."""

    def build(self, data: headers.Companion) -> list[nodes.Node]:
        say = self.say
        kind = [say("Companion notebook")]
        if data.seconds is not None:
            kind.append(say.duration(data.seconds))
        kind.append(say(data.level))
        links = [page_link(say("Read"), data.page)]
        if data.colab:
            links += [link(say("Open in Colab"), data.colab), link("Binder", data.binder)]
        links.append(link(say.as_is(".ipynb"), data.ipynb))
        # Read aloud one after the other, five links named "Read" say nothing.
        for node in links:
            node["newsletter_label"] = f"{node.astext()}: {data.title}"
        text = box(
            "companion-text",
            para("label", say(", ").join(kind)),
            in_own(para("card-title", page_link(data.title, data.page)), self),
            in_own(para("", data.description), self),
            *([in_own(self.full_size(data.full_size), self)] if data.full_size else []),
            box("html-only", para("links", *joined(links, " "))),
        )
        tally = parts.tally(data.verdicts, of=data.page, say=say)
        none = para("label", say("no claims of its source"))
        card = box("companion", box("account", tally if len(tally) else none), text)
        card[CARD] = data
        return [card]

    @staticmethod
    def full_size(text: str) -> nodes.Element:
        """What the recorded run found."""
        return para("full-size", nodes.strong("", "At full size: "), text)


def in_own(node: nodes.Element, directive: Companion) -> nodes.Element:
    """What a notebook says of itself, on a page that is in another language than the book."""
    own = str(directive.config.language or ENGLISH)
    return node if directive.say.lang == own else parts.in_language(node, own)


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
