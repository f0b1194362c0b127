"""Give the templates what stands around each page, and write pages again when that changes.

The data is ``_newsletter.json`` in the source folder; where it is absent (a plain
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
from scripts.rendering.directives.headers import ADDRESS
from scripts.site import assets, figures, icons
from scripts.site.content_policy import policy_of
from scripts.site.surroundings import Link, surroundings_of, surroundings_of_generated
from scripts.site.transforms import accessible


def load(folder: Path) -> dict[str, Any]:
    """The navigation data of a source folder; empty where it is absent."""
    path = folder / "_newsletter.json"
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


def add_context(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give the templates what stands around the page (event ``html-page-context``)."""
    data = getattr(app, "newsletter", {})
    known = pagename in app.env.found_docs
    place = (
        surroundings_of(app.env, data, pagename)
        if known
        else surroundings_of_generated(app.env, data, pagename)
    )
    trail = list(place.trail)
    for head in doctree.findall(nodes.container) if doctree else ():
        item = (head.get("newsletter") or {}).get("item")
        if item:
            target = f"{item['page'].lstrip('/')}#{item['anchor']}"
            trail = [*trail[:1], Link(item["title"], target)]
    body = context.get("body", "")
    # "Figure 2 " with its full stop, as a caption opens; references to it have none.
    body = re.sub(r'(<span class="caption-number">[^<]*?) ?</span>', r"\1. </span>", body)
    body = accessible(body)
    base = urlsplit(app.config.html_baseurl or "/").path.rstrip("/") + "/"
    if pagename == "404":  # served at any depth, so nothing in it may be relative
        pathto = context["pathto"]

        def absolute(name: str, resource: Any = False) -> str:
            address = str(pathto(name, resource))
            return "#" if address == "#" else base + address

        context["pathto"] = absolute
        context["content_root"] = base
        body = re.sub(r'(href|src)="(?![a-z]+:|[#/])', rf'\1="{base}', body)
    if place.kind == "page" and "<!--contents-->" not in body:
        body = body.replace("</h1>", "</h1><!--contents-->", 1)
    meta = app.env.metadata.get(pagename, {})
    context["head"] = head_of(data, pagename, context, meta)
    context["policy"] = policy_of(pagename)
    context["body"] = body
    # docutils adds the viewport that the template has already
    context["metatags"] = re.sub(r'<meta name="viewport"[^>]*>\s*', "", context.get("metatags", ""))
    context["surroundings"] = place
    context["trail"] = trail
    context["page_assets"] = assets.for_page(app, pagename, doctree)
    context["sprite"] = icons.sprite()
    context["icon"] = icons.icon
    context["lang"] = meta.get("lang") or app.config.language or "en"
    context["original_address"] = ADDRESS
    context["home_name"] = str(app.config.html_title or app.config.project)


def head_of(
    data: dict[str, Any], pagename: str, context: dict[str, Any], meta: dict[str, Any]
) -> dict[str, Any]:
    """What machines read in the page's head (see ``heads`` of the toolchain); JSON-LD as text
    that no markup can end. Pages that Sphinx makes itself are nothing to find."""
    if pagename in data.get("heads", {}):
        found = dict(data["heads"][pagename])
        if found["data"]:
            text = json.dumps(found["data"], ensure_ascii=False, separators=(",", ":"))
            found["data"] = text.replace("&", r"\u0026").replace("<", r"\u003c")
        return found
    # A plain `jupyter-book build .`, a page that the build adds, or one of Sphinx's own.
    known = bool(context.get("body")) and pagename not in ("404", "search", "genindex")
    return {
        "description": meta.get("description", ""),
        "canonical": context.get("pageurl") or "" if known else "",
        "robots": "" if known and data.get("public", True) else "noindex",
    }


def outdated_pages(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Pages to be written again because what stands around them changed."""
    data = getattr(app, "newsletter", {})
    old = getattr(env, "newsletter_surroundings", {})
    style = assets.digest(app)
    heads = data.get("heads", {})
    # Its own headings are left out: a page that has others was read again.
    new = {
        docname: [digest(repr([style, place, heads.get(docname)]))]
        for docname in sorted(env.found_docs)
        for place in [surroundings_of(env, data, docname, own=False)]
    }
    pages = [n["page"].lstrip("/") for n in next(iter(data.get("notebooks", {}).values()), [])]
    shown = figures.first_figure(env, pages)
    if shown:
        new[str(env.config.root_doc)] += [shown[1]["uri"], shown[2]]
    env.newsletter_surroundings = new  # type: ignore[attr-defined]
    return [d for d in new if old.get(d) != new[d]]


def prepare(app: Sphinx) -> None:
    """Read the data, and keep the theme from building its own navigation."""
    app.newsletter = load(Path(app.srcdir))  # type: ignore[attr-defined]
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
    app.connect("env-get-updated", outdated_pages, priority=900)
    app.connect("html-page-context", add_context, priority=950)
