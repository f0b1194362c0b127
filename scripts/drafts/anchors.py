"""Names for the places of a newsletter, and the links in it that lead there. Pure."""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from urllib.parse import unquote

from markdown_it import MarkdownIt

from scripts.drafts.blocks import Block
from scripts.drafts.tags import HERE

LETTERS = str.maketrans({"ı": "i", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})
NAMED = re.compile(r"\s*\{:?\s*#([\w-]+)[^{}]*\}\s*$")  # kramdown's and Pandoc's name of a heading
PLACE = re.compile(rf"\]\(#{HERE}([^()]*)\)")


def words_of(text: str) -> str:
    """What a line of Markdown says, without its marks."""
    children = MarkdownIt("commonmark").parseInline(text)[0].children or []
    said = "".join(
        " " if child.type in ("softbreak", "hardbreak") else child.content for child in children
    )
    return " ".join(said.split())


class Anchors:
    """The anchors of an issue, which begin with its ``prefix``; none is given twice."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.taken: set[str] = set()
        self.counts = {"section": 0, "item": 0}
        self.places: dict[str, str] = {}  # anchors by what the newsletter's own links call them

    def of(self, piece: Block) -> str:
        """An anchor of a few words of a title, which no other has; one with a number where it has
        few letters that an anchor may have."""
        kind = "section" if piece.kind == "section" else "item"
        self.counts[kind] += 1
        named = NAMED.search(piece.text)
        if named:
            piece.remarks.append(named[0].strip())
            piece.text = piece.text[: named.start()]
        title = words_of(piece.text)
        signs = unicodedata.normalize("NFKD", title.lower().translate(LETTERS))
        words = re.findall(r"[a-z0-9]+", "".join(c for c in signs if not unicodedata.combining(c)))
        short = "-".join(words[:5])[:48].strip("-")
        enough = sum(map(len, words)) * 2 >= sum(char.isalpha() for char in title)
        name = short if short and enough else f"{kind}-{self.counts[kind]}"
        anchor, count = f"{self.prefix}-{name}", 1
        while anchor in self.taken:
            count += 1
            anchor = f"{self.prefix}-{name}-{count}"
        self.taken.add(anchor)
        for called in filter(None, (_called(title), named and _called(named[1]))):
            self.places.setdefault(called, anchor)
        return anchor

    def lead(self, piece: Block) -> None:
        """Make the links of a piece to places of the newsletter lead there."""

        def replaced(match: re.Match[str]) -> str:
            anchor = self.places.get(_called(match[1]))
            if anchor:
                return f"](#{anchor})"
            what = f"a link leads to '#{match[1]}' in this page"
            piece.doubts.append((what, "Name an anchor that is here."))
            return f"\\] (`#{match[1]}`)"

        piece.text = PLACE.sub(replaced, piece.text)


def _called(name: str) -> str:
    """What a place is called, as generators of sites write it in many ways: its letters alone."""
    return "".join(filter(str.isalnum, unquote(unescape(name)).lower()))
