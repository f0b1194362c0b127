"""llms.txt: what the book holds, for programs that read text."""

from __future__ import annotations

from collections.abc import Iterable

from scripts.book.model import Book, Page
from scripts.editions import openings
from scripts.editions.plain.inline import escape

Link = tuple[str, str, str]  # title, address, description


def llms(title: str, summary: str, sections: Iterable[tuple[str, list[Link]]]) -> str:
    """llms.txt after llmstxt.org: a title, a summary, and lists of links under headings."""
    parts = [f"# {title}", f"> {' '.join(summary.split())}"]
    for heading, links in sections:
        if links:
            lines = [
                f"- [{escape(name)}]({url})" + (f": {' '.join(about.split())}" if about else "")
                for name, url, about in links
            ]
            parts += [f"## {heading}", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def llms_of(book: Book, listed: list[tuple[Page, str]]) -> str:
    """The file of a book; ``listed`` are the pages of the Markdown edition, with their names."""
    kinds = {"issue": "Issues", "notebook": "Companion notebooks", "page": "Pages"}
    sections = []
    for kind, heading in kinds.items():
        links = [
            (
                page.title,
                f"{book.addresses.site}/markdown/{name}.md".lstrip("/"),
                str(page.front.get("description") or ""),
            )
            for page, name in listed
            if page.kind == kind
        ]
        sections.append((heading, links))
    return llms(book.title, openings.summary(book), sections)
