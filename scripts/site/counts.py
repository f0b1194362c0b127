"""Counts of verdicts as links: each leads to its claims on the page of their year in the ledger.

The address says what `_static/filter.js` then shows. Without a script the whole table reads.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from scripts.core.page_data.frame import Frame


def claims_of(frame: Frame, page: str, verdict: str) -> tuple[str, str] | None:
    """The docname of the ledger's page that holds the claims of an issue or a notebook, and the
    query by which it shows those of one verdict; None for a page of no issue."""
    issue = frame.owners.get(page)
    if issue is None:
        return None
    if page == issue.page:
        asked = {"issue": f"Issue {issue.number}"}
    else:
        notebooks = frame.notebooks[issue.page]
        asked = {"notebook": next(n.title for n in notebooks if n.page == page)}
    return f"ledger/{issue.date[:4]}", urlencode({"verdict": verdict, **asked})


class Counts(SphinxPostTransform):
    """Make the counts of `parts.tally` and its like links."""

    default_priority = 390  # before `transforms` draws the marks in them
    builders = ("html", "dirhtml")

    def run(self, **_kwargs: Any) -> None:
        frame: Frame = self.app.newsletter  # type: ignore[attr-defined]
        for node in list(self.document.findall(nodes.Element)):
            found = claims_of(frame, *node.get("newsletter_counted", ("", "")))
            if found is None or found[0] not in self.env.found_docs:
                continue
            assert self.app.builder is not None
            page, query = found
            address = self.app.builder.get_relative_uri(self.env.docname, page)
            link = nodes.reference("", "", *node.children, internal=True, classes=["counted"])
            link["refuri"] = f"{address}?{query}"
            node.children = []
            node += link
