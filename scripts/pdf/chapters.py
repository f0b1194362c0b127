"""Which pages a document has, in which order and at which level. And its index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.environment.adapters.indexentries import IndexEntries

from scripts.pdf.document import Chapter, Document
from scripts.pdf.writer import markup
from scripts.pdf.writer.inline import PAGE

# The site fills these pages itself, or they mean nothing on paper.
GENERATED = {"genindex", "modindex", "py-modindex", "search", "404"}


def chapters_of(env: Any, docnames: Sequence[str] | None, *, brief: bool = False) -> list[Chapter]:
    """The pages named, if ``brief`` those after the first as digests, or all of the contents. The
    doctrees are empty still."""
    empty = nodes.document(None, None)
    if docnames is not None:
        named = [Chapter(name, 1, empty) for name in docnames]
        short = [replace(c, level=2, digest=True) if brief else c for c in named[1:]]
        return named[:1] + short
    found: list[Chapter] = []
    seen: set[str] = set()

    def walk(docname: str, level: int, part: str) -> None:
        if docname in seen or docname not in env.found_docs or docname in GENERATED:
            return
        if "screen-only" in env.metadata.get(docname, {}):
            return
        seen.add(docname)
        found.append(Chapter(docname, level, empty, part))
        root = docname == env.config.root_doc
        if docname not in env.toctree_includes:  # need not be loaded
            return
        for toctree in env.get_doctree(docname).findall(addnodes.toctree):
            caption = toctree.get("caption") or ""
            inside = (2 if caption else 1) if root else level + 1
            for _, target in toctree["entries"]:
                count = len(found)
                if target:
                    walk(target, inside, caption if root else "")
                if len(found) > count:
                    caption = ""  # only the first page opens the part

    walk(env.config.root_doc, 1, "")
    return found


def index(env: Any, builder: Any, document: Document, shared_text: Any) -> str:
    """Markup of the index; empty if nothing of this document is in one."""

    def places(links: Iterable[tuple[Any, Any]]) -> str:
        keys = [str(uri).removeprefix(PAGE) for _, uri in links if uri]
        known = [key for key in dict.fromkeys(keys) if key in document.anchors]
        return markup.array([f"page-of({markup.target(key)})" for key in known])

    out = []
    for letter, entries in IndexEntries(env).create_index(builder):
        rows = []
        for name, (links, subitems, _) in entries:
            own = places(links)
            inner = [(sub, places(sublinks)) for sub, sublinks in subitems]
            inner = [(sub, found) for sub, found in inner if found != "()"]
            if own == "()" and not inner:
                continue
            rows.append(f"#index-entry(0pt, [{shared_text(name)}], {own})")
            rows += [f"#index-entry(12pt, [{shared_text(sub)}], {found})" for sub, found in inner]
        if rows:
            out.append(f"#index-group[{shared_text(letter)}]\n" + "\n".join(rows))
    return "\n".join(out)
