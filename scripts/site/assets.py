"""Style sheet and scripts of the pages, and what of the theme's files is not needed."""

from __future__ import annotations

import hashlib
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from scripts.core.memo import toolchain
from scripts.site import judge, steps

ROOT = Path(__file__).resolve().parents[2]
# Pages load these as one file: 10 KB compressed, asked for once, and fetched with the first page.
# Narrow screens and paper come last and override the others.
PARTS = tuple(f"{name}.css" for name in (
    "tokens", "site", "parts", "code", "math", "search", "tables", "ledger", "archive", "answers",
    "screens",
))  # fmt: skip
STYLE = "style.css"
SCRIPTS = (
    *("theme.js", "site.js", "tables.js", "filter.js", "search.js", "strips.js"),
    *judge.SCRIPTS,
    steps.SCRIPT,
)
# Of what Sphinx, the theme and the extensions copy, nothing else is ever requested.
KEPT = {STYLE, *SCRIPTS, "favicon.svg", "fonts"}


@lru_cache(64)
def _hash(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def source(app: Sphinx, name: str) -> Path:
    """One of our static files, the book's own if it has one."""
    own = Path(app.srcdir, "_static", name)
    return own if own.is_file() else ROOT / "_static" / name


def stamped(app: Sphinx, name: str) -> str:
    """``_static/site.js?v=…``: a changed file has another address, so caches stay right."""
    paths = [source(app, part) for part in (PARTS if name == STYLE else (name,))]
    hashes = "".join(_hash(path, path.stat().st_mtime_ns) for path in paths)
    return f"_static/{name}?v={hashlib.sha256(hashes.encode()).hexdigest()[:10]}"


def digest(app: Sphinx) -> str:
    """One hash over what every written page depends on: style sheets, scripts, our source."""
    found = [stamped(app, name) for name in (STYLE, *SCRIPTS)]
    return hashlib.sha256("".join([*found, toolchain()]).encode()).hexdigest()[:16]


def for_page(app: Sphinx, pagename: str, doctree: Any) -> dict[str, Any]:
    """The style sheet, scripts and preloaded fonts of one page, as paths under the root."""
    scripts = ["site.js"] + ["search.js"] * (pagename == "search")
    scripts += ["strips.js"] * (pagename == app.config.root_doc)
    scripts += judge.SCRIPTS if judge.in_page(doctree) else ()
    scripts += [steps.SCRIPT] * steps.in_page(doctree)
    tables = {"sortable": "tables.js", "filterable": "filter.js"}
    blocking = [script for name, script in tables.items() if holds(doctree, name)]
    fonts = ["literata-400.woff2", "literata-600.woff2", "public-sans.woff2"]
    return {
        "theme": stamped(app, "theme.js"),
        "style": stamped(app, STYLE),
        "blocking": [stamped(app, n) for n in blocking],
        "scripts": [stamped(app, n) for n in scripts],
        "fonts": [f"_static/fonts/{name}" for name in fonts],
    }


def holds(doctree: Any, name: str) -> bool:
    """Whether a page has a table of this class."""
    found = doctree.findall(nodes.table) if doctree is not None else ()
    return any(name in node["classes"] for node in found)


def put_together(app: Sphinx, *_: object) -> None:
    """Write the style sheet, before the first page that asks for it (event ``write-started``)."""
    if app.builder.format == "html":
        text = "\n".join(source(app, part).read_text("utf-8") for part in PARTS)
        static = Path(app.outdir, "_static")
        static.mkdir(parents=True, exist_ok=True)
        (static / STYLE).write_text(text, "utf-8")


def tidy(app: Sphinx, exception: Exception | None) -> None:
    """Take what no page asks for out of the site: the parts of the style sheet, and 5 MB of the
    theme's icon fonts and scripts."""
    if exception is not None or app.builder.name not in ("html", "dirhtml"):
        return
    static = Path(app.outdir, "_static")
    ours = {p.name for p in Path(app.srcdir, "_static").glob("*")} - set(PARTS)
    for path in static.iterdir():
        if path.name in KEPT | ours:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    shutil.rmtree(static / "fonts" / "pdf", ignore_errors=True)


def without_index(app: Sphinx) -> None:
    """Keep Sphinx from making its search index: see `rendering.search_index`."""
    if app.builder.format == "html":
        app.builder.search = False  # type: ignore[attr-defined]


def search_page(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """Our search page, which Sphinx leaves out with its index."""
    return [("search", {}, "search.html")] if app.builder.format == "html" else []


def setup(app: Sphinx) -> None:
    app.connect("write-started", put_together)
    app.connect("build-finished", tidy, priority=950)
    app.connect("builder-inited", without_index)
    app.connect("html-collect-pages", search_page)
