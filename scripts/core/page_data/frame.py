"""The data of what stands around a page's text: the site's frame and the heads of pages.

One JSON file in the staged tree, which `pages` writes and `site` reads; a plain ``jupyter-book
build .`` has none, and shows less.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from scripts.core.page_data.headers import Credit

FILE = "_newsletter.json"  # in the staged tree


@dataclass(frozen=True)
class PageName:
    """A page as a link names it."""

    page: str
    title: str


@dataclass(frozen=True)
class IssueName:
    """An issue as a link names it; ``languages``: its translations' pages."""

    page: str
    title: str
    number: int
    date: str
    languages: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Repository:
    """Where sources are and errors are reported; ``path``: that of the book in it."""

    address: str
    branch: str
    path: str


@dataclass(frozen=True)
class Head:
    """What machines read in a page's head: ``languages`` that it is there in, with their addresses,
    ``meta`` elements as (attribute, name, content), and JSON-LD."""

    description: str
    canonical: str
    robots: str
    languages: list[tuple[str, str]] = field(default_factory=list)
    meta: list[tuple[str, str, str]] = field(default_factory=list)
    data: dict[str, Any] | None = None


@dataclass(frozen=True)
class FeedLink:
    """A feed of the newsletter; ``path`` below the site's root. ``label``: where people are
    offered it, too."""

    path: str
    type: str
    title: str
    label: str = ""


@dataclass(frozen=True)
class Frame:
    """What stands around pages: issues, the newest first, the notebooks of each by its page, other
    pages in the order of the contents, the source and the head of each page by docname; what was
    rebuilt of each issue and how much of it held, by docname.
    ``public``: no trial build."""

    issues: list[IssueName] = field(default_factory=list)
    notebooks: dict[str, list[PageName]] = field(default_factory=dict)
    about: list[PageName] = field(default_factory=list)
    credit: Credit | None = None
    repository: Repository | None = None
    sources: dict[str, str] = field(default_factory=dict)
    heads: dict[str, Head] = field(default_factory=dict)
    feeds: list[FeedLink] = field(default_factory=list)
    statements: dict[str, str] = field(default_factory=dict)
    public: bool = True

    @cached_property
    def owners(self) -> dict[str, IssueName]:
        """The issue of each page that belongs to one: itself, or that of a companion notebook."""
        return {
            page: issue
            for issue in self.issues
            for page in (
                issue.page,
                *issue.languages,
                *(n.page for n in self.notebooks.get(issue.page, [])),
            )
        }


def read_frame(folder: Path) -> Frame:
    """The frame of a staged tree; an empty one where there is none."""
    path = folder / FILE
    return msgspec.json.decode(path.read_bytes(), type=Frame) if path.is_file() else Frame()
