"""Where to start: all companion notebooks, the easier ones first, each behind those that teach what
it takes for known."""

from __future__ import annotations

from scripts.book.checks.learning import in_order
from scripts.book.front_matter import LEVELS
from scripts.book.model import Book, Page
from scripts.core.page_data.lists import Lesson, LevelOfLessons, Start
from scripts.core.record import Runs
from scripts.pages.headers import companion, teachers


def start(book: Book, runs: Runs) -> Start:
    """The page: the levels that have notebooks."""
    lessons = [_lesson(book, runs, page) for page in in_order(book)]
    levels = ((level, [one for one in lessons if one.card.level == level]) for level in LEVELS)
    return Start([LevelOfLessons(*each) for each in levels if each[1]])


def _lesson(book: Book, runs: Runs, page: Page) -> Lesson:
    needed = page.front.get("prerequisites") or []
    return Lesson(companion(book, runs, page), needed, teachers(book, page))
