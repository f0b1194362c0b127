"""Links to pages of the book, and figure numbers that count from one on every page."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

Counts = dict[str, dict[str, tuple[int, ...]]]  # kind, id, number
NUMBERS = "newsletter_numbers"  # where a page's metadata keep its `Counts`
LOGGER = logging.getLogger(__name__)


class ResolveLinks(SphinxPostTransform):
    """Give the references of `parts.page_link` their address, for every builder."""

    default_priority = 8

    def run(self, **_kwargs: Any) -> None:
        here = self.env.docname
        for node in list(self.document.findall(nodes.reference)):
            page = node.get("newsletter_page")
            if page is None:
                continue
            if page not in self.env.found_docs:
                LOGGER.warning(
                    "no page %r, to which a part of this page leads",
                    page,
                    location=here,
                    type="site",
                    subtype="link",
                )
                node.replace_self(nodes.inline("", "", *node.children))
                continue
            anchor = node.get("newsletter_anchor")
            if page == here and anchor:
                del node["refuri"]
                node["refid"] = anchor
                continue
            assert self.app.builder is not None
            address = self.app.builder.get_relative_uri(here, page)
            node["refuri"] = address + (f"#{anchor}" if anchor else "")


def lasting(_app: Sphinx, doctree: nodes.document) -> None:
    """Let links to a heading use the anchor that its author wrote (event ``doctree-read``):
    docutils puts the one made of the title first, which changes with the title."""
    for section in doctree.findall(nodes.section):
        ids = section["ids"]
        section["ids"] = ids[1:] + ids[:1]


def number_figures(_collector: TocTreeCollector, env: BuildEnvironment) -> list[str]:
    """Number figures, tables and listings within their page; return the pages that changed.

    Sphinx counts through the whole book, so that a figure added in one notebook would renumber
    (and rebuild) every later page, and a reader of the page would meet 'Figure 57' first.
    """
    old = env.toc_fignumbers
    known = ((docname, about.get(NUMBERS)) for docname, about in env.metadata.items())
    env.toc_fignumbers = {docname: counts for docname, counts in known if counts}
    return [d for d, numbers in env.toc_fignumbers.items() if numbers != old.get(d)]


def count_figures(app: Sphinx, doctree: nodes.document) -> None:
    """Note what a page numbers (event ``doctree-read``) in its metadata, which Sphinx forgets with
    the page and brings together from the processes that read."""
    std: Any = app.env.get_domain("std")
    domains: list[Any] = list(app.env.domains.values())
    counts: Counts = {}
    for node in doctree.findall(nodes.Element):
        if not node["ids"]:
            continue
        kinds = (
            domain.get_enumerable_node_type(node)
            for domain in domains
            if domain is not std or std.get_numfig_title(node)  # only what has a caption
        )
        kind = next(filter(None, kinds), None)
        if kind:
            known = counts.setdefault(kind, {})
            known[node["ids"][0]] = (len(known) + 1,)
    app.env.metadata[app.env.docname][NUMBERS] = counts


def setup(app: Sphinx) -> None:
    app.connect("doctree-read", lasting, priority=300)  # before anything collects anchors
    app.setup_extension("scripts.rendering.paths")
    app.connect("doctree-read", count_figures, priority=900)
    app.add_post_transform(ResolveLinks)
    TocTreeCollector.assign_figure_numbers = number_figures  # type: ignore[assignment,method-assign]
