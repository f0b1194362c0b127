"""Cited works by author and year, in the text as in the list of works, each with one link.

Two works of the same authors and year get a letter in both places. A book asks for it by
``bibtex_default_style: author_year`` beside ``bibtex_reference_style: author_year``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from string import ascii_lowercase
from typing import Any

from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.style.formatting.alpha import Style
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.template import FieldIsMissing, field, first_of, href, join, optional, sentence
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle
from sphinxcontrib.bibtex.style.template import year

IN_TEXT = AuthorYearReferenceStyle()
SHORT = (("https://arxiv.org/abs/", "arXiv:"), ("https://doi.org/", "doi:"))


def name(entry: Entry) -> str:
    """A work as the text names it: ``Abe et al., 2022``."""
    people = IN_TEXT.person.author_or_editor_or_title(full=False)
    template = join(sep=IN_TEXT.author_year_sep)[people, year]
    try:
        return str(template.format_data({"entry": entry, "style": IN_TEXT}))
    except FieldIsMissing:  # neither people nor a title, which the list warns of
        return str(entry.key)


def short(address: str) -> str:
    """An address as it is read: ``arXiv:2202.06985``, ``openreview.net/forum?id=HkezXnA9YX``."""
    for long, brief in SHORT:
        if address.startswith(long):
            return brief + address.removeprefix(long)
    return re.sub(r"^https?://(www\.)?", "", address).rstrip("/")


class Labels(BaseLabelStyle):
    """The labels of sorted works."""

    def format_labels(self, sorted_entries: Iterable[Entry]) -> Iterable[str]:
        names = [name(entry) for entry in sorted_entries]
        every, before = Counter(names), Counter[str]()
        for each in names:
            yield each + (ascii_lowercase[before[each] % 26] if every[each] > 1 else "")
            before[each] += 1


class AuthorYear(Style):
    """The list of works: the publisher's or the authors' address, and no second one."""

    default_label_style = Labels

    def format_web_refs(self, e: Entry) -> Any:
        own = field("url", raw=True)
        link = href(own)[field("url", raw=True, apply_func=short)]
        seen = optional[" (visited on ", field("urldate"), ")"]
        ways = first_of[
            optional[link], optional[self.format_doi(e)], optional[self.format_eprint(e)]
        ]
        return sentence[ways, seen]


def lettered(entry: Entry, label: str) -> Entry:
    """The work with the letter of its label in its year, which is what the text shows of it."""
    if IN_TEXT.author_year_sep not in label:  # a style of others
        return entry
    known = name(entry)
    letter = label.removeprefix(known)
    if not label.startswith(known) or not letter:
        return entry
    shown = Entry(entry.type, {**entry.fields}, {**entry.persons})
    shown.key = entry.key
    shown.fields["year"] = known.rpartition(IN_TEXT.author_year_sep)[2] + letter
    return shown


def register() -> None:
    """Let a book ask for it by name."""
    register_plugin("pybtex.style.formatting", "author_year", AuthorYear, force=True)
