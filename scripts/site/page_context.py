"""Give the templates what stands around each page, and write pages again when that changes.

The data is the frame that `pages` writes into the staged tree; where it is absent (a plain
``jupyter-book build .``) less is shown. The theme's own navigation, which is rebuilt for every
page from the whole table of contents, is never called.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from scripts.core.files import digest
from scripts.core.languages.speech import Speech
from scripts.core.page_data.frame import Frame, read_frame
from scripts.core.palette import PAPER
from scripts.site import assets, figures, icons
from scripts.site.accessible import accessible
from scripts.site.content_policy import policy_of
from scripts.site.surroundings import (
    Link,
    Surroundings,
    speech_of,
    surroundings_of,
    surroundings_of_generated,
)


def frame_of(app: Sphinx) -> Frame:
    """The frame that `read` has read."""
    found: Frame = app.newsletter  # type: ignore[attr-defined]
    return found


def add_context(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give the templates what stands around the page (event ``html-page-context``)."""
    frame = frame_of(app)
    place_of = surroundings_of if pagename in app.env.found_docs else surroundings_of_generated
    place = place_of(app.env, frame, pagename)
    if pagename == "404":
        make_absolute(app, context)
    body = finished(context.get("body", ""), speech_of(app.env, pagename))
    if place.kind == "page" and "<!--contents-->" not in body:
        body = body.replace("</h1>", "</h1><!--contents-->", 1)
    meta, say = app.env.metadata.get(pagename, {}), speech_of(app.env, pagename)
    # docutils adds the viewport that the template has already
    metatags = re.sub(r'<meta name="viewport"[^>]*>\s*', "", context.get("metatags", ""))
    context |= {
        "head": head_of(frame, pagename, context, meta),
        "policy": policy_of(pagename),
        "body": body,
        "metatags": metatags,
        "surroundings": place,
        "trail": trail_of(place, doctree),
        "page_assets": assets.for_page(app, pagename, doctree),
        "sprite": icons.sprite(),
        "icon": icons.icon,
        "say": say,
        "credit": frame.credit,
        "feeds": frame.feeds,
        # It names the book, so it is the book's own.
        "has_manifest": Path(app.srcdir, "_static", "manifest.webmanifest").is_file(),
        "grounds": list(zip(("light", "dark"), PAPER, strict=True)),
        "home_name": str(app.config.html_title or app.config.project),
    }


def finished(body: str, say: Speech) -> str:
    """A page's text as readers' software wants it."""
    # "Figure 2 " with its full stop, as a caption opens; references to it have none.
    body = re.sub(r'(<span class="caption-number">[^<]*?) ?</span>', r"\1. </span>", body)
    return accessible(body, say)


def trail_of(place: Surroundings, doctree: Any) -> list[Link]:
    """The way to a page; that to a companion notebook leads through its item."""
    for head in doctree.findall(nodes.container) if doctree else ():
        if "newsletter_item" in head:
            target, title = head["newsletter_item"]
            return [*place.trail[:1], Link(title, target)]
    return list(place.trail)


def make_absolute(app: Sphinx, context: dict[str, Any]) -> None:
    """Make every address of a page begin at the host: this one is served at any depth."""
    base = urlsplit(app.config.html_baseurl or "/").path.rstrip("/") + "/"
    pathto = context["pathto"]

    def absolute(name: str, resource: Any = False) -> str:
        address = str(pathto(name, resource))
        return "#" if address == "#" else base + address

    body = context.get("body", "")
    context["pathto"] = absolute
    context["content_root"] = base
    context["body"] = re.sub(r'(href|src)="(?![a-z]+:|[#/])', rf'\1="{base}', body)


def head_of(
    frame: Frame, pagename: str, context: dict[str, Any], meta: dict[str, Any]
) -> dict[str, Any]:
    """What machines read in the page's head; JSON-LD as text that no markup can end. Pages that
    Sphinx makes itself are nothing to find."""
    if pagename in frame.heads:
        head = frame.heads[pagename]
        text = json.dumps(head.data, ensure_ascii=False, separators=(",", ":"))
        text = text.replace("&", r"\u0026").replace("<", r"\u003c")
        return {**vars(head), "data": text if head.data else None}
    # A plain `jupyter-book build .`, a page that the build adds, or one of Sphinx's own.
    known = bool(context.get("body")) and pagename not in ("404", "search", "genindex")
    return {
        "description": meta.get("description", ""),
        "canonical": context.get("pageurl") or "" if known else "",
        "robots": "" if known and frame.public else "noindex",
    }


def outdated_pages(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Pages to be written again because what stands around them changed."""
    frame, style = frame_of(app), assets.digest(app)
    old = getattr(env, "newsletter_surroundings", {})
    new = {}
    for docname in sorted(env.found_docs):
        # Its own headings are left out: a page that has others was read again.
        place = surroundings_of(env, frame, docname, own=False)
        new[docname] = [
            digest(repr([style, place, frame.credit, frame.feeds, frame.heads.get(docname)]))
        ]
    for notebook in next(iter(frame.notebooks.values()), []):
        shown = figures.lead_figure(env, notebook.page.lstrip("/"))
        new[str(env.config.root_doc)] += [str(shown["uri"]), shown.get("alt", "")] if shown else []
    env.newsletter_surroundings = new  # type: ignore[attr-defined]
    return [d for d in new if old.get(d) != new[d]]


def read(app: Sphinx, *_: object) -> None:
    """Read the data: when pages are read, for a preview waits between set-up and that."""
    app.newsletter = read_frame(Path(app.srcdir))  # type: ignore[attr-defined]


def prepare(app: Sphinx) -> None:
    """Keep the theme from building its own navigation."""
    app.config.html_permalinks_icon = icons.icon("link")
    if app.builder.format == "html":
        options = getattr(app.builder, "theme_options", {})
        for name in (
            "navbar_start", "navbar_center", "navbar_persistent", "navbar_end",
            "article_header_start", "article_header_end", "article_footer_items",
            "content_footer_items", "footer_start", "footer_center", "footer_end",
            "primary_sidebar_end", "secondary_sidebar_items",
        ):  # fmt: skip
            options[name] = []


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", prepare, priority=900)
    app.connect("env-before-read-docs", read)
    app.connect("env-get-updated", outdated_pages, priority=900)
    app.connect("html-page-context", add_context, priority=950)
