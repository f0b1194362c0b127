"""Links by reference, [text][name], as links with their address, [text](address). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markdown_it.common.utils import normalizeReference

TEXT = r"(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*"  # between brackets, which it may hold in pairs
CODE = r"(?<!`)(?P<ticks>`+)(?!`) .+? (?<!`)(?P=ticks)(?!`)"
REFERENCE = re.compile(
    rf"""
      (?P<kept> \\. | {CODE} | \]\([^\s()]* )
    | (?P<picture> !\[ (?P<alt>{TEXT}) \] (?: \[ (?P<of>[^\[\]]*) \] )? (?![(]) )
    | \] \[ (?P<full> [^\[\]]+ ) \]
    | (?P<open> \[ ) (?P<short> (?:[^\[\]\\]|\\.)+ ) \] (?: \[\] )? (?! [\[(] )
    """,
    re.X | re.S,
)
DEFINITION = re.compile(r" {0,3}\[(?P<name>[^\]]+)\]:\s*(?:<(?P<in>[^<>\n]*)>|(?P<to>\S+))")


def definitions(lines: Sequence[str], env: Mapping[str, Any]) -> dict[str, str]:
    """Addresses by name, as they are written in the source that was parsed into ``env``."""
    found = {}
    for name, reference in (env.get("references") or {}).items():
        start, end = reference["map"]
        match = DEFINITION.match("\n".join(lines[start:end]))
        if not name.startswith("^"):  # a footnote, which CommonMark doesn't know
            found[name] = (match["in"] or match["to"] or "") if match else reference["href"]
    return found


def resolved(text: str, known: Mapping[str, str], used: set[str]) -> str:
    """A text with its addresses in their places; adds the names that it has to ``used``."""

    def address(name: str) -> str | None:
        label = normalizeReference(name)
        if label not in known:
            return None
        used.add(label)
        to = known[label]
        return f"(<{to}>)" if re.search(r"[\s()]", to) else f"({to})"

    def replaced(match: re.Match[str]) -> str:
        if match["picture"] is not None:
            to = address(match["of"] or match["alt"])
            return f"![{match['alt']}]{to}" if to else match[0]
        if match["full"] is not None:
            to = address(match["full"])
            return f"]{to}" if to else match[0]
        if match["open"]:
            to = address(match["short"])
            return f"[{match['short']}]{to}" if to else match[0]
        return match[0]

    return REFERENCE.sub(replaced, text) if known else text
