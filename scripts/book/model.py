"""A book as plain data: what `read` makes of a root folder and every later stage takes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from nbformat import NotebookNode

from scripts.book.kept.runs import Recorded
from scripts.book.kept.verdicts import History
from scripts.book.outline import Label, Outline, is_full_size, labels, outline
from scripts.book.statistics import Counts, count
from scripts.core.addresses import Addresses
from scripts.core.problems import Place, Problem
from scripts.core.record import Check, Run, Runs, Tried
from scripts.core.untrusted.yaml_data import Yaml

Kind = Literal["issue", "notebook", "page"]
SWITCH = re.compile(r"\n?^full_size = False\b[^\n]*", re.M)  # the parameter that a full run sets


@dataclass(frozen=True)
class Correction:
    """What the original said wrongly or left out, with the anchor of the item in which it stands.
    ``kind`` is one of `page_data.directives.CORRECTIONS`, if it is in order."""

    anchor: str
    kind: str
    text: str  # MyST Markdown
    line: int


def without_language(anchor: str) -> str:
    """The anchor of an item as it is in every language: ``i002-reformer``."""
    return re.sub(r"\A[a-z]{2}-(?=i[0-9])", "", anchor)


@dataclass(frozen=True)
class Item:
    """One entry of an issue. Lines are 1-based; ``end`` is the line after its last."""

    anchor: str
    title: str
    section: str
    section_anchor: str
    line: int
    end: int

    @property
    def name(self) -> str:
        """What it is about: its title up to a colon."""
        return self.title.partition(":")[0]

    @property
    def original(self) -> str:
        """Its anchor without a language: the same in an issue and in its translations."""
        return without_language(self.anchor)


@dataclass(frozen=True)
class Page:
    """One source file of the book.

    ``path`` is relative to the root with forward slashes; ``docname`` is it without its suffix.
    ``notebook`` is None for a page without code cells; ``cell_lines`` holds, for each of its
    cells, the 1-based line in the source at which the cell's text begins (empty for .ipynb).
    """

    path: str
    docname: str
    kind: Kind
    text: str
    front: dict[str, Any]
    places: dict[str, Place] = field(default_factory=dict)  # of its head's keys, nested ones dotted
    notebook: NotebookNode | None = None
    cell_lines: tuple[int, ...] = ()
    items: tuple[Item, ...] = ()
    corrections: tuple[Correction, ...] = ()
    outline: Outline = field(default_factory=Outline)  # what it offers to others and asks of them
    labels: dict[str, Label] = field(default_factory=dict)
    counts: Counts | None = None  # of an issue: its reading statistics and its outcomes
    versions: dict[str, str] = field(default_factory=dict)  # of its items (`checks.translations`)

    @property
    def name(self) -> str:
        """The stem, which is the notebook's name: ``reformer``."""
        return self.docname.rsplit("/", 1)[-1]

    @property
    def title(self) -> str:
        return str(self.front.get("title") or self.name)

    def place(self, key: str) -> Place:
        """Where a key of the front matter stands, or its nearest one, or the page's first line."""
        found = Yaml(places=self.places).place(key)
        return found if found.line else Place(1)

    @property
    def code_lines(self) -> list[int]:
        """1-based source line of each code cell (0 where it isn't known)."""
        cells = self.notebook.cells if self.notebook is not None else []
        lines = self.cell_lines or (0,) * len(cells)
        pairs = zip(lines, cells, strict=True)
        return [line for line, cell in pairs if cell.cell_type == "code"]

    @property
    def sources(self) -> list[str]:
        """The code of each code cell."""
        cells = self.notebook.cells if self.notebook is not None else []
        return [cell.source for cell in cells if cell.cell_type == "code"]

    @property
    def small_sources(self) -> list[str]:
        """The code of each code cell without what a full run alone does: cells tagged `full-size`,
        and the line of the parameter that switches them on."""
        cells = self.notebook.cells if self.notebook is not None else []
        small = (c.source for c in cells if c.cell_type == "code" and not is_full_size(c))
        return [SWITCH.sub("", source) for source in small]

    @property
    def published(self) -> str:
        """The day on which this edition appeared, which may be later than its original's; '' where
        nothing is said."""
        return str(self.front.get("edition") or self.front.get("date") or "")

    @property
    def translates(self) -> str:
        """The docname of the issue that this page has in another language, or ''."""
        return str(self.front.get("translates") or "") if self.kind == "issue" else ""

    @property
    def changed(self) -> str:
        """The day of its last change, or that of its publication."""
        return str(self.front.get("updated") or self.published)

    @property
    def lost(self) -> bool:
        """Whether it is what a server shows for an unknown address. (Issue 404 is not.)"""
        return self.docname == "404"


def page_of(
    path: str, docname: str, kind: Kind, text: str, front: dict[str, Any], **more: Any
) -> Page:
    """A page with all that follows from its text; ``more`` as `Page` has it."""
    page = Page(path, docname, kind, text, front, **more)
    return replace(
        page,
        outline=outline(text if path.endswith(".md") else ""),
        labels=labels(text, page.title, page.notebook),
        counts=count(text) if kind == "issue" else None,
    )


@dataclass(frozen=True)
class Rules:
    """What the toolchain does with a newsletter, and what with any other Jupyter Book: each is
    asked where it matters."""

    checked: bool  # sources are checked together before anything runs: schema, anchors, links
    strict: bool  # a warning of Sphinx, of the PDF or of the finished site stops the build
    filled: bool  # pages show the build's data, and pages are added that hold nothing else
    closed: bool  # pages run nothing of their own and ask no other host for anything
    published: bool  # learners' notebooks, claims, cards and sitemap belong to the site


NEWSLETTER = Rules(checked=True, strict=True, filled=True, closed=True, published=True)
ANY_BOOK = Rules(checked=False, strict=False, filled=False, closed=False, published=False)


@dataclass(frozen=True)
class Book:
    """Everything that was read: the configuration, the pages in toc order, the addresses."""

    root: Path
    config: dict[str, Any]
    pages: tuple[Page, ...]
    addresses: Addresses
    bibliography: dict[str, dict[str, str]] = field(default_factory=dict)
    recorded: dict[str, Recorded] = field(default_factory=dict)  # by the notebook's name
    unknown: list[Problem] = field(default_factory=list)  # keys that nobody reads: warnings
    # What became of planted bugs, by the notebook's name; None: not tried as they are now.
    tried: dict[str, Tried | None] = field(default_factory=dict)
    noted: dict[str, History] = field(default_factory=dict)  # past verdicts, by the claim's id
    entries: dict[str, tuple[str, Place]] = field(default_factory=dict)  # file, place of each work

    @property
    def title(self) -> str:
        return str(self.config.get("title") or self.root.name)

    @property
    def language(self) -> str:
        """That of the book's own words, such as `en`."""
        given = (self.config.get("sphinx") or {}).get("config") or {}
        return str(given.get("language") or "en")

    @property
    def home(self) -> str:
        """The docname of the home page, which the table of contents names first."""
        return self.pages[0].docname

    def address(self, page: Page) -> str:
        """The one public address of a page; '' where the book has none or the page wants none."""
        site = self.addresses.site
        if not site or page.lost:
            return ""
        return f"{site}/" if page.docname == self.home else self.addresses.page(page.docname)

    def description(self, page: Page) -> str:
        """A page's description, or its title with what the book is."""
        about = str(self.pages[0].front.get("description") or "")
        own = str(page.front.get("description") or "")
        return own or f"{page.title}. {about}".strip(" .") + "."

    @cached_property
    def rules(self) -> Rules:
        """Those of a newsletter if it has an issue or a companion notebook."""
        ours = any(page.kind != "page" for page in self.pages)
        return NEWSLETTER if ours else ANY_BOOK

    # Asked for every page, and a book may have thousands: each is worked out once.
    @cached_property
    def issues(self) -> list[Page]:
        """Newest first; translations are no issues of their own."""
        issues = [page for page in self.pages if page.kind == "issue" and not page.translates]
        return sorted(issues, key=lambda page: page.front["issue"], reverse=True)

    @cached_property
    def translations(self) -> list[Page]:
        """Issues in another language, in the order of the contents."""
        return [page for page in self.pages if page.translates]

    def language_of(self, page: Page) -> str:
        """That of a page's text, such as `en`."""
        return str(page.front.get("lang") or self.language)

    @cached_property
    def notebooks(self) -> list[Page]:
        return [page for page in self.pages if page.kind == "notebook"]

    def notebook_of(self, anchor: str) -> Page | None:
        """The companion notebook of an item, or None."""
        return self._notebook_by_item.get(anchor)

    def notebooks_of(self, issue: Page) -> list[tuple[Item, Page]]:
        """The items of an issue, or of its translation, that have a companion notebook, with it (no
        other page has any)."""
        return self._notebooks_by_issue.get(issue.docname, [])

    def issue_of(self, notebook: Page) -> Page | None:
        """The issue that holds a companion notebook's item, or None."""
        return self._issue_by_item.get(str(notebook.front.get("item")))

    def statistics(self, issue: Page) -> dict[str, Any]:
        """Reading statistics of an issue's prose (see `statistics`); not to be changed."""
        assert issue.counts is not None
        return issue.counts.numbers

    @cached_property
    def _notebooks_by_issue(self) -> dict[str, list[tuple[Item, Page]]]:
        known = {without_language(anchor): n for anchor, n in self._notebook_by_item.items()}
        return {
            page.docname: [(i, known[i.original]) for i in page.items if i.original in known]
            for page in (*self.issues, *self.translations)
        }

    @cached_property
    def _notebook_by_item(self) -> dict[str, Page]:
        return {str(page.front.get("item")): page for page in reversed(self.notebooks)}

    @cached_property
    def _issue_by_item(self) -> dict[str, Page]:
        return {item.anchor: issue for issue in reversed(self.issues) for item in issue.items}


def checks_of(book: Book, runs: Runs, page: Page) -> list[Check]:
    """The checks of a notebook; of an issue, those of its notebooks too."""
    return [check for run in runs_of(book, runs, page) for check in run.checks]


def runs_of(book: Book, runs: Runs, page: Page) -> list[Run]:
    """The run of a page; of an issue, those of its notebooks too."""
    pages = [page, *(notebook for _, notebook in book.notebooks_of(page))]
    return [runs[each.docname] for each in pages if each.docname in runs]
