"""The publication's site: a Sphinx extension for its pages, on top of Jupyter Book.

``directives``, ``home`` and ``corrections`` turn the build's data into generic nodes; ``html``,
``math`` and ``figures`` are about HTML pages; ``around``, ``navigation`` and ``assets`` give the
templates in ``_templates/`` what they show and load. See ``_static/`` for style and script.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from scripts.site import assets, corrections, directives, figures, links, math, navigation
from scripts.site.archive import Archive, Related
from scripts.site.checks import Checks
from scripts.site.home import Home
from scripts.site.html import HtmlParts, without_thebe
from scripts.site.ledger import Ledger
from scripts.site.timings import Timings


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything (Sphinx calls this)."""
    for name, directive in (
        ("home", Home),
        ("issue-header", directives.IssueHeader),
        ("companion", directives.Companion),
        ("markdown-edition", directives.MarkdownEdition),
        ("notebook-header", directives.NotebookHeader),
        ("checks", Checks),
        ("provenance", directives.Provenance),
        ("timings", Timings),
        ("ledger", Ledger),
        ("archive", Archive),
        ("related", Related),
        ("correction", directives.Correction),
        ("corrections", corrections.Corrections),
    ):
        app.add_directive(name, directive)
    # Before Sphinx collects the headings of a page.
    app.connect("doctree-read", directives.hoist, priority=400)
    app.connect("doctree-read", corrections.collect, priority=400)
    app.add_post_transform(HtmlParts)
    app.connect("doctree-resolved", without_thebe, priority=950)
    html = (figures.visit_image, figures.depart_image)
    app.add_node(nodes.image, override=True, html=html)
    app.setup_extension("scripts.citations")
    links.setup(app)
    math.setup(app)
    navigation.setup(app)
    assets.setup(app)
    # What is stored in a doctree changed with this number: pages are read again.
    return {
        "version": "1", "env_version": 4, "parallel_read_safe": True, "parallel_write_safe": True,
    }  # fmt: skip
