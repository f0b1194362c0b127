"""Which style sheets and scripts a page loads, and what of the theme's files is not needed."""

from __future__ import annotations

import hashlib
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from scripts.site import math

ROOT = Path(__file__).resolve().parents[2]
ALWAYS = ("tokens.css", "site.css", "parts.css")
LAST = "screens.css"  # narrow screens and paper override the others
# Of what Sphinx, the theme and the extensions copy, nothing else is ever requested.
SOMETIMES = ("code.css", "math.css", "search.css", "tables.css", "ledger.css", "archive.css")
SCRIPTS = ("theme.js", "site.js", "tables.js", "filter.js", "search.js")
KEPT = {*ALWAYS, *SOMETIMES, *SCRIPTS, LAST, "favicon.svg", "fonts"}


@lru_cache(64)
def _hash(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def stamped(app: Sphinx, name: str) -> str:
    """``_static/site.css?v=…``: a changed file has another address, so caches stay right."""
    for folder in (Path(app.srcdir, "_static"), ROOT / "_static"):
        path = folder / name
        if path.is_file():
            return f"_static/{name}?v={_hash(path, path.stat().st_mtime_ns)}"
    return f"_static/{name}"


def digest(app: Sphinx) -> str:
    """One hash over what every written page depends on: style sheets, scripts, these modules."""
    names = sorted(n for n in KEPT if n.endswith((".css", ".js")))
    found = [stamped(app, n) for n in names]
    modules = sorted(Path(__file__).parent.glob("*.py"))
    found += [_hash(path, path.stat().st_mtime_ns) for path in modules]
    return hashlib.sha256("".join(found).encode()).hexdigest()[:16]


def for_page(app: Sphinx, pagename: str, doctree: Any) -> dict[str, Any]:
    """The style sheets, scripts and preloaded fonts of one page, as paths under the root."""
    styles, scripts = list(ALWAYS), ["site.js"]
    if doctree is not None and any(True for _ in doctree.findall(nodes.literal_block)):
        styles.append("code.css")
    if math.has_formulas(doctree):
        styles.append("math.css")
    if holds(doctree, nodes.table, "sortable"):
        styles.append("tables.css")
        scripts.append("tables.js")
    if holds(doctree, nodes.table, "filterable"):
        styles.append("ledger.css")
        scripts.append("filter.js")
    if holds(doctree, nodes.container, "archive"):
        styles.append("archive.css")
    if pagename == "search":
        styles.append("search.css")
        scripts.append("search.js")
    styles.append(LAST)
    fonts = ["literata-400.woff2", "public-sans.woff2"]
    return {
        "theme": stamped(app, "theme.js"),
        "styles": [stamped(app, n) for n in styles],
        "scripts": [stamped(app, n) for n in scripts],
        "fonts": [f"_static/fonts/{name}" for name in fonts],
    }


def holds(doctree: Any, kind: type[nodes.Element], name: str) -> bool:
    """Whether a page has a node of this kind and class."""
    found = doctree.findall(kind) if doctree is not None else ()
    return any(name in node["classes"] for node in found)


def prune(app: Sphinx, exception: Exception | None) -> None:
    """Take the theme's unused files out of the site: 5 MB of icon fonts and scripts."""
    if exception is not None or app.builder.name not in ("html", "dirhtml"):
        return
    static = Path(app.outdir, "_static")
    ours = {p.name for p in Path(app.srcdir, "_static").glob("*")}
    for path in static.iterdir() if static.is_dir() else ():
        if path.name in KEPT | ours:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    shutil.rmtree(static / "fonts" / "pdf", ignore_errors=True)


def without_index(app: Sphinx) -> None:
    """Keep Sphinx from making its search index: see `scripts.search`."""
    if app.builder.format == "html":
        app.builder.search = False  # type: ignore[attr-defined]


def search_page(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """Our search page, which Sphinx leaves out with its index."""
    return [("search", {}, "search.html")] if app.builder.format == "html" else []


def setup(app: Sphinx) -> None:
    app.connect("build-finished", prune, priority=950)
    app.connect("builder-inited", without_index)
    app.connect("html-collect-pages", search_page)
