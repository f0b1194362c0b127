"""Tags that are nearly another one in use: who follows the one misses the pages of the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile

from scripts.book.model import Book
from scripts.core.problems import Problem

SHORTEST = 5  # letters of a tag in which one can be a slip; of shorter ones many differ by one
ENOUGH = 2  # pages with the other tag


def wrong(book: Book) -> Iterator[Problem]:
    """Of two tags that are one but for case, hyphens, a plural or a slip, the one that fewer pages
    have."""
    pages = [*reversed(book.issues), *book.notebooks]  # the oldest issue first
    used = Counter(tag for page in pages for tag in page.front.get("tags") or ())
    order = sorted(used, key=lambda tag: -used[tag])  # of like ones the first in use
    instead: dict[str, str] = {}
    index: dict[str, list[str]] = {}  # tags that may be meant, by all that they are close to
    for tag in order:
        near = {other: None for key in _keys(tag) for other in index.get(key, ())}
        for other in sorted(near, key=order.index):
            slip = used[other] >= max(ENOUGH, used[tag] + 1) and _slip(tag, other)
            if slip or _bare(tag) == _bare(other):
                instead.setdefault(tag, other)
        if tag not in instead:
            for key in _keys(tag):
                index.setdefault(key, []).append(tag)
    for page in pages:
        for number, tag in enumerate(page.front.get("tags") or ()):
            if tag in instead:
                what = f"the tag '{tag}' is nearly '{instead[tag]}', which is in use"
                yield Problem.at(
                    page.path, page.place(f"tags.{number}"), what, f"Write '{instead[tag]}'."
                )


def _keys(tag: str) -> set[str]:
    """What two tags that are nearly one have in common: all that is left of them without one
    letter. An archive may have thousands of tags: each is held against its neighbours only."""
    word = tag.casefold()
    return {_bare(tag), word, *(word[:n] + word[n + 1 :] for n in range(len(word)))}


def _bare(tag: str) -> str:
    """A tag without what doesn't tell two apart."""
    words = re.split(r"[\s_-]+", tag.casefold())
    return " ".join(re.sub(r"(?<=[^\Ws])s$", "", word) for word in words)


def _slip(tag: str, other: str) -> bool:
    """Whether two tags differ by one letter that is missing, another one, or in its neighbour's
    place. The first is no slip: 'tagging' and 'bagging' are two things."""
    one, two = tag.casefold(), other.casefold()
    first = _shared(one, two)
    one, two = one[first:], two[first:]
    last = _shared(one[::-1], two[::-1])
    one, two = one[: len(one) - last], two[: len(two) - last]
    few = (len(one) < 2 and len(two) < 2) or (len(one) == 2 and one == two[::-1])
    return few and first > 0 and len(tag) >= SHORTEST and (one + two).isalpha()


def _shared(one: str, two: str) -> int:
    """How many letters two words begin with together."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, two, strict=False)))
