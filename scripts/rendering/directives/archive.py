"""``{archive}``: issues by year, pages by tag; ``{related}``: pages like this one."""

from __future__ import annotations

import re

from docutils import nodes

from scripts.core import words
from scripts.core.languages.speech import Speech
from scripts.core.page_data import lists
from scripts.core.page_data.lists import Entry, IssueRow, Tag, YearOfIssues
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective
from scripts.rendering.directives.parts import PLAIN, box, joined, page_link, para, span


class Archive(DataDirective[lists.Archive]):
    """All issues, the newest year first, then the tags."""

    def build(self, data: lists.Archive) -> list[nodes.Node]:
        out = self.standfirst()
        if data.common:
            out.append(self.common(data.common, len(data.tags)))
        out += [self.year(year) for year in data.years]
        if data.tags:
            tags = parts.rows("tag-rows", [])
            tags.extend(self.tag(tag) for tag in data.tags)
            out.append(parts.section("tags", "tags", "Tags", tags))
        return [box("archive", *out)]

    @staticmethod
    def common(tags: list[Tag], every: int) -> nodes.paragraph:
        """The tags that most pages have, and the way to all."""
        links: list[nodes.Node] = []
        for tag in tags:
            link = nodes.reference("", "", internal=True, refid=tag.anchor, classes=["button"])
            link += [span("", tag.name), nodes.Text(" "), span("count", str(tag.count))]
            links.append(link)
        if every > len(tags):
            links.append(nodes.reference("", f"All {every} tags", internal=True, refid="tags"))
        return para("common-tags", *joined(links, " "))

    @staticmethod
    def year(data: YearOfIssues) -> nodes.section:
        """The issues of a year."""
        issues = [
            box(
                "archive-row",
                para("date", words.short_day(issue.date)),
                para("card-title", page_link(issue.title, issue.page)),
                para("topics", topics(issue)),
                para("account-short", *parts.short_account(issue.verdicts, of=issue.page)),
            )
            for issue in data.issues
        ]
        count = para("label", words.plural(len(issues), "issue"))
        listed = parts.rows("archive-rows", issues)
        return parts.section("year", f"y{data.year}", data.year, count, listed)

    @staticmethod
    def tag(tag: Tag) -> nodes.list_item:
        """A tag with its newest entries."""
        item = nodes.list_item(ids=[tag.anchor])
        item += para("tag", span("name", tag.name), " ", span("count", str(tag.count)))
        item += entries(tag.entries)
        if tag.page:
            name = page_link(f"All {tag.count}", tag.page)
            name["newsletter_label"] = f"All {tag.count} with the tag {tag.name}"
            item += para("more", name)
        return item


class TagPage(DataDirective[lists.TagPage]):
    """All entries of one tag."""

    def build(self, data: lists.TagPage) -> list[nodes.Node]:
        return [box("archive", *self.standfirst(), entries(data.entries))]


class Related(DataDirective[lists.Related]):
    """A few pages that are like this one."""

    def build(self, data: lists.Related) -> list[nodes.Node]:
        label = para("label", self.say("Related"))
        return [box("html-only related", label, entries(data.pages, self.say))]


def entries(pages: list[Entry], say: Speech = PLAIN) -> nodes.bullet_list:
    """Links to pages, each with what it is."""
    lines = []
    for page in pages:
        notebook = page.kind == "notebook"
        kind = say("Notebook of issue {n}" if notebook else "Issue {n}", n=page.issue)
        lines.append(para("", page_link(page.title, page.page), " ", span("kind", kind)))
    return parts.rows("entries", lines)


def topics(issue: IssueRow) -> str:
    """What an issue is about, its number first, and how long it takes."""
    name, about = f"Issue {issue.number}", issue.description
    opening = "" if re.match(rf"{name}\b", about) else f"{name}. "
    return f"{opening}{about} {words.minutes(issue.minutes)} to read."
