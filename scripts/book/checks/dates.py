"""Days that can't be: in what follows upon another, or beyond all reason."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import partial
from typing import Any

from scripts.book.model import Book, Page
from scripts.core.problems import Problem
from scripts.core.words import date_of

# What a page says of itself: a day, and those that it doesn't come before.
ORDER = {"edition": ("original.date", "date"), "updated": ("date", "edition")}
FIRST = 1900  # a year before is a slip
AHEAD = datetime.timedelta(days=366)  # an issue may be planned


def wrong(book: Book, today: datetime.date | None = None) -> Iterator[Problem]:
    """Days of front matters that stand in no order, or lie too far off; ``today`` is for tests."""
    last = (today or datetime.date.today()) + AHEAD
    for page in (*book.issues, *book.notebooks):
        say = partial(Problem.at, page.path)
        for later, others in ORDER.items():
            second = _day(page, later)
            firsts = [(day, key) for key in others if (day := _day(page, key))]
            if second and firsts and second < max(firsts)[0]:
                first, earlier = max(firsts)
                what = f"'{later}' ({second}) is before '{earlier}' ({first})"
                yield say(page.place(later), what, "One of the two days is another one.")
        for key in ("date", "edition", "updated", "original.date"):
            day = _day(page, key)
            if day and (day > last or day.year < FIRST):
                off = "more than a year ahead" if day > last else f"before the year {FIRST}"
                yield say(page.place(key), f"'{key}' ({day}) is {off}", "Look at its year.")


def _day(page: Page, key: str) -> datetime.date | None:
    found: Any = page.front
    for part in key.split("."):
        found = (found or {}).get(part)
    return date_of(str(found)) if found else None
