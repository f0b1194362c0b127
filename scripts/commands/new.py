"""Start the next issue, a companion notebook or a translation; nothing is written over."""

from __future__ import annotations

import datetime

from scripts.book.config import TOC
from scripts.commands.check import load
from scripts.core.files import write_atomic
from scripts.core.options import Options
from scripts.drafts.scaffold import Draft, companion, next_issue
from scripts.drafts.translation import translation as translated
from scripts.execution.frozen import issue_of
from scripts.execution.progress import Tell


def new_page(
    options: Options, date: datetime.date, issue: int, tell: Tell, *,
    notebook: str, item: str, translation: str, title: str,
) -> None:  # fmt: skip
    """Write the issue after the newest, or the ``notebook`` of this name of an item, or the
    ``translation`` of an ``issue`` (0: the newest) into this language, and name it in the contents.
    Raises `BookError`."""
    book = load(options.root)
    if notebook:
        draft = companion(book, notebook, item, date, title)
    elif translation:
        newest = book.issues[0].front["issue"] if book.issues else 0
        draft = translated(book, issue_of(book, issue or newest), translation, date)
    else:
        draft = next_issue(book, date, title)
    place(options, draft, tell)


def place(options: Options, draft: Draft, tell: Tell) -> None:
    """Write what is new, the contents last: until then no build asks for it."""
    for path, text in draft.files.items():
        write_atomic(options.root / path, text)
        tell(f"{path} is new")
    write_atomic(options.root / TOC, draft.toc)
    tell(f"{TOC} names it; see it with: make preview")
