"""The colours of figures and verdicts, in daylight and in the dark.

Notebooks draw in colours that are legible on both grounds; pages show a light and a dark version of
each figure. What must hold a copy (`notebooks/style.py`, the style sheets, the PDF's templates) is
tied to this list by a test.
"""

from __future__ import annotations

from typing import NamedTuple


class Colour(NamedTuple):
    """One colour: as notebooks draw it, on paper in daylight, in the dark (``#rrggbb``)."""

    name: str
    drawn: str
    light: str
    dark: str


DATA = (
    Colour("blue", "#3d57d6", "#2440c0", "#6f92fa"),
    Colour("brick", "#b5452f", "#8a2e16", "#e0705f"),
    Colour("teal", "#2a9d80", "#1f8270", "#5fe6bd"),
    Colour("amber", "#b88416", "#96700a", "#f2cb66"),
    Colour("pink", "#d563b4", "#b8429f", "#c878b6"),
    Colour("ink", "#707d78", "#14211c", "#e4ece8"),  # titles
    Colour("soft", "#707d79", "#4a5a53", "#a7b6af"),  # ticks and labels
    Colour("rule", "#8a958f", "#c3d0c9", "#33433d"),  # hairlines
    Colour("baseline", "#77847e", "#55605b", "#a7b6af"),
    Colour("gap", "#f2f6f3", "#f2f6f3", "#101715"),  # between the cells of a map: paper
)
DRAWN_TO_LIGHT = {colour.drawn: colour.light for colour in DATA}
LIGHT_TO_DARK = {colour.light: colour.dark for colour in DATA}
PAPER = ("#ffffff", "#101715")  # the ground, in daylight and in the dark
# Of a verdict's mark and word, in daylight and in the dark.
VERDICT_COLOURS = {
    "holds": ("#0a6a5d", "#55cbb4"),
    "fails": ("#b02a1c", "#ff9a86"),
    "not testable here": ("#5a6670", "#aab6bf"),
    "not run": ("#5a6670", "#aab6bf"),
}
