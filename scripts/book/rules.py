"""What the toolchain does with a newsletter, and what with any other Jupyter Book."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """What holds for a book; each is asked where it matters."""

    checked: bool  # sources are checked together before anything runs: schema, anchors, links
    strict: bool  # a warning of Sphinx, of the PDF or of the finished site stops the build
    filled: bool  # pages show the build's data, and pages are added that hold nothing else
    closed: bool  # pages run nothing of their own and ask no other host for anything
    published: bool  # learners' notebooks, claims, cards and sitemap belong to the site


NEWSLETTER = Rules(checked=True, strict=True, filled=True, closed=True, published=True)
ANY_BOOK = Rules(checked=False, strict=False, filled=False, closed=False, published=False)
