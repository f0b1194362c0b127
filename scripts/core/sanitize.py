"""Outputs of cells as HTML that is only looked at: no scripts, handlers, styles, frames or forms.

An output may hold anything, also text from data that nobody escaped. `bleach`, which nbconvert
uses for the same end, keeps what is listed here, closes what was left open and drops what closes
nothing, so that no output reaches beyond its own box.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from bleach.sanitizer import Cleaner
from bs4 import BeautifulSoup

TEXT = (
    "a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em "
    "figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section small "
    "span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr"
)
DRAWING = (
    "svg g path circle ellipse line polygon polyline rect text tspan defs marker clipPath "
    "linearGradient radialGradient stop"
)
GEOMETRY = (
    "viewBox preserveAspectRatio x y x1 y1 x2 y2 cx cy r rx ry dx dy d points transform fill "
    "fill-rule fill-opacity stroke stroke-width stroke-dasharray stroke-linecap stroke-linejoin "
    "stroke-opacity opacity font-size font-weight font-family text-anchor dominant-baseline "
    "clip-path offset stop-color stop-opacity gradientUnits gradientTransform markerWidth "
    "markerHeight refX refY orient id"
)
ANYWHERE = "class title lang dir role width height data-verdict aria-hidden aria-label"
# `bleach` looks at the scheme of `href`, but not at that of SVG's `xlink:href`.
_LINK = re.compile(r"\s*(https?:|mailto:|[^:]*$)", re.I)
ATTRIBUTES: dict[str, Any] = {
    "*": ANYWHERE.split(),
    "a": lambda _tag, name, value: name == "href" and bool(_LINK.match(value)),
    "img": ["src", "alt"],
    "td": ["colspan", "rowspan"],
    "th": ["colspan", "rowspan", "scope"],
    "ol": ["start", "reversed"],
    "details": ["open"],
    "time": ["datetime"],
    **dict.fromkeys(DRAWING.split(), GEOMETRY.split()),
}
# Elements whose content is no text to read; the last ones may have been the whole output.
SILENT = ["script", "style", "template", "noscript", "head", "title", "select", "textarea"]
ACTIVE = ["iframe", "object", "embed", "canvas", "audio", "video", "form", "button"]
NOTE = "<p>An interactive output stands here when the notebook runs; this page shows none.</p>"
_NEEDS_PARSING = re.compile(rf"<({'|'.join([*SILENT, *ACTIVE])})\b", re.I)
_VISIBLE = re.compile(r"<(?:img|svg|table|hr)\b|[^\s<>](?![^<]*>)")


@lru_cache(1)
def _cleaner() -> Cleaner:
    return Cleaner(
        tags={*TEXT.split(), *DRAWING.split()},
        attributes=ATTRIBUTES,
        protocols={"http", "https", "mailto", "data"},
        strip=True,
    )


def cleaned(html: str) -> str:
    """HTML of an output with nothing in it that could run or reach out of it; a note where
    nothing else is left."""
    active = False
    if _NEEDS_PARSING.search(html):
        soup = BeautifulSoup(html, "html.parser")
        active = soup.find([*ACTIVE, "script"]) is not None
        for element in soup.find_all(SILENT + ACTIVE):
            element.decompose()
        html = str(soup)
    text: str = _cleaner().clean(html)
    return NOTE if active and not _VISIBLE.search(text) else text
