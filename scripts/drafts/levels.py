"""Which headings and lines of a newsletter are its title, its sections and its items. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from scripts.drafts.anchors import words_of
from scripts.drafts.blocks import Block
from scripts.drafts.habits import escaped

LONGEST = 120  # characters of a line in bold face that is a title, not an emphatic sentence
ENDS = re.compile(r"[.。;；,，]\W*$")  # such a sentence
ASK_BOLD = ("a line in bold face, which may be a title", "Make it '### …' if it is one.")


def levelled(found: list[Block], given: str, otherwise: str) -> list[Block]:
    """The blocks with their kinds. Sections are the headings of the highest level of which there
    are several, items those of the next level of which there are; lines in bold italics are items
    as well, and lines in bold face where nothing else is. ``given``: the title that the front
    matter names, if any; ``otherwise``: a section's, for items that have none."""
    for block in found:
        if block.kind == "heading" and not words_of(block.text):
            block.kind = "text"
    first = _title(found, given)
    if first is not None:
        found[first].kind = "title"
    headings = [b for b in found if b.kind == "heading"]
    counts = Counter(block.depth for block in headings)
    sections = _several(counts, 0)
    marked = any(block.kind == "item" and not block.depth for block in found)
    if not marked and sections == max(counts, default=0) and min(counts) > 1:
        sections = min(counts)  # one section, and its items
    items = _several(counts, sections)
    for block in headings:
        if block.depth <= sections or block.depth < items:
            block.kind = "section"
        elif block.depth == items:
            block.kind = "item"
        else:  # one level deeper for each that the newsletter has
            block.depth = 1 + sum(items < depth <= block.depth for depth in counts)
    _bold(found)
    return _without_edges(_sectioned(found, given or otherwise))


def _several(counts: Counter[int], above: int) -> int:
    """The highest level below that one with several headings, or with any."""
    deeper = sorted(depth for depth in counts if depth > above)
    return next((depth for depth in deeper if counts[depth] > 1), deeper[0] if deeper else 9)


def _title(found: Sequence[Block], given: str) -> int | None:
    """Where the heading stands that is the newsletter's title: it comes first, and is of a higher
    level than the sections, or the only one of theirs without a sign; it says what is ``given``."""
    at = next((n for n, block in enumerate(found) if block.kind in ("heading", "item")), None)
    if at is None or found[at].kind == "item" or any(b.text.strip() for b in found[:at]):
        return None
    first, *others = [block for block in found if block.kind == "heading"]
    if given:
        return at if words_of(first.text) == given else None
    same = [block for block in others if block.depth <= first.depth]
    alone = not same and (others or first.depth == 1)
    plain = not _emoji(first.text) and any(_emoji(block.text) for block in same)
    return at if alone or plain else None


def _emoji(text: str) -> bool:
    return any(ord(char) >= 0x2600 and not char.isalnum() for char in text)


def _bold(found: Sequence[Block]) -> None:
    """Lines in bold face, which are titles of items where nothing else is: what they are."""
    others = any(b.kind == "item" and b.depth >= 0 for b in found)
    lines = [n for n, block in enumerate(found) if block.kind == "item" and block.depth < 0]
    likely = [n for n in lines if _likely(found[n].text) and not others]
    start = next((n for n, block in enumerate(found) if block.kind == "section"), 0)
    later = [n for n in likely if n > start]  # above the first section one emphasises a sentence
    taken = [found[n] for n in later or likely]
    for block in (found[n] for n in lines):
        if any(block is one for one in taken):
            continue
        block.kind = "text"
        block.text = f"**{block.text}**" if block.depth == -1 else block.text
        if _likely(block.text):
            block.doubts.append(ASK_BOLD)
    if taken:
        what = f"lines in bold face were taken for titles of items: this one, {len(taken)} in all"
        taken[0].doubts.append((what, "Take '###' and the anchor away where one is none."))


def _likely(line: str) -> bool:
    """Whether a line in bold face reads like a title."""
    return len(words_of(line)) <= LONGEST and not ENDS.search(line)


def _sectioned(found: list[Block], title: str) -> list[Block]:
    """Every item in a section: one before the first becomes a section itself; for several, one
    is made."""
    kinds = ("item", "heading")
    start = next((n for n, block in enumerate(found) if block.kind == "section"), len(found))
    early = [n for n in range(start) if found[n].kind in kinds]
    if len(early) == 1 and start < len(found):
        block = found[early[0]]
        block.kind = "section"
        block.doubts.append(("a title before the first section", "It became one itself."))
    elif early:
        what = "items before the first section" if start < len(found) else "it has no sections"
        ask = (what, "One with the newsletter's title holds them: name it, or make more.")
        section = Block("section", escaped(title), found[early[0]].line, doubts=[ask])
        return [*found[: early[0]], section, *found[early[0] :]]
    return found


def _without_edges(found: list[Block]) -> list[Block]:
    """Rules only between two pieces of text: elsewhere they part nothing."""
    result: list[Block] = []
    shown = [block for block in found if block.text.strip() and block.kind != "title"]
    between = {
        id(rule)
        for before, rule, after in zip(shown, shown[1:], shown[2:], strict=False)
        if rule.kind == "rule" and before.kind == after.kind == "text"
    }
    for block in found:
        if block.kind == "rule" and id(block) not in between:
            continue
        block.kind = "text" if block.kind == "rule" else block.kind
        result.append(block)
    return result
