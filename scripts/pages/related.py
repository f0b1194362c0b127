"""Related pages: for each issue and companion notebook the few others that are most like it.

Likeness is the cosine of two pages' TF-IDF vectors. Only what a page says about itself counts
(title, description, tags, and an issue's headings), not its prose: so an edit of the text changes
no other page, and a new page is rendered into the few that it is closest to. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from scripts.book.model import Book, Page
from scripts.core.memo import remember
from scripts.core.page_data import lists
from scripts.core.page_data.lists import Related

PAGES_SHOWN = 3
ALIKE = 0.05  # a cosine below this is chance: two pages that share one ordinary word
COMMON = 1000  # a word on more pages than this tells nothing apart, and would cost most
CHUNK = 1000  # pages compared with all others at once
DIGITS = 6  # of a cosine; closer ones are equal, on every machine


@dataclass(frozen=True)
class Entry:
    """A page as it is compared: ``family`` is the docname of its issue."""

    page: Page
    family: str
    issue: int
    text: str


def entries(book: Book) -> list[Entry]:
    """Issues, the newest first, each followed by its notebooks."""
    found = []
    for issue in book.issues:
        number = int(issue.front["issue"])
        pairs = book.notebooks_of(issue)
        headings = " ".join(item.title for item in issue.items)
        found.append(Entry(issue, issue.docname, number, f"{_about(issue)} {headings}"))
        found += [Entry(page, issue.docname, number, _about(page)) for _, page in pairs]
    return found


def _about(page: Page) -> str:
    """Title and tags, which were chosen with care, count twice."""
    chosen = " ".join([page.title, *page.front["tags"]])
    return f"{chosen} {chosen} {page.front['description']}"


def related(book: Book) -> dict[str, Related]:
    """The related pages of each page by docname."""
    found = entries(book)
    result: dict[str, Related] = {}
    question = [(entry.page.docname, entry.family, entry.text) for entry in found]
    places = remember("related", question, lambda: list(_nearest(found)))
    for entry, near in zip(found, places, strict=True):
        if near:
            result[entry.page.docname] = Related(
                [
                    lists.Entry(f"/{o.page.docname}", o.page.title, o.page.kind, o.issue)
                    for o in (found[place] for place in near)
                ]
            )
    return result


def _nearest(found: list[Entry]) -> Iterator[list[int]]:
    """For each entry the places of the most alike ones, in the order of the book, which also
    decides between equals: by likeness, every new page would turn the lists of others over, as it
    makes some words a little less rare."""
    # Imported here: it takes a second, which `check` and `why` need not wait for.
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(
        stop_words="english", sublinear_tf=True, max_df=COMMON if len(found) > COMMON else 1.0
    )
    try:
        vectors = words.fit_transform([entry.text for entry in found])
    except ValueError:  # no words at all
        yield from ([] for _ in found)
        return
    for start in range(0, len(found), CHUNK):
        likeness = (vectors[start : start + CHUNK] @ vectors.T).tocsr()
        for row, entry in enumerate(found[start : start + CHUNK]):
            place = slice(likeness.indptr[row], likeness.indptr[row + 1])
            cosines, places = likeness.data[place].round(DIGITS), likeness.indices[place]
            ranked = np.lexsort((places, -cosines))
            alike = (int(places[i]) for i in ranked if cosines[i] >= ALIKE)
            shown = islice((at for at in alike if not _linked(entry, found[at])), PAGES_SHOWN)
            yield sorted(shown)


def _linked(one: Entry, other: Entry) -> bool:
    """Whether a page is the other, or links to it anyway: an issue and its notebooks do."""
    same = one.family == other.family
    return one is other or (same and "issue" in (one.page.kind, other.page.kind))
