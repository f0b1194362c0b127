"""Text set off from the lines around it: in a fence, in a quotation."""

from __future__ import annotations

import re


def fenced(text: str, language: str = "") -> str:
    """Code in a fence that is longer than any in it."""
    longest = max(map(len, re.findall(r"^\s*(`{3,})", text, re.M)), default=2)
    ticks = "`" * (longest + 1)
    return f"{ticks}{language}\n{text.rstrip()}\n{ticks}"


def quoted(text: str) -> str:
    """Markdown as a quotation."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
