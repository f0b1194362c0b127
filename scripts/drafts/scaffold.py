"""The text of the next issue and of a companion notebook, from the templates beside it."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scripts.book.config import TOC
from scripts.book.kept.bugs import PLANTED
from scripts.book.model import Book, Item, Page
from scripts.core.problems import BookError, Problem, did_you_mean, read_text
from scripts.core.words import month
from scripts.drafts.contents import with_issue, with_section
from scripts.drafts.habits import escaped

# Sections of an issue where there is none before it that could show its own.
SECTIONS = ("Publications 📙", "Tools and Datasets ⚙️", "Articles and Blog posts ✍️")
NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Draft:
    """New files, text by path, and `_toc.yml` with their pages in it."""

    files: Mapping[str, str]
    toc: str


def next_issue(book: Book, date: datetime.date, title: str = "") -> Draft:
    """The issue after the newest. Raises `BookError` where the contents have no place for it."""
    number = next_number(book)
    return numbered(
        book, number, title=title or f"Issue {number}", date=date.isoformat(),
        description=f"Issue {number}, {month(date.isoformat())}.",
        sections=sections(book.issues[0] if book.issues else None),
    )  # fmt: skip


def next_number(book: Book) -> int:
    """The number of the next issue."""
    return book.issues[0].front["issue"] + 1 if book.issues else 1


def numbered(book: Book, number: int, **words: object) -> Draft:
    """The issue of this number from what is known of it: title, description, date, and its sections
    or its body. Raises `BookError`, see `next_issue`."""
    stem = f"{number:03}"
    path, docname = f"issues/{stem}.md", f"issues/{stem}"
    toc, problems = read_text(book.root / TOC, TOC)
    new = with_issue(toc or "", docname, book.issues[0].docname if book.issues else "")
    if new is None:
        right = f"Write '- file: {docname}' where it shall stand, and the page yourself."
        problems.append(Problem(TOC, 0, "there is no issue before which the next could go", right))
    problems += taken(book, path)
    if problems or new is None:
        raise BookError(problems)
    usual: dict[str, object] = {
        "body": "",
        "lang": "",
        "original": None,
        "tags": [],
        "sections": [],
    }
    known = {"number": number, "stem": stem, "authors": authors(book), "prefix": f"i{stem}"}
    return Draft({path: filled("issue.md", **usual | known | words)}, new)


def companion(book: Book, name: str, anchor: str, date: datetime.date, title: str = "") -> Draft:
    """A companion notebook of the item with this anchor, and a file with bugs planted in it. Raises
    `BookError` for a name that can't be one, an item that isn't there or has a notebook."""
    items = {item.anchor: (issue, item) for issue in book.issues for item in issue.items}
    free = [anchor for anchor in items if book.notebook_of(anchor) is None]
    problems: list[Problem] = []
    if not NAME.fullmatch(name):
        right = "Lower case letters, digits and underscores, such as attention_by_hashing."
        problems.append(Problem(f"notebooks/{name}.md", 0, "that can't be its name", right))
    if anchor not in items:
        what = f"no issue has an item '{anchor}'"
        problems.append(Problem("issues", 0, what, did_you_mean(anchor, free)))
    elif anchor not in free:
        issue, item = items[anchor]
        known = book.notebook_of(anchor)
        assert known is not None
        what = f"the item '{anchor}' has the notebook {known.path}"
        problems.append(Problem(issue.path, item.line, what, did_you_mean("", free)))
    planted = f"{PLANTED}/{name}.toml"
    problems += [*taken(book, f"notebooks/{name}.md"), *taken(book, planted)]
    if problems:
        raise BookError(problems)
    issue, item = items[anchor]
    words = {
        "title": title or item.title, "description": f"Companion notebook: {item.title}.",
        "number": issue.front["issue"], "stem": name, "item": anchor, "prefix": anchor,
        "date": date.isoformat(), "authors": authors(book), "book": book.title,
    }  # fmt: skip
    files = {
        f"notebooks/{name}.md": filled("notebook.md", **words),
        planted: filled("mutants.toml", **words),
    }
    return Draft(files, _with_notebook(book, issue, item, name))


def _with_notebook(book: Book, issue: Page, item: Item, name: str) -> str:
    """The contents with a notebook below its issue, in the order of the items."""
    toc, problems = read_text(book.root / TOC, TOC)
    before = [n.docname for i, n in book.notebooks_of(issue) if i.line < item.line]
    new = with_section(toc or "", f"notebooks/{name}", issue.docname, before)
    if new is None:
        right = f"Write '- file: notebooks/{name}' where it shall stand, and the page yourself."
        what = f"'{issue.docname}' has no line of its own"
        raise BookError([*problems, Problem(TOC, 0, what, right)])
    return new


def taken(book: Book, path: str) -> list[Problem]:
    """A file that is there already, whatever is in it."""
    there = (book.root / path).exists() or (book.root / path).is_symlink()
    right = "Nothing is written over: take another name, or move it away."
    return [Problem(path, 0, "it is there already", right)] if there else []


def authors(book: Book) -> list[dict[str, str]]:
    """Those of the newest issue, else the book's."""
    known = book.issues[0].front["authors"] if book.issues else None
    return known or [{"name": str(book.config.get("author") or "The editors")}]


def sections(newest: Page | None) -> list[dict[str, str]]:
    """Those of the newest issue that hold items, with anchors for the next."""
    pairs = {i.section: i.section_anchor for i in newest.items} if newest else {}
    prefix = f"i{newest.front['issue']:03}-" if newest else ""
    found = [
        {"title": title, "anchor": anchor.removeprefix(prefix)} for title, anchor in pairs.items()
    ]
    return found or [{"title": s, "anchor": s.split()[0].lower()} for s in SECTIONS]


def filled(name: str, **values: object) -> str:
    """A template with its values."""
    return _templates().get_template(name).render(values)


@cache
def _templates() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    # The text is Markdown and TOML, not HTML; what goes into YAML is quoted as JSON.
    made = Environment(
        loader=loader, undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    made.filters["plain"] = escaped
    made.filters["quoted"] = lambda value: json.dumps(value, ensure_ascii=False)
    return made
