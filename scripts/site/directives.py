"""The directives that carry the build's data into the pages (all but the home page's).

Their body is one JSON object, written by the staging step; without a body (a plain
``jupyter-book build .``) each renders nothing.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from scripts.site import parts
from scripts.site.parts import box, facts, joined, link, page_link, para

LOGGER = logging.getLogger(__name__)
ADDRESS = "https://dair.ai/NLP_Newsletter_Reformer,_DeepMath,_ELECTRA,_TinyB-copy/"


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
        text = str(data.get("description") or _front(self.state.document, "description"))
        return [para("standfirst", text)] if text else []


def hoist(_app: Any, doctree: nodes.document) -> None:
    """Lift the provenance, which stands after a page's last words, out of its last section
    (event ``doctree-read``)."""
    for node in list(doctree.findall(nodes.section)):
        top = next((n for n in doctree.children if isinstance(n, nodes.section)), None)
        if "provenance" in node["classes"] and top is not None and node.parent is not top:
            node.parent.remove(node)
            top += node


def _front(document: nodes.document, key: str) -> str:
    """A value of the front matter, which MyST parsers put into a field list."""
    for field in document.findall(nodes.field):
        if field[0].astext() == key:
            return field[1].astext()
    return ""


def credit(original: dict[str, Any]) -> list[parts.Part]:
    """The original's author and address, as a sentence's tail."""
    address = str(original.get("url") or ADDRESS)
    return [link("the NLP Newsletter", address), f" by {author(original)}"]


def author(original: dict[str, Any]) -> str:
    """Who wrote the original, with the house that published it."""
    name = str(original.get("author") or "Elvis Saravia")
    ours = "dair.ai" in str(original.get("url") or ADDRESS) and "DAIR" not in name
    return f"{name} and DAIR.AI" if ours else name


def downloads(entries: list[dict[str, Any]]) -> list[nodes.Node]:
    return [link(str(e["label"]), str(e["file"])) for e in entries]


class IssueHeader(DataDirective):
    """Standfirst, labelled values, credit, other editions and the account of an issue."""

    def build(self, data: dict[str, Any]) -> list[nodes.Node]:
        published = [parts.day(data["date"])]
        values: list[tuple[str, list[parts.Part]]] = [("Published", [*published])]
        if data.get("updated"):
            values.append(("Updated", [parts.day(data["updated"])]))
        values.append(("Reading", [parts.minutes(data["minutes"])]))
        values.append(("Items", [f"{data['items']}, {data['notebooks']} runnable"]))
        if data.get("last_run"):
            values.append(("Last run", [parts.day(data["last_run"])]))
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
            kind.append(parts.duration(data["seconds"]))
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
            cost.append(parts.plural(seconds, "second") if seconds < 100 else
                        parts.plural(round(seconds / 60), "minute"))  # fmt: skip
        if data.get("memory"):
            cost.append(parts.memory(data["memory"]))
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


class Provenance(DataDirective):
    """Run, machine, versions, parameters and key, of the recorded run too: a page's last block."""

    def build(self, data: dict[str, Any]) -> list[nodes.Node]:
        values = environment(data)
        values.append(("Key", [nodes.literal("", str(data["key"])[:16])]))
        if data.get("cite"):
            values.append(("Cite as", [str(data["cite"])]))
        links = []
        if data.get("source"):
            links.append(link("Source of this page", str(data["source"])))
        if data.get("record"):
            links.append(link("Run record, JSON", str(data["record"])))
        if data.get("report"):
            links.append(link("Report an error", str(data["report"]), "icon-flag"))
        body: list[nodes.Node] = [facts("rows", values)]
        if data.get("recorded"):
            full = data["recorded"]
            said = "Recorded run, at full size."
            if not full["same"]:
                said = "Recorded run, at full size, of an earlier version of this page's code."
            body += [para("label", said), facts("rows", environment(full))]
        if links:
            body.append(box("html-only", para("links", *joined(links, " "))))
        return [parts.section("provenance", "run-provenance", "Provenance", *body)]


def environment(data: dict[str, Any]) -> list[tuple[str, list[parts.Part]]]:
    """When, where, how long and with what a run was made, as labelled values."""
    start = str(data.get("start", ""))
    when = parts.day(start) + (f", {start[11:16]} UTC" if len(start) > 15 else "")
    run = [when, parts.duration(data["seconds"])]
    if data.get("memory"):
        run.append(f"peak {parts.memory(data['memory'])}")
    packages = data.get("packages") or {}
    versions = [f"Python {data['python']}"] + [f"{n} {v}" for n, v in packages.items()]
    given = [f"{n} = {v}" for n, v in (data.get("parameters") or {}).items()]
    return [
        ("Run", [", ".join(filter(None, run))]),
        ("Machine", [str(data.get("machine", ""))]),
        ("Versions", [", ".join(versions)]),
        ("Parameters", [", ".join(given) or "the notebook's own"]),
    ]


class Correction(SphinxDirective):
    """What the newsletter said wrongly and what is right, with a source."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {"name": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        node = nodes.admonition(classes=["correction"])
        node += nodes.title("", "Corrected.")
        self.set_source_info(node)
        self.add_name(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]
