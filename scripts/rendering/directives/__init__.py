"""The build's data, as `pages` writes it into texts -> nodes that every builder writes.

A Sphinx extension: begin at `base`.

- `base`: what these directives have in common
- `parts`: the nodes that they are made of
- `headers`: what stands at the head of issues and notebooks, and an item's card
- `provenance`: how a notebook was run
- `checks`, `ledger`: tables of claims
- `failures`: the claims that failed, with the reasons
- `mutants`: how many planted bugs the checks of notebooks notice
- `answers`: an exercise's answer with its code as one fold
- `home`, `start`, `archive`, `timings`: the pages of these names
- `outcomes`: what became of an issue's items
- `proofs`: proofs and theorems of `sphinx_proof`, in any book
- `corrections`: what the original got wrong or left out, and how much of a source was read
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives (Sphinx calls this)."""
    from scripts.rendering import links
    from scripts.rendering.directives import answers, base, corrections, headers, outcomes
    from scripts.rendering.directives.archive import Archive, Related, TagPage
    from scripts.rendering.directives.checks import Checks
    from scripts.rendering.directives.failures import Failures
    from scripts.rendering.directives.home import Home
    from scripts.rendering.directives.ledger import Ledger
    from scripts.rendering.directives.mutants import Mutants
    from scripts.rendering.directives.provenance import Provenance
    from scripts.rendering.directives.start import Start
    from scripts.rendering.directives.timings import Timings

    for name, directive in (
        ("home", Home),
        ("issue-header", headers.IssueHeader),
        ("outdated", headers.Outdated),
        ("companion", headers.Companion),
        ("markdown-edition", headers.MarkdownEdition),
        ("notebook-header", headers.NotebookHeader),
        ("notebook-account", headers.NotebookAccount),
        ("checks", Checks),
        ("provenance", Provenance),
        ("timings", Timings),
        ("ledger", Ledger),
        ("failures", Failures),
        ("mutants", Mutants),
        ("start", Start),
        ("archive", Archive),
        ("related", Related),
        ("tag-page", TagPage),
        ("correction", corrections.Correction),
        ("corrections", corrections.Corrections),
        ("outcomes", outcomes.Outcomes),
    ):
        app.add_directive(name, directive)
    app.add_role("read", corrections.Read())
    # Before Sphinx collects the headings of a page.
    app.connect("doctree-read", base.hoist, priority=400)
    app.connect("doctree-read", answers.gather)
    app.connect("doctree-read", corrections.collect, priority=400)
    app.connect("doctree-read", outcomes.collect, priority=400)
    app.setup_extension("scripts.rendering.citations")
    app.setup_extension("scripts.rendering.start_over")
    links.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
