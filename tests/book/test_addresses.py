"""Links to other sites: what only follows their reader, slips, and what stands twice."""

from __future__ import annotations

import pytest
from samples import page

from scripts.book.checks.addresses import fault, untracked, wrong
from scripts.book.model import Item


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


@pytest.mark.parametrize(
    ("href", "right"),
    [
        ("https://x.com/1?s=20", "Write https://x.com/1"),
        ("http://https://a.org/b", "Write https://a.org/b"),
        ("https://https//a.org/b", ""),
        ("https://https:/a.org/b", "Write https://a.org/b"),
        ("https://http://https://a.org", "Write https://a.org"),
        ("www.a.org/b", "Write https://www.a.org/b"),
        ("https://me:word@a.org/b", "Write https://a.org/b"),
        ("https://[a.org/b", "Look at its brackets."),
        ("https://web.archive.org/web/2020/https://a.org/b", ""),
        ("https://a.org/?to=https://b.org", ""),
        ("https://a.org/@me", ""),
        ("wwwater.md", ""),
        ("mailto:a@b.org", ""),
    ],
)
def test_what_is_wrong_with_an_address_in_itself(href: str, right: str) -> None:
    found = fault(href)
    assert (found[1] if found else "") == right


TWICE = """\
[a](https://a.org/b/) and [again](http://www.A.org/b), [part](https://a.org/b#c).

[a](https://a.org/b/) [other](https://a.org/B) [other](https://a.org/b?c)

[elsewhere](http://a.org/b) [](https://b.org) [$x$](https://c.org) [](#here)
[![p](p.png)](https://d.org)
"""


def test_one_page_has_one_address_within_an_item() -> None:
    items = (Item("i001-a", "A", "", "", 1, 4), Item("i001-b", "B", "", "", 5, 7))
    found = [(p.line, p.column, p.what) for p in wrong(page(TWICE, items=items))]
    assert found == [
        (1, 27, "the link 'http://www.A.org/b' stands in line 1 as 'https://a.org/b/'"),
        (5, 29, "the link 'https://b.org' has no words"),
    ]
    whole = [p.line for p in wrong(page(TWICE))]
    assert whole == [1, 5, 5], "a page without items is one"
