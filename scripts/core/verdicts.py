"""The four verdicts: their order, their names in classes and files, their marks.

A mark is a shape first and a colour third: the word stands beside it. It is drawn once, here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

VERDICTS = ("holds", "fails", "not testable here", "not run")  # in the order that pages use
TESTED, UNTESTABLE = VERDICTS[:2], VERDICTS[2]
# What a writer shows that can't draw.
SIGNS = {"holds": "●", "fails": "◆", "not testable here": "○", "not run": "–"}
# Drawings of 16 by 16 in the current colour.
SHAPES = {
    "holds": '<path fill="currentColor" fill-rule="evenodd" d="M8 1a7 7 0 1 0 0 14a7 7 0 1 0 0-14z'
    'M6.9 11.6L3.9 8.6L5.1 7.4L6.9 9.2L10.9 5.2L12.1 6.4z"/>',
    "fails": '<path fill="currentColor" fill-rule="evenodd" d="M8 .4L15.6 8L8 15.6L.4 8z'
    "M6.2 4.9L8 6.7L9.8 4.9L11.1 6.2L9.3 8L11.1 9.8L9.8 11.1L8 9.3L6.2 11.1L4.9 9.8L6.7 8"
    'L4.9 6.2z"/>',
    "not testable here": '<circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" '
    'stroke-width="1.6" stroke-dasharray="2.87 2"/>',
    "not run": '<path fill="currentColor" d="M3 7h10v2h-10z"/>',
}


def slug(verdict: str) -> str:
    """A verdict as a name of a class or a file: ``not-testable-here``."""
    return verdict.replace(" ", "-")


def count_verdicts(verdicts: Iterable[str]) -> dict[str, int]:
    """How often each verdict occurs, in the fixed order, zeros left out."""
    found = Counter(verdicts)
    return {verdict: found[verdict] for verdict in VERDICTS if found[verdict]}
