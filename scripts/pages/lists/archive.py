"""The archive: every issue by year, and by tag every issue and companion notebook.

One page holds a line for each issue and the newest entries of each tag; a tag with more entries
has a page of its own, which this module writes. Pure: plain data in, plain data and text out.
"""

from __future__ import annotations

import hashlib
import re

from scripts.book.model import Book
from scripts.core.page_data.lists import Archive, Entry, IssueRow, Tag, TagPage, YearOfIssues
from scripts.core.record import Runs
from scripts.pages.directives import generated_page
from scripts.pages.lists.home import issue_row
from scripts.pages.lists.ledger import ISSUES

PAGE = "archive"  # the docname; a tag's page lies below it
ENTRIES_SHOWN = 6  # entries of a tag on the page itself
COMMON = 8  # tags named at the head of the page


def archive(book: Book, runs: Runs) -> Archive:
    """The page: years with their issues, the newest first, and tags by name."""
    years: dict[str, list[IssueRow]] = {}
    for issue in book.issues:
        years.setdefault(issue.front["date"][:4], []).append(issue_row(book, runs, issue))
    tags = [
        Tag(
            name=tag,
            anchor=anchor(tag),
            count=len(entries),
            entries=entries[:ENTRIES_SHOWN],
            page=f"/{PAGE}/{anchor(tag)}" if len(entries) > ENTRIES_SHOWN else None,
        )
        for tag, entries in by_tag(book).items()
    ]
    few = len(book.issues) < ISSUES
    if few:  # most tags would have one entry
        tags = [tag for tag in tags if tag.count > 1]
    return Archive(
        years=[YearOfIssues(year, years[year]) for year in sorted(years, reverse=True)],
        tags=tags,
        common=[] if few else sorted(tags, key=lambda tag: -tag.count)[:COMMON],
    )


def by_tag(book: Book) -> dict[str, list[Entry]]:
    """Issues and notebooks by tag: tags by name, in each the newest issue first, and an issue
    before its notebooks."""
    tags: dict[str, list[Entry]] = {}
    for issue in book.issues:
        for page in (issue, *(notebook for _, notebook in book.notebooks_of(issue))):
            entry = Entry(f"/{page.docname}", page.title, page.kind, issue.front["issue"])
            for tag in page.front["tags"]:
                tags.setdefault(tag, []).append(entry)
    return dict(sorted(tags.items(), key=lambda pair: (pair[0].casefold(), pair[0])))


def anchor(tag: str) -> str:
    """A tag's anchor. It depends on nothing but the tag, so it stays for ever: what a plain slug
    would lose ('C' and 'C++') is told apart by a digest."""
    slug = re.sub(r"[^a-z0-9]+", "-", tag.casefold()).strip("-")
    if slug.replace("-", " ") == tag.replace("-", " "):
        return f"tag-{slug}"
    return "-".join(filter(None, ("tag", slug, hashlib.sha256(tag.encode()).hexdigest()[:6])))


def pages(book: Book) -> dict[str, str]:
    """The page of each tag that has more entries than the archive shows, by its docname."""
    return {
        f"{PAGE}/{anchor(tag)}": generated_page(
            f"Tag: {tag}",
            f"All issues and companion notebooks with the tag {tag}.",
            TagPage(entries),
        )
        for tag, entries in by_tag(book).items()
        if len(entries) > ENTRIES_SHOWN
    }
