"""'Judge it yourself': a fold in each row of a table of checks, which `_static/judge.js` fills.

The reader moves the thresholds of the rule, or leaves one seed out, and sees the verdict. What that
needs stands in the page (`core.rules.judged`); without a script there is no fold.
"""

from __future__ import annotations

import json
from html import escape
from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

KEY = "newsletter_judged"  # of a row, set by the directive `{checks}`
SCRIPTS = ("rules.js", "judge.js")


class Judge(SphinxPostTransform):
    """A fold below the claim of each check that can be judged again."""

    default_priority = 390
    builders = ("html", "dirhtml")

    def run(self, **_kwargs: Any) -> None:
        for row in self.document.findall(nodes.row):
            if row.get(KEY):
                claim = next(p for p in row.findall(nodes.paragraph) if "claim" in p["classes"])
                claim.parent += nodes.raw("", fold(row[KEY], claim.astext()), format="html")


def fold(judged: dict[str, Any], claim: str) -> str:
    """The closed fold with its data; who listens hears which claim it is of."""
    data = json.dumps(judged, ensure_ascii=False, separators=(",", ":"))
    return (
        f'<details class="judge" data-pagefind-ignore data-judge="{escape(data)}">'
        "<summary>Judge it yourself"
        f'<span class="visually-hidden">: {escape(claim)}</span></summary></details>'
    )


def in_page(doctree: Any) -> bool:
    """Whether a page holds a check that can be judged again."""
    return doctree is not None and any(row.get(KEY) for row in doctree.findall(nodes.row))
