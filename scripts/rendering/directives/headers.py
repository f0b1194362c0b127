"""The heads of issues and notebooks, and the card of an item's companion notebook."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from scripts.core import words
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective, downloads
from scripts.rendering.directives.parts import box, facts, joined, link, page_link, para

ADDRESS = "https://dair.ai/NLP_Newsletter_Reformer,_DeepMath,_ELECTRA,_TinyB-copy/"


def credit(original: dict[str, Any]) -> list[parts.Part]:
    """The original's author and address, as a sentence's tail."""
    address = str(original.get("url") or ADDRESS)
    return [link("the NLP Newsletter", address), f" by {author(original)}"]


def author(original: dict[str, Any]) -> str:
    """Who wrote the original, with the house that published it."""
    name = str(original.get("author") or "Elvis Saravia")
    ours = "dair.ai" in str(original.get("url") or ADDRESS) and "DAIR" not in name
    return f"{name} and DAIR.AI" if ours else name


class IssueHeader(DataDirective):
    """Standfirst, labelled values, credit, other editions and the account of an issue."""

    def build(self, data: dict[str, Any]) -> list[nodes.Node]:
        published = [words.day(data["date"])]
        values: list[tuple[str, list[parts.Part]]] = [("Published", [*published])]
        if data.get("updated"):
            values.append(("Updated", [words.day(data["updated"])]))
        values.append(("Reading", [words.minutes(data["minutes"])]))
        values.append(("Items", [f"{data['items']}, {data['notebooks']} runnable"]))
        if data.get("last_run"):
            values.append(("Last run", [words.day(data["last_run"])]))
        original = data.get("original") or {}
        name = f"issue {original.get('issue', data['number'])} of the NLP Newsletter"
        sentence: list[parts.Part] = [
            "Independent edition of ",
            link(name, str(original.get("url") or ADDRESS)),
            f" by {author(original)}.",
        ]
        head = box("issue-header", *self.describe(data), facts("dateline", values))
        head["newsletter"] = data
        credits = box("credits", para("credit", *sentence))
        files = downloads(data.get("downloads") or [])
        if files:
            credits += box("html-only", para("credit", "Also as ", *joined(files), "."))
        head += credits
        if data.get("verdicts"):
            account = parts.tally(data["verdicts"])
            head += box("account-line", para("label", "What held up"), account)
        return [head]


class MarkdownEdition(DataDirective):
    """The link to the page's Markdown edition, with its size."""

    def build(self, data: dict[str, Any]) -> list[nodes.Node]:
        return [para("edition", "This issue is also there as a ", *downloads([data]), ".")]


class Companion(DataDirective):
    """The card of an item's companion notebook."""

    def build(self, data: dict[str, Any]) -> list[nodes.Node]:
        kind = ["Companion notebook"]
        if data.get("seconds") is not None:
            kind.append(words.duration(data["seconds"]))
        if data.get("level"):
            kind.append(str(data["level"]))
        links = [page_link("Read", data["page"])]
        for key, label in (("colab", "Open in Colab"), ("binder", "Binder"), ("ipynb", ".ipynb")):
            if data.get(key):
                links.append(link(label, str(data[key])))
        # Read aloud one after the other, five links named "Read" say nothing.
        for node in links:
            node["newsletter_label"] = f"{node.astext()}: {data['title']}"
        text = box(
            "companion-text",
            para("label", ", ".join(kind)),
            para("card-title", page_link(data["title"], data["page"])),
            para("", str(data.get("description", ""))),
            box("html-only", para("links", *joined(links, " "))),
        )
        tally = parts.tally(data.get("verdicts") or {})
        account = tally if len(tally) else para("label", "no claims of its source")
        return [box("companion", box("account", account), text)]


class NotebookHeader(DataDirective):
    """Standfirst, source, level, cost and run bar of a companion notebook."""

    def build(self, data: dict[str, Any]) -> list[nodes.Node]:
        item = data["item"]
        place = f"issue {item['issue']}"
        values: list[tuple[str, list[parts.Part]]] = [
            ("Item", [page_link(item["title"], item["page"], item["anchor"]), f", {place}"])
        ]
        needs = ", ".join(map(str, data.get("prerequisites") or []))
        level = str(data.get("level", "")).capitalize()
        if level or needs:
            values.append(("Level", [": ".join(filter(None, (level, needs)))]))
        cost = []
        if data.get("seconds") is not None:
            seconds = max(1, round(data["seconds"]))
            cost.append(words.plural(seconds, "second") if seconds < 100 else
                        words.plural(round(seconds / 60), "minute"))  # fmt: skip
        if data.get("memory"):
            cost.append(words.memory(data["memory"]))
        if cost:
            values.append(("Runs in", [", ".join(cost)]))
        buttons = []
        for key, label, name in (
            ("colab", "Open in Colab", "button filled icon-play"),
            ("binder", "Binder", "button icon-play"),
            ("ipynb", ".ipynb", "button icon-download"),
            ("py", ".py", "button icon-download"),
            ("pdf", "PDF", "button icon-download"),
        ):
            if data.get(key):
                buttons.append(link(label, str(data[key]), name))
        head = box("notebook-header", *self.describe(data), facts("rows", values))
        head["newsletter"] = data
        head += box("html-only", para("run-bar", *joined(buttons, " ")))
        return [head]
