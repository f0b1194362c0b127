"""Start the next issue or a companion notebook; nothing is written over."""

from __future__ import annotations

import datetime

from scripts.book.config import TOC
from scripts.commands.check import load
from scripts.core.files import write_atomic
from scripts.core.options import Options
from scripts.drafts.scaffold import Draft, companion, next_issue
from scripts.execution.progress import Tell


def new_issue(options: Options, date: datetime.date, title: str, tell: Tell) -> None:
    """Write the issue after the newest, and name it in the contents. Raises `BookError`."""
    place(options, next_issue(load(options.root), date, title), tell)


def new_notebook(
    options: Options, name: str, item: str, date: datetime.date, title: str, tell: Tell
) -> None:
    """Write a companion notebook of an item, and name it in the contents. Raises `BookError`."""
    place(options, companion(load(options.root), name, item, date, title), tell)


def place(options: Options, draft: Draft, tell: Tell) -> None:
    """Write what is new, the contents last: until then no build asks for it."""
    for path, text in draft.files.items():
        write_atomic(options.root / path, text)
        tell(f"{path} is new")
    write_atomic(options.root / TOC, draft.toc)
    tell(f"{TOC} names it; see it with: make preview")
