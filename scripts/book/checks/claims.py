"""What is wrong with how checks are declared: of a run's, and of those in the source as far as they
are written out there."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import get_args

from scripts.book.cells import Committed, committed
from scripts.book.model import Book, Page
from scripts.core.problems import Place, Problem, did_you_mean
from scripts.core.record import Kind
from scripts.core.rules import fault_of
from scripts.core.verdicts import VERDICTS

CLAIM = 80  # characters: one sentence with one number, for lists and strips
STANDS = [verdict for verdict in VERDICTS if verdict != "not run"]
UNEXPLAINED = "say in `why` for what reason it fails or cannot be tested here"
# What the functions of notebooks/checks.py take for granted; the others declare by these two.
GIVEN = {
    "check": {"kind": "claim", "stands": "holds", "why": ""},
    "exact": {"kind": "exactness", "stands": "holds", "why": ""},
}


def misuse(given: Mapping[str, str], *, published: bool = False) -> dict[str, str]:
    """What is wrong with a check of these arguments, with what would be right; of those that aren't
    there nothing is known. A ``published`` one keeps the length that it had."""
    found = {}
    if "id" in given and not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", given["id"]):
        found["ids look like 'i002-name-what'"] = ""
    if "claim" in given and not given["claim"].strip():
        found["the claim is empty"] = "Write the sentence that is tested."
    length = len(given.get("claim", ""))
    if length > CLAIM and given.get("kind") == "claim" and not published:
        right = "Lists have one line for it: say one thing, with one number."
        found[f"a claim has at most {CLAIM} characters, not {length}"] = right
    if given.get("kind", "claim") not in get_args(Kind):
        hint = did_you_mean(given["kind"], get_args(Kind))
        found[f"'{given['kind']}' is no kind of check"] = hint
    if given.get("stands", STANDS[0]) not in STANDS:
        what = f"`stands` is one of {', '.join(STANDS)}, not '{given['stands']}'"
        found[what] = did_you_mean(given["stands"], STANDS)
    if given.get("stands") == "fails" and not given.get("why", "so").strip():
        found[UNEXPLAINED] = ""
    if given.get("rule") and (fault := fault_of(given["rule"])):
        found[f"the rule {fault}"] = ""
    return found


def wrong(book: Book, published: Container[str]) -> Iterator[Problem]:
    """What the code of the notebooks tells of its checks without being run. ``published``: pages
    whose frozen runs stand."""
    owner: dict[str, str] = {}
    for page in (*book.issues, *book.notebooks):
        for one in committed(page.sources):
            at = place_of(page, one)
            defaults = GIVEN.get(one.function, {}) if one.whole else {}
            given = {k: v for k, v in {**defaults, **one.given}.items() if v is not None}
            for what, right in misuse(given, published=page.docname in published).items():
                yield Problem.at(page.path, at, f"check '{one.id}': {what}", right)
            other = owner.setdefault(given.get("id", ""), page.path)
            if "id" in given and other != page.path:
                what = f"check '{one.id}': {other} has a check of this id"
                yield Problem.at(page.path, at, what, "Ids are unique in the whole book.")


def place_of(page: Page, declared: Committed) -> Place:
    """Where a notebook declares a check."""
    first = page.code_lines[declared.cell - 1]
    if not first:
        return Place(0)
    line, column = first + max(declared.place.line, 1) - 1, declared.place.column
    own = page.sources[declared.cell - 1].split("\n")[max(declared.place.line, 1) - 1]
    there = page.text.split("\n")[line - 1]
    return Place(line, column + len(there) - len(own) if column and there.endswith(own) else 0)
