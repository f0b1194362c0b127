"""Reading statistics and the tokens below them."""

from __future__ import annotations

from scripts.book import myst
from scripts.book.statistics import count, kind_of, statistics, words_in

ISSUE = """---
title: t
---

# Heading of three

Two words [here](https://example.org/blog/x).

(i001-first)=
## First 📙

(i001-a)=
### Item one

Some {cite}`key2020` words, `code` too, $x + y$ not. [Paper](https://arxiv.org/abs/1) again
[Paper](https://arxiv.org/abs/1).

:::{correction}
Wrong [source](https://github.com/a/b).
:::

```{code-cell} ipython3
not = "counted at all"
```
"""


def test_counts() -> None:
    found = statistics(
        count(ISSUE), "2020-01-19", {"key2020": {"date": "2020-01-09", "title": "T"}}
    )
    # Heading of three / Two words here / First / Item one / Some words code too not Paper again
    # Paper / Wrong source
    assert found["words"] == 3 + 3 + 1 + 2 + 8 + 2
    assert found["items"] == 1
    assert [s["anchor"] for s in found["sections"]] == ["i001-first"]
    assert found["sections"][0]["words"] == 13
    # Each source counts once for an item; the lead's link belongs to no item.
    assert [(s["host"], s["kind"], s["item"]) for s in found["sources"]] == [
        ("arxiv.org", "paper", "i001-a"),
        ("github.com", "code", "i001-a"),
    ]
    assert found["works"] == [
        {"key": "key2020", "title": "T", "date": "2020-01-09", "days": 10, "item": "i001-a"}
    ]


def test_words() -> None:
    assert words_in("don't count re-used words twice: 3.5 of 10") == 8
    assert words_in("— … !") == 0
    assert words_in("日本語 Größe") == 2


def test_kinds() -> None:
    assert kind_of("https://arxiv.org/abs/2001.04451") == "paper"
    assert kind_of("https://github.com/google/trax") == "code"
    assert kind_of("https://www.youtube.com/watch?v=x") == "video"
    assert kind_of("https://example.org/") == "site"


def test_directive_options() -> None:
    (token,) = myst.tokens("```{figure} a.png\n:alt: A dog\n:name: fig-dog\n\nCaption.\n```")
    block = myst.directive(token)
    assert block is not None
    assert (block.name, block.argument) == ("figure", "a.png")
    assert block.options == {"alt": "A dog", "name": "fig-dog"}
    assert (block.body, block.line, block.body_line) == ("Caption.", 1, 5)
