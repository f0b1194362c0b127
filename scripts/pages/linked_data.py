"""Pages as linked data: schema.org's words, written into each page as JSON-LD.

An issue is a ``PublicationIssue`` based on the original, a companion notebook a
``LearningResource`` that is part of it, and each verdict a ``ClaimReview``. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from docutils.nodes import make_id

from scripts.book.checks.translations import original_of, translations_of
from scripts.book.model import Book, Page, checks_of
from scripts.core.record import Runs
from scripts.pages.cards import card_path

Node = dict[str, Any]

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
# Who is named as a group is no person.
GROUP = re.compile(r"\b(editors|authors|team|contributors)\b", re.I)


def linked_data(book: Book, runs: Runs, page: Page) -> Node:
    """The JSON-LD of one page; it must have an address."""
    if page.kind == "issue":
        found = [issue(book, page), trail(book, page)]
    elif page.kind == "notebook":
        found = [notebook(book, page), trail(book, page), *reviews(book, runs, page)]
    elif page.docname == book.home:
        found = home(book, page)
    else:
        about = {"@type": "WebPage", "@id": book.address(page), "name": page.title}
        found = [{**about, "description": book.description(page), "isPartOf": {"@id": _site(book)}}]
    return {"@context": "https://schema.org", "@graph": found}


def _site(book: Book) -> str:
    return f"{book.addresses.site}/#site"


def _periodical(book: Book) -> str:
    return f"{book.addresses.site}/#newsletter"


def home(book: Book, page: Page) -> list[Node]:
    """The site and the newsletter that it holds, with its issues."""
    common = {
        "name": book.title,
        "url": book.address(page),
        "description": book.description(page),
        "image": _card(book, page),
        "inLanguage": book.language_of(page),
    }
    issues = [{"@id": book.address(i)} for i in book.issues]
    return [
        {"@type": "WebSite", "@id": _site(book), **common, "about": {"@id": _periodical(book)}},
        {"@type": "Periodical", "@id": _periodical(book), **common, "license": LICENCE,
         "hasPart": issues},
    ]  # fmt: skip


def issue(book: Book, page: Page) -> Node:
    """An issue: its number, and the original that it is an edition of, if there is one."""
    original = page.front.get("original")
    based = {
        "@type": ["PublicationIssue", "Article"],
        "headline": original["title"],
        "author": {"@type": "Person", "name": original["author"]},
        "datePublished": original["date"],
        "url": original["url"],
    } if original else None  # fmt: skip
    return {
        "@type": ["PublicationIssue", "Article"],
        **_work(book, page),
        "issueNumber": page.front["issue"],
        "isPartOf": {"@type": "Periodical", "@id": _periodical(book), "name": book.title},
        **({"isBasedOn": based} if based else {}),
        **_languages(book, page),
        "hasPart": [{"@id": book.address(n)} for _, n in book.notebooks_of(page)],
    }


def _languages(book: Book, page: Page) -> Node:
    """Which work a translation is of, and an issue's translations."""
    original = original_of(book, page)
    if original is not None:
        return {"translationOfWork": {"@id": book.address(original)}}
    others = [{"@id": book.address(other)} for other in translations_of(book, page)]
    return {"workTranslation": others} if others else {}


def notebook(book: Book, page: Page) -> Node:
    """A companion notebook: for whom it is, its program, the works that it cites."""
    a, front = book.addresses, page.front
    language = str(front["kernelspec"]["language"]).capitalize()
    program = {
        "@type": "SoftwareSourceCode",
        "name": f"{page.name}.ipynb",
        "programmingLanguage": {"@type": "ComputerLanguage", "name": language},
        "runtimePlatform": "Jupyter",
        "encodingFormat": "application/x-ipynb+json",
        "url": f"{a.site}/downloads/notebooks/{page.name}.ipynb",
        "codeRepository": a.repository,
    }
    found = {
        "@type": ["LearningResource", "TechArticle"],
        **_work(book, page),
        "learningResourceType": "Notebook that runs",
        "educationalLevel": front["level"],
        "competencyRequired": front.get("prerequisites") or None,
        "hasPart": program,
        "citation": [work for key in front["bibliography"] if (work := book.bibliography.get(key))],
    }
    found["citation"] = [_cited(work) for work in found["citation"]] or None
    parent = book.issue_of(page)
    if parent is not None:
        found["isPartOf"] = {
            "@type": "PublicationIssue", "@id": book.address(parent), "name": parent.title,
            "issueNumber": parent.front["issue"],
        }  # fmt: skip
    return {key: value for key, value in found.items() if value is not None}


def reviews(book: Book, runs: Runs, page: Page) -> list[Node]:
    """Each claim with its verdict, at its place in the page."""
    address = book.address(page)
    return [
        {
            "@type": "ClaimReview",
            "url": f"{address}#{make_id(check.id)}",
            "claimReviewed": check.claim,
            "itemReviewed": {
                "@type": "Claim",
                "appearance": {"@type": "CreativeWork", "name": check.source},
            },
            "reviewRating": {"@type": "Rating", "alternateName": check.verdict},
            "author": {"@id": _periodical(book)},
            "datePublished": page.changed,
        }
        for check in checks_of(book, runs, page)
        if check.kind == "claim" and check.verdict != "not run"
    ]


def trail(book: Book, page: Page) -> Node:
    """The way from the home page."""
    pages = [book.pages[0], page]
    parent = book.issue_of(page)
    if parent is not None:
        pages.insert(1, parent)
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": n, "name": p.title, "item": book.address(p)}
            for n, p in enumerate(pages, 1)
        ],
    }


def _work(book: Book, page: Page) -> Node:
    """What every written work has."""
    address, front = book.address(page), page.front
    return {
        "@id": address,
        "url": address,
        "mainEntityOfPage": address,
        "headline": page.title,
        "name": page.title,
        "description": front["description"],
        "datePublished": page.published,
        "dateModified": page.changed,
        "author": [_author(author) for author in front["authors"]],
        "publisher": {"@type": "Organization", "name": book.title,
                      "url": f"{book.addresses.site}/"},
        "keywords": front["tags"],
        "image": _card(book, page),
        "inLanguage": book.language_of(page),
        "license": LICENCE,
        "isAccessibleForFree": True,
    }  # fmt: skip


def _author(author: Mapping[str, str]) -> Node:
    found: Node = {
        "@type": "Organization" if GROUP.search(author["name"]) else "Person",
        "name": author["name"],
    }
    if author.get("url"):
        found["url"] = author["url"]
    if author.get("affiliation"):
        found["affiliation"] = {"@type": "Organization", "name": author["affiliation"]}
    return found


def _cited(work: Mapping[str, str]) -> Node:
    """A work of the bibliography; its authors as the text names them."""
    found = {
        "@type": "CreativeWork",
        "name": work.get("title", ""),
        "creditText": work.get("author", ""),
        "datePublished": work.get("year", ""),
        "url": work.get("url", ""),
    }
    return {key: value for key, value in found.items() if value}


def _card(book: Book, page: Page) -> str:
    return f"{book.addresses.site}/{card_path(page)}"
