"""Related pages: alike, few, and not linked anyway."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archives import book

from scripts.book.model import Book, Item, Page, page_of
from scripts.core.addresses import Addresses
from scripts.core.page_data.lists import Related
from scripts.pages import related


def about(name: str, title: str, issue: str = "", **front: Any) -> Page:
    kind = "issue" if not issue else "notebook"
    values = {"title": title, "description": "", "tags": [], "date": "2020-01-05", **front}
    items = (Item(f"{name}-item", "", "", "", 1, 2),) if kind == "issue" else ()
    values |= {"issue": int(name[1:])} if kind == "issue" else {"item": issue}
    return page_of(f"{name}.md", name, kind, "", values, items=items)


def names_of(found: Related) -> list[str]:
    return [entry.page for entry in found.pages]


def test_related_pages_are_alike_and_not_linked_anyway() -> None:
    pages = (
        about("i1", "Hashing attention in transformers"),
        about("a", "Attention sorted by hashing", "i1-item"),
        about("i2", "Weather forecasts"),
        about("b", "Attention with reversible transformers", "i2-item"),
    )
    near = related.related(Book(Path(), {}, pages, Addresses("", "", "")))
    assert names_of(near["a"]) == ["/b"], "not its own issue"
    assert names_of(near["i1"]) == ["/b"], "not its own notebook"
    assert names_of(near["b"]) == ["/i1", "/a"]
    assert "i2" not in near, "nothing is like it"


def test_related_pages_do_not_hang_on_prose_and_are_few() -> None:
    given, _ = book(30)
    near = related.related(given)
    assert {len(found.pages) for found in near.values()} == {related.PAGES_SHOWN}
    edited = Book(
        given.root, {},
        tuple(page_of(p.path, p.docname, p.kind, "# T\n\nOther words.\n", p.front, items=p.items)
              for p in given.pages),
        given.addresses,
    )  # fmt: skip
    assert related.related(edited) == near
    assert related.related(Book(Path(), {}, (), given.addresses)) == {}
