"""Reading statistics and outcomes of an issue, and the tokens below them."""

from __future__ import annotations

from dataclasses import replace

from samples import page

from scripts.book import myst
from scripts.book.items import items_of, outcome_problems
from scripts.book.model import Page
from scripts.book.statistics import count, words_in

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

(i001-b)=
### Item two

:::{correction} slip
A slip.
:::

(i001-became)=
## Afterwards

Three more words.

:::{outcomes}
| Item | Today | How we know |
| --- | --- | --- |
| [Item one](#i001-a) | alive | [a text](https://example.org/b) of words that nobody reads through |
| [Item two](#i001-b) | no trace | {cite}`key2020` |
:::
"""


def test_counts() -> None:
    found = count(ISSUE).numbers
    # Heading of three / Two words here / First / Item one / Some words code too not Paper again
    # Paper / Wrong source / Item two / A slip / Afterwards / Three more words
    assert found["words"] == 3 + 3 + 1 + 2 + 8 + 2 + 2 + 2 + 1 + 3
    assert found["items"] == 2
    sections = [(s["anchor"], s["words"], s["items"]) for s in found["sections"]]
    assert sections == [("i001-first", 17, 2), ("i001-became", 4, 0)]
    entries = [(e["anchor"], e["title"], e["section"], e["words"]) for e in found["entries"]]
    assert entries == [
        ("i001-a", "Item one", "First 📙", 12), ("i001-b", "Item two", "First 📙", 4),
    ]  # fmt: skip
    assert found["minutes"] == round(found["words"] / found["rate"], 1)
    assert found["corrections"] == {"corrected": 1, "slip": 1}
    assert found["outcomes"] == {"i001-a": "alive", "i001-b": "no trace"}


def issue(text: str) -> Page:
    items, _ = items_of(text)
    return replace(page(text), items=items, counts=count(text))


def test_outcomes_name_each_item_once() -> None:
    assert not list(outcome_problems(issue(ISSUE)))
    assert not list(outcome_problems(issue(ISSUE.partition(":::{outcomes}")[0]))), "none is asked"
    two = ISSUE.index("| [Item two]")
    for text, said in {
        ISSUE.replace("| alive |", "| alife |"): "'alife' is nothing that becomes of an item",
        ISSUE.replace("(#i001-a)", "(#i001-c)"): "'i001-c' is no item of this issue",
        ISSUE[:two] + ISSUE[two:].replace("i001-b", "i001-a"): "'i001-a' has a row already",
        ISSUE[:two] + ":::\n": "{outcomes} doesn't say what became of 'i001-b'",
    }.items():
        found = [p.what for p in outcome_problems(issue(text))]
        assert any(said in what for what in found), (said, found)
    (line,) = {p.line for p in outcome_problems(issue(ISSUE.replace("| alive |", "| alife |")))}
    assert "alive" in ISSUE.split("\n")[line - 1]


def test_words() -> None:
    assert words_in("don't count re-used words twice: 3.5 of 10") == 8
    assert words_in("— … !") == 0
    assert words_in("日本語 Größe") == 3  # three characters are about two words
    assert words_in("我们发布第二期，共36篇。") == 7  # ten characters and a number


def test_directive_options() -> None:
    (token,) = myst.tokens("```{figure} a.png\n:alt: A dog\n:name: fig-dog\n\nCaption.\n```")
    block = myst.directive(token)
    assert block is not None
    assert (block.name, block.argument) == ("figure", "a.png")
    assert block.options == {"alt": "A dog", "name": "fig-dog"}
    assert (block.body, block.line, block.body_line) == ("Caption.", 1, 5)
