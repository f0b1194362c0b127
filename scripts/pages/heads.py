"""What machines read in a page's head: address, description, cards of social networks.

Pure: a book and its runs in, plain data for the templates out (see `scripts/site/page_context.py`).
"""

from __future__ import annotations

from scripts.book.checks.translations import original_of, translations_of
from scripts.book.model import Book, Page
from scripts.core.page_data.frame import Head
from scripts.core.record import Runs
from scripts.pages.cards import SIZE, Card, card_path
from scripts.pages.downloads import downloads
from scripts.pages.linked_data import linked_data

NOINDEX = "noindex"


def heads(book: Book, runs: Runs, *, public: bool) -> dict[str, Head]:
    """Each page's head, by docname. Pages of a trial build (``public`` is false: another profile,
    a part of the book, a preview) ask robots to forget them."""
    return {page.docname: head(book, runs, page, public) for page in book.pages}


def head(book: Book, runs: Runs, page: Page, public: bool) -> Head:
    """Description, canonical address, word to robots, ``meta`` elements as (attribute, name,
    content), and JSON-LD of one page."""
    address = book.address(page)
    return Head(
        description=book.description(page),
        canonical=address,
        robots="" if public and not page.lost else NOINDEX,
        languages=languages(book, page) if address else [],
        meta=meta(book, runs, page) if address else [],
        data=linked_data(book, runs, page) if address else None,
    )


def languages(book: Book, page: Page) -> list[tuple[str, str]]:
    """A page and what it is a translation of or has as translations: language and address, the
    original's also for readers of any other language."""
    original = original_of(book, page) or page
    every = [original, *translations_of(book, original)]
    if len(every) == 1:
        return []
    found = [(book.language_of(each), book.address(each)) for each in every]
    return [*found, ("x-default", book.address(original))]


def meta(book: Book, runs: Runs, page: Page) -> list[tuple[str, str, str]]:
    """OpenGraph, and the two names that Twitter's cards have no OpenGraph name for."""
    site = book.addresses.site
    image, alt = f"{site}/{card_path(page)}", Card.of(book, runs, page).alt
    article = page.kind != "page"
    found = [
        ("og:type", "article" if article else "website"),
        ("og:site_name", book.title),
        ("og:title", page.title),
        ("og:description", book.description(page)),
        ("og:url", book.address(page)),
        *([("og:locale", book.language_of(page).replace("-", "_"))] if page.translates else []),
        ("og:image", image),
        ("og:image:type", "image/png"),
        ("og:image:width", str(SIZE[0])),
        ("og:image:height", str(SIZE[1])),
        ("og:image:alt", alt),
    ]
    if article:
        found += [
            ("article:published_time", page.published),
            ("article:modified_time", page.changed),
            *(("article:tag", tag) for tag in page.front["tags"]),
        ]
    twitter = [
        ("twitter:card", "summary_large_image"),
        ("twitter:title", page.title),
        ("twitter:description", book.description(page)),
        ("twitter:image", image),
        ("twitter:image:alt", alt),
    ]
    named = [*twitter, *(cited(book, page) if article else [])]
    return [("property", *pair) for pair in found] + [("name", *pair) for pair in named]


def cited(book: Book, page: Page) -> list[tuple[str, str]]:
    """Who wrote a page and how to cite it, by the names that Google Scholar and Zotero read: a
    notebook belongs to its issue, and an issue's PDF to the issue."""
    issue = page if page.kind == "issue" else book.issue_of(page)
    authors = [author["name"] for author in page.front["authors"]]
    found = [
        ("author", ", ".join(authors)),
        ("citation_title", page.title),
        *(("citation_author", name) for name in authors),
        ("citation_publication_date", page.published.replace("-", "/")),
        ("citation_journal_title", book.title),
        *([("citation_issue", str(issue.front["issue"]))] if issue else []),
        ("citation_language", book.language_of(page)),
        ("citation_keywords", "; ".join(page.front["tags"])),
        ("citation_fulltext_html_url", book.address(page)),
    ]
    if page.kind == "issue" and not page.translates:
        pdf = f"{book.addresses.site}/{downloads(book, page)[0].file}"
        found.append(("citation_pdf_url", pdf))
    return found
