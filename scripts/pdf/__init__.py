"""Sphinx's doctrees -> PDFs by Typst, from Python wheels alone: begin at `builder`.

A Sphinx extension with a builder named `typst`.

- `builder`: several documents in one run
- `chapters`: which pages a document has, in which order
- `document`: one PDF, its pages and its anchors
- `digest`: a companion notebook in one or two pages
- `volumes`: a long book as several documents
- `source`: a document's Typst
- `press`: Typst in a process of its own
- `writer/`: doctrees as Typst markup, a module for each kind of node
- `typst/`: the templates
- `shared`: what all documents of a run share; problems
- `stops`: the page that Typst can't set
- `pictures`: files that Typst can read
- `fonts`: fonts for Typst, and what they cover
- `up_to_date`: which PDFs must be written again

Load the extension in every build that shares doctrees with this one: Sphinx reads all sources again
when the list of extensions changes. No option here is of kind `env`, so changing them or the
builder reads nothing again.

Options: `typst_documents` (list of dictionaries with the fields of `document.Options`),
`typst_strict` (problems are errors, and PDF/UA must succeed), `typst_fonts` (folders with fonts for
further scripts), `typst_spoken` (words for formulas: see `rendering.formulas.spoken`). Problems are
warnings (under strict: errors) of type `typst` with the subtypes math, glyph, alt, picture, link,
layout, ua, stop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # `press` needs nothing of Sphinx
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the builder, its options and its choice among notebook outputs."""
    from scripts.pdf.builder import TypstBuilder
    from scripts.pdf.up_to_date import note_questions
    from scripts.pdf.volumes import note_size
    from scripts.pdf.writer.cells import ChooseOutput

    app.setup_extension("scripts.rendering.paths")
    app.add_builder(TypstBuilder)
    app.add_config_value("typst_documents", [], "", list)
    app.add_config_value("typst_strict", False, "", bool)
    app.add_config_value("typst_fonts", [], "", list)
    app.add_config_value("typst_spoken", {}, "", dict)
    app.add_post_transform(ChooseOutput)
    app.connect("doctree-read", note_questions)
    app.connect("doctree-read", note_size)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
