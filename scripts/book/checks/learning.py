"""Which notebooks teach what another one takes for known: ``after:`` in its front matter."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.book.front_matter import LEVELS
from scripts.book.model import Book, Page
from scripts.core.problems import Problem, did_you_mean


def taught_by(book: Book, page: Page) -> list[Page]:
    """The notebooks that a notebook's ``after`` names, in the book's order."""
    names = page.front.get("after") or []
    return [other for other in book.notebooks if other.name in names]


def in_order(book: Book) -> list[Page]:
    """All notebooks, the easier level first; each behind those that it builds upon, else as in
    the book. What builds upon itself, by whatever way, is left where the book has it."""
    waiting = sorted(book.notebooks, key=lambda page: LEVELS.index(page.front["level"]))
    order: list[Page] = []
    while waiting:
        ready = (p for p in waiting if not any(other in waiting for other in taught_by(book, p)))
        order.append(next(ready, waiting[0]))
        waiting.remove(order[-1])
    return order


def wrong(book: Book) -> Iterator[Problem]:
    """Names that no notebook has, notebooks that build upon harder ones, and circles."""
    known = {page.name: page for page in book.notebooks}
    for page in book.notebooks:
        for place, name in enumerate(page.front.get("after") or []):
            at = page.place(f"after.{place}")
            if name not in known:
                what = f"'after' names '{name}', and no notebook has this name"
                yield Problem.at(page.path, at, what, did_you_mean(name, known))
            elif _level(known[name]) > _level(page):
                what = f"'after' names '{name}', which is harder than this notebook"
                right = "A notebook builds upon those of its own level or of an easier one."
                yield Problem.at(page.path, at, what, right)
        if circle := _circle(book, page):
            right = "Take one of these names out."
            what = f"by its 'after' this notebook builds upon itself: {' after '.join(circle)}"
            yield Problem.at(page.path, page.place("after"), what, right)


def _level(page: Page) -> int:
    return LEVELS.index(page.front["level"])


def _circle(book: Book, page: Page) -> list[str]:
    """A way from a notebook back to itself, by names; none if there is no such way."""
    ways, seen = [[page]], set[str]()
    for way in ways:  # grows while it is walked
        for other in taught_by(book, way[-1]):
            if other.name == page.name:
                return [p.name for p in (*way, page)]
            if other.name not in seen:
                seen.add(other.name)
                ways.append([*way, other])
    return []
