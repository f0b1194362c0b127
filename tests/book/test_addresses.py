"""What in an address only follows its reader."""

from __future__ import annotations

import pytest
from samples import page

from scripts.book.checks.addresses import tracked, untracked


@pytest.mark.parametrize(
    ("address", "clean"),
    [
        ("https://example.org/a?utm_source=x&b=2#c", "https://example.org/a?b=2#c"),
        ("https://example.org/a?fbclid=1", "https://example.org/a"),
        ("https://twitter.com/ada/status/1?s=20", "https://twitter.com/ada/status/1"),
        ("https://www.youtube.com/watch?v=x&feature=youtu.be", "https://www.youtube.com/watch?v=x"),
        ("https://example.org/search?s=20&feature=x", "https://example.org/search?s=20&feature=x"),
        ("https://example.org/a?b=%20&&c", "https://example.org/a?b=%20&&c"),
        ("https://example.org/?", "https://example.org/?"),
        ("https://[broken/?utm_source=x", "https://[broken/?utm_source=x"),
        ("other.md#anchor", "other.md#anchor"),
    ],
)
def test_what_follows_the_reader_goes_and_nothing_else(address: str, clean: str) -> None:
    assert untracked(address) == clean


def test_a_link_is_told_with_its_line_and_what_would_be_right() -> None:
    (problem,) = tracked(page("# A\n\n[x](https://example.org/) and\n[y](https://x.com/1?s=20)\n"))
    assert (problem.line, problem.right) == (4, "Write https://x.com/1")
