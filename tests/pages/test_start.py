"""The page for those who learn: notebooks by level, each behind those that teach what it needs."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from scripts.book.checks import learning
from scripts.book.front_matter import LEVELS
from scripts.book.model import Book, Item, Page, page_of
from scripts.core.addresses import Addresses
from scripts.core.problems import Place
from scripts.editions import tables
from scripts.pages.lists.start import start


def book(**notebooks: tuple[str, list[str]]) -> Book:
    """An issue with notebooks, each with its level and its ``after``."""
    items = tuple(Item(f"i001-{name}", "", "", "", 1, 2) for name in notebooks)
    issue = page_of("i.md", "i", "issue", "", {"title": "I", "issue": 1}, items=items)
    return Book(
        Path(),
        {},
        (issue, *map(notebook, notebooks.items())),
        Addresses("https://example.org/", "", ""),
    )


def notebook(named: tuple[str, tuple[str, list[str]]]) -> Page:
    name, (level, after) = named
    front = {
        "title": name.upper(), "description": "D", "item": f"i001-{name}", "level": level,
        "after": after, "prerequisites": ["sums"] if after else [],
    }  # fmt: skip
    places = {f"after.{k}": Place(10 + k) for k in range(len(after))} | {"after": Place(9)}
    return page_of(f"n/{name}.md", f"n/{name}", "notebook", "", front, places=places)


def names(given: Book) -> list[str]:
    return [page.name for page in learning.in_order(given)]


def test_easier_levels_come_first_and_teachers_before_their_pupils() -> None:
    given = book(
        d=("advanced", ["c"]), c=("beginner", ["b"]), b=("beginner", ["a"]), a=("beginner", []),
        e=("beginner", []),
    )  # fmt: skip
    assert not [*learning.wrong(given)]
    assert names(given) == ["a", "b", "c", "e", "d"]
    data = start(given, {})
    assert [(level.level, len(level.lessons)) for level in data.levels] == [
        ("beginner", 4), ("advanced", 1),
    ]  # fmt: skip
    assert [place.title for place in data.levels[1].lessons[0].after] == ["C"]


@pytest.mark.parametrize("seed", range(20))
def test_any_order_in_the_book_gives_an_order_to_learn_in(seed: int) -> None:
    dice, notebooks = random.Random(seed), dict[str, tuple[str, list[str]]]()
    for k in range(20):  # each may build upon those before it that are no harder
        level = dice.choice(LEVELS)
        easier = [
            n for n, (its, _) in notebooks.items() if LEVELS.index(its) <= LEVELS.index(level)
        ]
        notebooks[f"n{k}"] = level, dice.sample(easier, min(len(easier), dice.randrange(4)))
    shuffled = dict(dice.sample([*notebooks.items()], len(notebooks)))
    given = book(**shuffled)
    assert not [*learning.wrong(given)]
    order = names(given)
    assert sorted(order) == sorted(notebooks)
    assert all(
        order.index(t) < order.index(n) for n, (_, after) in notebooks.items() for t in after
    )
    levels = [LEVELS.index(notebooks[name][0]) for name in order]
    assert levels == sorted(levels)


def test_names_circles_and_harder_teachers_are_problems() -> None:
    given = book(
        averages=("beginner", ["averagse"]), a=("beginner", ["b"]), b=("beginner", ["c"]),
        c=("beginner", ["b"]), easy=("beginner", ["averages", "hard"]), hard=("advanced", []),
    )  # fmt: skip
    found = {(p.path, p.line): f"{p.what} {p.right}" for p in learning.wrong(given)}
    assert set(found) == {
        ("n/averages.md", 10), ("n/b.md", 9), ("n/c.md", 9), ("n/easy.md", 11),
    }  # fmt: skip
    assert "Did you mean 'averages'?" in found["n/averages.md", 10]
    assert "b after c after b" in found["n/b.md", 9], "a only leads into the circle"
    assert "harder" in found["n/easy.md", 11]
    assert sorted(names(given)) == ["a", "averages", "b", "c", "easy", "hard"], "nothing hangs"


def test_page_says_what_is_known_and_where_it_is_taught(built: Path) -> None:
    soup = BeautifulSoup((built / "_build/html/start.html").read_bytes(), "html.parser")
    section = soup.select_one("section#beginner")
    assert section and section.select_one("h2")
    assert [a["href"] for a in section.select(".card-title a")] == ["notebooks/averages.html"]
    assert "Taken for known: arithmetic." in " ".join(section.text.split())


def test_markdown_has_the_same_order() -> None:
    given = book(b=("beginner", ["a"]), a=("beginner", []))
    text = tables.WRITTEN[type(start(given, {}))](given, start(given, {}))
    assert text.startswith("## Beginner\n\n- [A]")
    assert "Taken for known: sums. Read first: [A](" in text
