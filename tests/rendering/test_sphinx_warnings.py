"""Lines of the source for those that Sphinx reports."""

from __future__ import annotations

import pytest

from scripts.pages.stage import Lines
from scripts.rendering.sphinx_warnings import nearest

STAGED = Lines(origin=(1, 2, 3, 3, 3, 4, 5, 6), cells=(1, 6, 8))  # two lines put in at line 3


@pytest.mark.parametrize(
    ("lines", "reported", "source"),
    [
        (STAGED, 2, 2), (STAGED, 5, 3), (STAGED, 6, 4), (STAGED, 8, 6), (STAGED, 99, 6),
        (STAGED, 0, 0), (STAGED, 10_001, 1), (STAGED, 10_006, 3), (STAGED, 20_001, 4),
        (STAGED, 20_003, 5), (STAGED, 30_002, 6), (STAGED, 90_001, 6), (Lines(), 5, 5),
    ],
)  # fmt: skip
def test_lines_of_staged_pages(lines: Lines, reported: int, source: int) -> None:
    """MyST-NB counts 10,000 a cell."""
    assert lines.source(reported) == source


def test_the_line_of_a_paragraph_that_holds_what_is_quoted() -> None:
    text = "One\ntwo {no}`x`\nthree\n\nfour {no}`y`\n"
    assert nearest(text, 1, 'Unknown interpreted text role "no".') == 2
    assert nearest(text, 3, 'Unknown interpreted text role "no".') == 3
    assert nearest(text, 0, "a 'no'") == 0
