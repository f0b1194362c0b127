"""What a writer knows and what it finds: settings of one document, problems, anchors."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util import logging

from scripts.pdf.fonts import INVISIBLE, FontSet
from scripts.pdf.pictures import Pictures
from scripts.rendering.formulas import spoken
from scripts.rendering.formulas.typst import Formula

logger = logging.getLogger(__name__)
REPLACEMENT = "□"


@dataclass(frozen=True)
class Problem:
    """Something that the PDF cannot show as the author meant it. `kind`: math, glyph, alt, picture,
    link."""

    kind: str
    message: str
    source: str
    line: int | None


@dataclass
class Shared:
    """What all documents of one builder run share."""

    env: Any
    config: Any
    fonts: FontSet
    formulas: dict[str, Formula]
    spoken: dict[str, str]
    pictures: Pictures
    strict: bool
    base_url: str
    problems: list[Problem] = field(default_factory=list)

    def report(self, kind: str, message: str, node: nodes.Node) -> None:
        """Name a problem once per place: a warning, under `typst_strict` an error."""
        place = node
        while not getattr(place, "line", None) and place.parent is not None:
            place = place.parent
        source = str(getattr(place, "source", None) or getattr(node.document, "current_source", ""))
        found = Problem(kind, message, source, getattr(place, "line", None))
        if found in self.problems:
            return
        self.problems.append(found)
        say = logger.error if self.strict else logger.warning
        say("%s", message, location=place, type="typst", subtype=kind)

    def words(self, tex: str) -> str:
        """How a formula is read aloud: its words, else its TeX."""
        return self.spoken.get(spoken.key(tex), tex.strip())

    def glyphs(self, text: str, node: nodes.Node) -> str:
        """The text with what no font covers replaced by a square, and named."""
        fonts, out = self.fonts, []
        if text.isascii():
            return text
        missing: set[str] = set()
        before = ""
        for char in text:
            code = ord(char)
            if char in "\ufe0e\ufe0f" or (
                char == "\u200d" and ord(before or " ") in fonts.emoji_chars
            ):
                continue  # asks for colour, which emoji have here anyway
            if code not in fonts.covered and unicodedata.category(char) not in INVISIBLE:
                missing.add(char)
                char = REPLACEMENT
            out.append(char)
            before = char
        if missing:
            named = ", ".join(
                f"{c} (U+{ord(c):04X} {unicodedata.name(c, 'unnamed').lower()})"
                for c in sorted(missing)[:6]
            )
            more = f" and {len(missing) - 6} more" if len(missing) > 6 else ""
            self.report("glyph", f"no font covers {named}{more}", node)
        return "".join(out)


def direction(text: str) -> str:
    """`rtl` or `ltr`, after the first character that has a direction."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def rtl_language(text: str) -> str:
    """A language that is written with the first right-to-left letter of a text."""
    for char in text:
        if unicodedata.bidirectional(char) in ("R", "AL"):
            return "he" if "HEBREW" in unicodedata.name(char, "") else "ar"
    return "ar"


def read_bytes(path: Path) -> bytes | None:
    """Content of a file, None where there is none."""
    return path.read_bytes() if path.is_file() else None
