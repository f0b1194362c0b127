"""Sphinx's pages -> the publication's site, on top of Jupyter Book: begin at `transforms`.

A Sphinx extension. See ``_static/`` for style and script, ``_templates/`` for the frame.

- `transforms`: what only the HTML pages have
- `accessible`: a page's HTML as readers' software wants it
- `counts`: counts of verdicts as links into the ledger
- `figures`: figures for both themes
- `judge`: 'Judge it yourself', in each row of a table of checks
- `formulas`: formulas as MathML
- `steps`: figures with a slider
- `surroundings`: what stands around a page's text
- `page_context`: what the templates are given
- `content_policy`: what a page may load and run
- `assets`: style sheet and scripts
- `icons`: icons and the marks of verdicts
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything (Sphinx calls this)."""
    from docutils import nodes

    from scripts.rendering.plain_build import let_kernels_import
    from scripts.site import assets, counts, figures, formulas, page_context, steps
    from scripts.site.judge import Judge
    from scripts.site.transforms import HtmlParts, without_thebe

    app.setup_extension("scripts.rendering.directives")
    app.connect("config-inited", let_kernels_import)
    app.add_post_transform(counts.Counts)
    app.add_post_transform(HtmlParts)
    app.add_post_transform(Judge)
    steps.setup(app)
    app.connect("doctree-resolved", without_thebe, priority=950)
    app.connect("doctree-read", figures.note_lead, priority=900)  # when pictures have their paths
    html = (figures.visit_image, figures.depart_image)
    app.add_node(nodes.image, override=True, html=html)
    formulas.setup(app)
    page_context.setup(app)
    assets.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
