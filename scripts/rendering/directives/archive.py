"""``{archive}``: issues by year, pages by tag; ``{related}``: pages like this one."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes

from scripts.core import words
from scripts.core.words import short_day
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective
from scripts.rendering.directives.parts import box, joined, page_link, para, span


class Archive(DataDirective):
    """All issues, the newest year first, then the tags; or all entries of one tag."""

    def build(self, data: dict[str, Any]) -> list[nodes.Node]:
        out = self.describe(data)
        if "entries" in data:
            return [box("archive", *out, entries(data["entries"]))]
        if data["common"]:
            out.append(self.common(data["common"], len(data["tags"])))
        out += [self.year(year) for year in data["years"]]
        if data["tags"]:
            tags = parts.rows("tag-rows", [])
            tags.extend(self.tag(tag) for tag in data["tags"])
            out.append(parts.section("tags", "tags", "Tags", tags))
        return [box("archive", *out)]

    @staticmethod
    def common(tags: list[dict[str, Any]], every: int) -> nodes.paragraph:
        """The tags that most pages have, and the way to all."""
        links: list[nodes.Node] = []
        for tag in tags:
            link = nodes.reference("", "", internal=True, refid=tag["anchor"], classes=["button"])
            link += [span("", tag["name"]), nodes.Text(" "), span("count", str(tag["count"]))]
            links.append(link)
        if every > len(tags):
            links.append(nodes.reference("", f"All {every} tags", internal=True, refid="tags"))
        return para("common-tags", *joined(links, " "))

    @staticmethod
    def year(data: dict[str, Any]) -> nodes.section:
        issues = [
            box(
                "archive-row",
                para("date", short_day(entry["date"])),
                para("card-title", page_link(entry["title"], entry["page"])),
                para("topics", topics(entry)),
                para("account-short",
                     *joined(parts.counted(entry["verdicts"], words=False), " ")),
            )
            for entry in data["issues"]
        ]  # fmt: skip
        count = para("label", words.plural(len(issues), "issue"))
        listed = parts.rows("archive-rows", issues)
        return parts.section("year", f"y{data['year']}", str(data["year"]), count, listed)

    @staticmethod
    def tag(data: dict[str, Any]) -> nodes.list_item:
        item = nodes.list_item(ids=[data["anchor"]])
        item += para("tag", span("name", data["name"]), " ", span("count", str(data["count"])))
        item += entries(data["entries"])
        if data["page"]:
            name = page_link(f"All {data['count']}", data["page"])
            name["newsletter_label"] = f"All {data['count']} with the tag {data['name']}"
            item += para("more", name)
        return item


class Related(DataDirective):
    """A few pages that are like this one."""

    def build(self, data: dict[str, Any]) -> list[nodes.Node]:
        return [box("html-only related", para("label", "Related"), entries(data["pages"]))]


def entries(pages: list[dict[str, Any]]) -> nodes.bullet_list:
    """Links to pages, each with what it is."""
    lines = []
    for page in pages:
        link = page_link(page["title"], page["page"])
        notebook = page["kind"] == "notebook"
        kind = f"Notebook of issue {page['issue']}" if notebook else f"Issue {page['issue']}"
        lines.append(para("", link, " ", span("kind", kind)))
    return parts.rows("entries", lines)


def topics(issue: dict[str, Any]) -> str:
    """What an issue is about, its number first, and how long it takes."""
    name, about = f"Issue {issue['number']}", str(issue["description"])
    opening = "" if re.match(rf"{name}\b", about) else f"{name}. "
    return f"{opening}{about} {words.minutes(issue['minutes'])} to read."
