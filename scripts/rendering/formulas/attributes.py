"""Which attributes of MathML have a meaning that its Typst keeps."""

from __future__ import annotations

from xml.etree.ElementTree import Element

# What these attributes say would be lost, and the guard doesn't look at them.
_LOST = {"mathbackground": r"\rule or \colorbox", "href": r"\href"}
# All others would be lost silently, so they aren't taken.
_KNOWN = {
    "accent", "class", "columnalign", "columnlines", "columnspacing", "depth", "display",
    "displaystyle", "fence", "form", "frame", "height", "largeop", "linebreak", "linethickness",
    "lspace", "mathcolor", "mathsize", "mathvariant", "maxsize", "minsize", "movablelimits",
    "notation", "rowlines", "rspace", "rowspacing", "scriptlevel", "stretchy", "voffset", "width",
    "xmlns",
}  # fmt: skip


class Unsupported(ValueError):
    """A piece of MathML that has no counterpart here."""


def check(element: Element) -> None:
    """Raise Unsupported for an attribute that would be lost."""
    for attribute in sorted(element.attrib.keys() - _KNOWN):
        said = _LOST.get(attribute, attribute)
        raise Unsupported(f"{said} has no counterpart in Typst")


def gaps(lines: str) -> str:
    """Typst's list of the gaps that have a line."""
    numbers = [place + 1 for place, style in enumerate(lines.split()) if style != "none"]
    return "(" + "".join(f"{number}," for number in numbers) + ")"
