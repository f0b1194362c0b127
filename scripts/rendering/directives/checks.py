"""``{checks}``: the table of a notebook's checks."""

from __future__ import annotations

from collections import Counter
from typing import Any

from docutils import nodes

from scripts.core import words
from scripts.core.page_data import headers
from scripts.core.page_data.headers import Measurement
from scripts.core.record import Check
from scripts.core.rules import judged
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective
from scripts.rendering.directives.parts import para, span

# The kinds that aren't the source's, as a count of them says it.
OURS = {
    "finding": "own finding",
    "arithmetic": "recomputed number",
    "exactness": "exactness check",
}


class Checks(DataDirective[headers.Checks]):
    """The tables of a notebook's checks: claims of the source first, then what is ours."""

    heads = (("Verdict", 20), ("Claim", 48), ("Reported", 16), ("Measured", 16))

    def build(self, data: headers.Checks) -> list[nodes.Node]:
        claims = [c for c in data.checks if c.kind == "claim"]
        out: list[nodes.Node] = []
        if claims:
            counts = Counter(c.verdict for c in claims)
            total = para("total", *parts.account(counts), " ")
            total += span("note", words.plural(len(claims), "claim"))
            out += [self.table(claims, data.full), total]
        if data.full:
            out.append(para("note", "Full size: the recorded run; Provenance says when and where."))
        # What is not the source's stands apart; what holds our own code to a reference is for those
        # who doubt it. Both are folded on screen.
        for kind, name in OURS.items():
            found = [c for c in data.checks if c.kind == kind]
            if found:
                fold = nodes.admonition(classes=["dropdown", "ours", kind])
                fold += nodes.title("", in_short(found, name))
                fold += self.table(found, data.full)
                out.append(fold)
        return [parts.section("checks", "all-checks", "All checks", *out)] if out else []

    def table(self, checks: list[Check], full: dict[str, Measurement]) -> nodes.table:
        """A row for each of ``checks``; ``full`` holds those of the recorded run, by id."""
        rows = (self.row(check, full.get(check.id)) for check in checks)
        return parts.table("checks-table", self.heads, rows)

    @staticmethod
    def row(check: Check, full: Measurement | None = None) -> nodes.row:
        """Verdict, claim with source and reason, what was reported, what was measured."""
        cells = [para("value", *value(check, check.unit))]
        if full is not None and full.measured is not None:
            verdict = [] if full.verdict == check.verdict else [", ", full.verdict]
            cells.append(para("value full-size", "Full size: ", *value(full, check.unit), *verdict))
        row = nodes.row(ids=[nodes.make_id(check.id)], newsletter_judged=judged(check))
        for cell in (
            [para("", parts.verdict(check.verdict))],
            claim(check.claim, check.source, check.reason),
            [para("value", *reported(check))],
            cells,
        ):
            row += nodes.entry("", *cell, classes=[] if cell[0].astext() else ["empty"])
        return row


def in_short(checks: list[Check], name: str) -> str:
    """How many checks of a kind there are, and how many of them hold."""
    held = sum(check.verdict == "holds" for check in checks)
    counted = words.plural(len(checks), name)
    if held == len(checks):
        return f"{counted}, which holds" if held == 1 else f"{counted}, all of which hold"
    return f"{counted}, {held} of which hold{'s' * (held == 1)}"


def claim(text: str, *below: str) -> list[nodes.Node]:
    """What a check tests, and ``below`` it its source, and its reason: what explains it."""
    smaller = [part.rstrip(".") for part in below if part]
    said: list[nodes.Node] = [para("claim", text)]
    if smaller:
        said.append(para("aside", ". ".join(a[0].upper() + a[1:] for a in smaller if a) + "."))
    return said


def reported(check: Check) -> list[parts.Part]:
    """What the source of a claim reports; an exactness check has none that could."""
    if check.reported is not None:
        return [words.number(check.reported, check.unit)]
    return [span("absent", "no figure")] if check.kind == "claim" else []


def value(found: Check | Measurement, unit: str) -> list[parts.Part]:
    """What was measured, with its spread."""
    if found.measured is None:
        return [span("absent", "not measured")]
    out: list[parts.Part] = [nodes.strong("", words.number(found.measured, unit))]
    spread: Any = found.spread
    if isinstance(spread, int | float):
        out.append(span("spread", f" ± {words.number(spread)}"))
    elif isinstance(spread, list):
        ends = " to ".join(words.number(v) for v in spread)
        out.append(span("spread", f" ({ends})"))
    return out
