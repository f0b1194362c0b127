"""The toolchain of the publication: ``python -m scripts VERB``.

Its rooms, each named after a stage or an edition. A room imports only rooms below it, and rooms on
one line don't know each other (`make lint`); what each holds stands in its own docstring.

    cli           what can be typed
    commands      what each verb does, one module a verb
    preview       serve, watch, reload
    drafts        what an editor starts from: the next issue, a notebook, a newsletter
    editions      editions without Sphinx: learners' notebooks, programs, Markdown
    publishing    assemble, verify, put in place, push
    site, pdf     one Sphinx edition each
    rendering     Sphinx set up and made quick; what site and PDF share
    pages         a book and its runs -> the tree that Sphinx renders
    execution     a book -> runs: planned, cached, scheduled; checks, failures, report
    links         the addresses of other sites that a book names -> what they answer
    book          sources -> a book; a book -> problems
    worker        a request -> an executed notebook, in a process of its own, here or elsewhere
    core          what all share: problems, records, files, words, forks
"""

from __future__ import annotations

from typing import Any


def page_statistics(path: str) -> dict[str, Any]:
    """Reading statistics of an issue's source file, which the build hands to the issue's notebook;
    for a plain ``jupyter-book build``, which hands nothing over."""
    # Imported when it is asked for: every worker and every unchanged build imports this package.
    from scripts.book.statistics import page_statistics as of_page

    return of_page(path)
