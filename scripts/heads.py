"""What machines read in a page's head: address, description, cards of social networks.

Pure: a book and its runs in, plain data for the templates out (see `scripts/site/navigation.py`).
"""

from __future__ import annotations

from typing import Any

from scripts.book.model import Book, Page
from scripts.core.record import Runs
from scripts.linked import linked
from scripts.shelf import Shelf
from scripts.social import SIZE, Card

NOINDEX = "noindex"


def heads(book: Book, runs: Runs, *, public: bool) -> dict[str, dict[str, Any]]:
    """Each page's head, by docname. Pages of a trial build (``public`` is false: another profile,
    a part of the book, a preview) ask robots to forget them."""
    shelf = Shelf(book, runs)
    return {page.docname: head(shelf, page, public) for page in book.pages}


def head(shelf: Shelf, page: Page, public: bool) -> dict[str, Any]:
    """Description, canonical address, word to robots, ``meta`` elements as (attribute, name,
    content), and JSON-LD of one page."""
    address = shelf.address(page)
    return {
        "description": shelf.description(page),
        "canonical": address,
        "robots": "" if public and not page.lost else NOINDEX,
        "meta": meta(shelf, page) if address else [],
        "data": linked(shelf, page) if address else None,
    }


def meta(shelf: Shelf, page: Page) -> list[tuple[str, str, str]]:
    """OpenGraph, and the two names that Twitter's cards have no OpenGraph name for."""
    site = shelf.book.addresses.site
    image, alt = f"{site}/{shelf.card(page)}", Card.of(shelf, page).alt
    article = page.kind != "page"
    found = [
        ("og:type", "article" if article else "website"),
        ("og:site_name", shelf.book.title),
        ("og:title", page.title),
        ("og:description", shelf.description(page)),
        ("og:url", shelf.address(page)),
        ("og:image", image),
        ("og:image:type", "image/png"),
        ("og:image:width", str(SIZE[0])),
        ("og:image:height", str(SIZE[1])),
        ("og:image:alt", alt),
    ]
    if article:
        front = page.front
        found += [
            ("article:published_time", front["date"]),
            ("article:modified_time", front.get("updated", front["date"])),
            *(("article:tag", tag) for tag in front["tags"]),
        ]
    twitter = [
        ("twitter:card", "summary_large_image"),
        ("twitter:title", page.title),
        ("twitter:description", shelf.description(page)),
        ("twitter:image", image),
        ("twitter:image:alt", alt),
    ]
    return [("property", *pair) for pair in found] + [("name", *pair) for pair in twitter]
