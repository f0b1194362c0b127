"""Pages as linked data: schema.org's words, written into each page as JSON-LD.

An issue is a ``PublicationIssue`` based on the original, a companion notebook a
``LearningResource`` that is part of it, and each verdict a ``ClaimReview``. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from docutils.nodes import make_id

from scripts.book.model import Page
from scripts.shelf import Shelf

Node = dict[str, Any]

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
# Who is named as a group is no person.
GROUP = re.compile(r"\b(editors|authors|team|contributors)\b", re.I)


def linked(shelf: Shelf, page: Page) -> Node:
    """The JSON-LD of one page; it must have an address."""
    if page.kind == "issue":
        found = [issue(shelf, page), trail(shelf, page)]
    elif page.kind == "notebook":
        found = [notebook(shelf, page), trail(shelf, page), *reviews(shelf, page)]
    elif page.docname == shelf.home:
        found = home(shelf, page)
    else:
        about = {"@type": "WebPage", "@id": shelf.address(page), "name": page.title}
        found = [
            {**about, "description": shelf.description(page), "isPartOf": {"@id": _site(shelf)}}
        ]
    return {"@context": "https://schema.org", "@graph": found}


def _site(shelf: Shelf) -> str:
    return f"{shelf.book.addresses.site}/#site"


def _periodical(shelf: Shelf) -> str:
    return f"{shelf.book.addresses.site}/#newsletter"


def home(shelf: Shelf, page: Page) -> list[Node]:
    """The site and the newsletter that it holds, with its issues."""
    common = {
        "name": shelf.book.title,
        "url": shelf.address(page),
        "description": shelf.description(page),
        "image": _card(shelf, page),
        "inLanguage": _language(shelf, page),
    }
    issues = [{"@id": shelf.address(i)} for i in shelf.book.issues]
    return [
        {"@type": "WebSite", "@id": _site(shelf), **common, "about": {"@id": _periodical(shelf)}},
        {"@type": "Periodical", "@id": _periodical(shelf), **common, "license": LICENCE,
         "hasPart": issues},
    ]  # fmt: skip


def issue(shelf: Shelf, page: Page) -> Node:
    """An issue: its number, and the original that it is an edition of."""
    original = page.front["original"]
    return {
        "@type": ["PublicationIssue", "Article"],
        **_work(shelf, page),
        "issueNumber": page.front["issue"],
        "isPartOf": {"@type": "Periodical", "@id": _periodical(shelf), "name": shelf.book.title},
        "isBasedOn": {
            "@type": ["PublicationIssue", "Article"],
            "headline": original["title"],
            "author": {"@type": "Person", "name": original["author"]},
            "datePublished": original["date"],
            "url": original["url"],
        },
        "hasPart": [{"@id": shelf.address(n)} for _, n in shelf.book.notebooks_of(page)],
    }


def notebook(shelf: Shelf, page: Page) -> Node:
    """A companion notebook: for whom it is, its program, the works that it cites."""
    a, front = shelf.book.addresses, page.front
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
        **_work(shelf, page),
        "learningResourceType": "Notebook that runs",
        "educationalLevel": front["level"],
        "competencyRequired": front.get("prerequisites") or None,
        "hasPart": program,
        "citation": [
            work for key in front["bibliography"] if (work := shelf.book.bibliography.get(key))
        ],
    }
    found["citation"] = [_cited(work) for work in found["citation"]] or None
    parent = shelf.book.issue_of(page)
    if parent is not None:
        found["isPartOf"] = {
            "@type": "PublicationIssue", "@id": shelf.address(parent), "name": parent.title,
            "issueNumber": parent.front["issue"],
        }  # fmt: skip
    return {key: value for key, value in found.items() if value is not None}


def reviews(shelf: Shelf, page: Page) -> list[Node]:
    """Each claim with its verdict, at its place in the page."""
    address = shelf.address(page)
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
            "author": {"@id": _periodical(shelf)},
            "datePublished": page.front.get("updated", page.front["date"]),
        }
        for check in shelf.checks(page)
        if check.kind == "claim" and check.verdict != "not run"
    ]


def trail(shelf: Shelf, page: Page) -> Node:
    """The way from the home page."""
    pages = [shelf.book.pages[0], page]
    parent = shelf.book.issue_of(page)
    if parent is not None:
        pages.insert(1, parent)
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": n, "name": p.title, "item": shelf.address(p)}
            for n, p in enumerate(pages, 1)
        ],
    }


def _work(shelf: Shelf, page: Page) -> Node:
    """What every written work has."""
    address, front = shelf.address(page), page.front
    return {
        "@id": address,
        "url": address,
        "mainEntityOfPage": address,
        "headline": page.title,
        "name": page.title,
        "description": front["description"],
        "datePublished": front["date"],
        "dateModified": front.get("updated", front["date"]),
        "author": [_author(author) for author in front["authors"]],
        "publisher": {"@type": "Organization", "name": shelf.book.title,
                      "url": f"{shelf.book.addresses.site}/"},
        "keywords": front["tags"],
        "image": _card(shelf, page),
        "inLanguage": _language(shelf, page),
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


def _card(shelf: Shelf, page: Page) -> str:
    return f"{shelf.book.addresses.site}/{shelf.card(page)}"


def _language(shelf: Shelf, page: Page) -> str:
    given = shelf.book.config.get("sphinx", {}).get("config", {}).get("language")
    return str(page.front.get("lang") or given or "en")
