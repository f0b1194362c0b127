"""Typst markup from plain text: escaping, strings, anchors and links.

Links are written before it is known which anchors exist, and an unknown label is fatal in Typst.
So a link carries its target between two control characters, and `resolve` puts in a label, an
address or `none` when the document is complete. Marks between two others say which line of a page
follows; `unmarked` takes them out. Control characters never survive in text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate

_SPECIAL = re.compile(r"[\\*_`$#@<>\[\]~'\"\-/=+(){}:;.,!?|&^%]")
_KEEP = set(".,:;!?&%|^{}()")  # special only next to something else: escaped where it matters
_CONTROL = dict.fromkeys((*range(9), 11, *range(14, 32), 127)) | {12: "\n", 13: "\n"}
_ANCHOR = re.compile(r'#(?:anchor\(|heading-of\(\d, \d, |part-title\()("(?:[^"\\]|\\.)*")')
_LINK = re.compile("\x02([^\x02\x03]*)\x03")
_MARK = re.compile("\x04([^\x04\x05]*):(\\d+)\x05")
_NEWLINE = re.compile("[\n\x85\u2028\u2029]")  # where Typst ends a line, of what text may hold
_ADDRESS = re.compile(r"https?://[\w-]+(?:\.[\w-]+)+(?:[/?#:][^\s<>\"'`|\\]*[\w/#=&~}-])?(?!\{)")
SOFT_BREAK = "\u200b"
_BREAKS = re.compile(r"([/._,;:=&?()\[\]{}+\-]|(?<=[a-z])(?=[A-Z]))")


def clean(text: str) -> str:
    """Text without control characters and form feeds."""
    return text.translate(_CONTROL)


def escape(text: str) -> str:
    """Text as Typst markup that sets exactly this text (runs of spaces count as one)."""
    out = _SPECIAL.sub(lambda m: m[0] if m[0] in _KEEP else "\\" + m[0], clean(text))
    out = re.sub(r"\.(?=\.)", r"\\.", out)  # three full stops would become one sign
    out = re.sub(r"(^|\s)(\d+)\.(?=\s|$)", r"\1\2\\.", out)  # "3. " would start a list
    return re.sub(r"\s*\n\s*", "\n", out).replace("\t", " ")


def string(text: str) -> str:
    """Text as a Typst string literal."""
    text = clean(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + text.replace("\n", "\\n").replace("\t", "\\t") + '"'


def array(items: list[str]) -> str:
    """Typst code of an array of already written values."""
    return "(" + "".join(item + ", " for item in items) + ")"


def anchor(key: str) -> str:
    """An invisible mark that links can point at."""
    return f"#anchor({string(key)});"


def link(key: str, body: str) -> str:
    """A link to an anchor of this or another page (`page#id` or `page`)."""
    return f"#ref-link(\x02{key}\x03)[{body}];"


def target(key: str) -> str:
    """The place of an anchor as code, for `resolve` to fill in."""
    return f"\x02{key}\x03"


def addresses(text: str) -> list[tuple[str, str]]:
    """A text in pieces, each with its address: those that are one, as they are typed, and those
    between, with none. An address that goes on in braces is a pattern for several."""
    out: list[tuple[str, str]] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        if "{" in match[0]:
            continue
        out += [(text[end : match.start()], ""), (match[0], match[0])]
        end = match.end()
    return [(piece, url) for piece, url in [*out, (text[end:], "")] if piece]


def outward(url: str, body: str) -> str:
    """A link to an address."""
    return f"#ref-link({string(url)})[{body}];"


def emitted(markup: str, keys: Iterable[str]) -> set[str]:
    """Those keys whose anchor or heading really stands in the markup, exactly once."""
    counts = Counter(_ANCHOR.findall(markup))
    return {key for key in keys if counts[string(key)] == 1}


def resolve(markup: str, where: Callable[[str], str]) -> str:
    """Fill in every link; `where` gives the Typst code of a target (label, string or none)."""
    return _LINK.sub(lambda m: where(m[1]), markup)


@dataclass(frozen=True)
class Places:
    """Which line of which page stands where in a document's Typst."""

    starts: list[int]  # of the lines of the Typst
    offsets: list[int]  # of the marks
    pages: list[tuple[str, int]]  # page and line (0: unknown) of each mark

    def of(self, line: int, column: int) -> tuple[str, int] | None:
        """The place in a page of one in the Typst: its line from 1, its column from 0."""
        if not 0 < line <= len(self.starts):
            return None
        found = bisect_right(self.offsets, self.starts[line - 1] + column)
        return self.pages[found - 1] if found else None


def mark(docname: str, line: int) -> str:
    """Says that what follows is in this line of a page."""
    return f"\x04{docname}:{line}\x05"


def unmarked(markup: str) -> tuple[str, Places]:
    """The markup without its marks, and where they were."""
    pieces = _MARK.split(markup)
    text = "".join(pieces[::3])
    lengths = map(len, pieces[:-1:3])
    starts = [0, *(m.end() for m in _NEWLINE.finditer(text))]
    pages = [(page, int(line)) for page, line in zip(pieces[1::3], pieces[2::3], strict=True)]
    return text, Places(starts, list(accumulate(lengths)), pages)


def breakable(text: str, longest: int = 24) -> str:
    """Text in which words longer than `longest` may break after punctuation (or anywhere)."""

    def word(match: re.Match[str]) -> str:
        pieces = _BREAKS.sub(rf"\1{SOFT_BREAK}", match[0]).split(SOFT_BREAK)
        cut = (SOFT_BREAK.join(re.findall(f".{{1,{longest}}}", p)) for p in pieces if p)
        return SOFT_BREAK.join(cut)

    return re.sub(rf"\S{{{longest + 1},}}", word, text)
