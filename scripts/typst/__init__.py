"""PDF by Typst: a Sphinx builder named `typst`, from Python wheels alone.

Load the extension in every build that shares doctrees with this one (Sphinx reads all sources again
when the list of extensions changes). No option here is of kind `env`, so changing them or the
builder reads nothing again.

Options: `typst_documents` (list of dictionaries: name, docnames, title, subtitle, authors, date,
lang, description, address; `docnames` None is the whole book but for
`left_out`), `typst_strict` (problems are logged
as errors, and PDF/UA must succeed), `typst_fonts` (folders with fonts for further scripts),
`typst_work_dir` (default: a folder inside the doctrees). Problems are warnings (under strict:
errors) of type `typst` with the subtypes math, glyph, alt, link, layout, ua.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the builder, its options and its choice among notebook outputs."""
    from .builder import TypstBuilder
    from .cells import ChooseOutput
    from .outdated import note_questions

    app.add_builder(TypstBuilder)
    app.add_config_value("typst_documents", [], "", list)
    app.add_config_value("typst_strict", False, "", bool)
    app.add_config_value("typst_fonts", [], "", list)
    app.add_config_value("typst_work_dir", "", "", str)
    app.add_post_transform(ChooseOutput)
    app.connect("doctree-read", note_questions)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
