"""Outputs of cells as HTML that is only looked at: no scripts, handlers, styles, frames or forms.

An output may hold anything, also text from data that nobody escaped. `nh3` reads it as a browser
does, keeps what is listed here, closes what was left open and drops what closes nothing, so that
no output reaches beyond its own box.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import nh3

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
# Other classes have no look where styles are gone, or the page's own: they would pass for its
# words. What a check shows of its verdict is a check's alone.
CLASSES, CHECK = {"dataframe"}, {"nl-check", "nl-rule"}
NO_CHECK = "<!-- no check -->"  # what an output begins with that isn't one
# `nh3` knows schemes, but not that data: is for pictures only; SVG's `xlink:href` comes here too.
_LINK = re.compile(r"\s*(https?:|mailto:|[^:]*$)", re.I)
# Colours and clips may name a part of the same drawing; CSS has escapes for the letters of `url`.
PAINT = {"fill", "stroke", "clip-path"}
_ELSEWHERE = re.compile(r"\\|/\*|(?:image|image-set|src|url)\s*\((?!\s*[\"']?#)", re.I)
ATTRIBUTES = {
    "*": set(ANYWHERE.split()),
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start", "reversed"},
    "details": {"open"},
    "time": {"datetime"},
    **{name: set(GEOMETRY.split()) for name in DRAWING.split()},
}
# Elements whose content is no text to read; the last ones may have been the whole output.
SILENT = {"script", "style", "template", "noscript", "head", "title", "select", "textarea"}
ACTIVE = {"iframe", "object", "embed", "canvas", "audio", "video", "form", "button"}
NOTE = "<p>An interactive output stands here when the notebook runs; this page shows none.</p>"
_ACTIVE = re.compile(rf"<(?:script|{'|'.join(sorted(ACTIVE))})\b", re.A | re.I)
_OPENING = re.compile(r"<(?=[a-z])", re.I)
_TAG = re.compile(r"<[^>]*>")
_EMPTY_LINE = re.compile(r"(<pre\b[^>]*>)\n")
_XLINK = re.compile(r'<a\b[^>]* xlink:href="[^>]*>')
_SEEN = re.compile(r"<(?:img|svg|table|hr)\b")
# No text of a page, and forbidden in XML, where feeds put it.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _attribute(check: bool, _tag: str, name: str, value: str) -> str | None:
    """The value of an attribute that is listed, or None if it leads where it should not."""
    if name == "href" and not _LINK.match(value):
        return None
    if name == "data-verdict":
        return value if check else None
    if name == "class":
        kept = CLASSES | CHECK if check else CLASSES
        return " ".join(word for word in value.split() if word in kept) or None
    return None if name in PAINT and _ELSEWHERE.search(value) else value


def _one_href(tag: re.Match[str]) -> str:
    """The opening tag of a link in a drawing with the attribute's present name, which `verify`
    looks at. No value holds a quotation mark: they are written as entities."""
    name = "" if ' href="' in tag[0] else r' href="\1"'
    return re.sub(r' xlink:href="([^"]*)"', name, tag[0])


_CLEANERS = {
    check: nh3.Cleaner(
        tags={*TEXT.split(), *DRAWING.split()},
        clean_content_tags=SILENT | ACTIVE,
        attributes=ATTRIBUTES,
        attribute_filter=partial(_attribute, check),
        url_schemes={"http", "https", "mailto", "data"},
        # Our pages open no windows, and what a link tells the other host is the reader's browser's
        # to say, as for every other link of the page.
        link_rel=None,
    )
    for check in (False, True)
}


def cleaned(html: str, *, check: bool = False) -> str:
    """HTML of an output (of a ``check`` or not) with nothing in it that could run, reach out of it
    or pass for the page's own words; a note where nothing else is left."""
    active = _ACTIVE.search(html)
    html = html.encode("utf-8", "replace").decode("utf-8")
    # A tag that never ends is a sign of a formula: `$a<b$`.
    end = html.rfind(">") + 1
    html = html[:end] + _OPENING.sub("&lt;", html[end:])
    text = _CONTROL.sub("?", _CLEANERS[check].clean(html))
    # XML knows no `&nbsp;`; readers of HTML leave out the line end that begins a `<pre>`.
    text = _EMPTY_LINE.sub(r"\1\n\n", text.replace("&nbsp;", "\u00a0"))
    text = _XLINK.sub(_one_href, text)
    seen = _SEEN.search(text) or _TAG.sub("", text).strip()
    return text if seen or not active else NOTE


def is_check(node: Any) -> bool:
    """Whether a raw node is the HTML output of a check: not HTML in the Markdown of an output, and
    not what `pages` has marked."""
    return "text_html" in node["classes"] and not node.astext().startswith(NO_CHECK)
