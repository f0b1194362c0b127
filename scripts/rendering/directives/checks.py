"""``{checks}``: the table of a notebook's checks."""

from __future__ import annotations

from collections import Counter
from typing import Any

from docutils import nodes

from scripts.core import words
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective
from scripts.rendering.directives.parts import joined, para, span


class Checks(DataDirective):
    """The table of a notebook's checks: claims of the source first, exactness after."""

    heads = (("Verdict", 20), ("Claim", 48), ("Reported", 16), ("Measured", 16))

    def build(self, data: dict[str, Any]) -> list[nodes.Node]:
        checks = data.get("checks") or []
        claims = [c for c in checks if c["kind"] == "claim"]
        exact = [c for c in checks if c["kind"] != "claim"]
        full = data.get("full") or {}
        out: list[nodes.Node] = []
        if claims:
            counts = Counter(c["verdict"] for c in claims)
            total = para("total", *joined(parts.counted(counts), " "), " ")
            total += span("note", words.plural(len(claims), "claim"))
            out += [self.table(claims, full), total]
        if full:
            out.append(para("note", "Full size: the recorded run; Provenance says when and where."))
        if exact:
            # What holds our own code to a reference is for those who doubt it: folded on screen.
            held = sum(c["verdict"] == "holds" for c in exact)
            name = f"{words.plural(len(exact), 'exactness check')}, {held} of which hold"
            if held == len(exact):
                name = (
                    "1 exactness check, which holds"
                    if held == 1
                    else (f"{held} exactness checks, all of which hold")
                )
            fold = nodes.admonition(classes=["dropdown", "exactness"])
            fold += nodes.title("", name)
            fold += self.table(exact, full)
            out.append(fold)
        return [parts.section("checks", "all-checks", "All checks", *out)] if out else []

    def table(self, checks: list[dict[str, Any]], full: dict[str, Any]) -> nodes.table:
        """A row for each of ``checks``; ``full`` holds those of the recorded run, by id."""
        rows = (self.row(check, full.get(check["id"])) for check in checks)
        return parts.table("checks-table", self.heads, rows)

    @staticmethod
    def row(check: dict[str, Any], full: dict[str, Any] | None = None) -> nodes.row:
        unit = str(check.get("unit") or "")
        cells = [para("value", *value(check, unit))]
        if full is not None and full["measured"] is not None:
            verdict = [] if full["verdict"] == check["verdict"] else [", ", full["verdict"]]
            cells.append(para("value full-size", "Full size: ", *value(full, unit), *verdict))
        row = nodes.row(ids=[nodes.make_id(check["id"])])
        for cell in (
            [para("", parts.verdict(check["verdict"]))],
            claim(check, "source", "reason"),
            [para("value", *reported(check, unit))],
            cells,
        ):
            row += nodes.entry("", *cell, classes=[] if cell[0].astext() else ["empty"])
        return row


def claim(check: dict[str, Any], *below: str) -> list[nodes.Node]:
    """What a check tests, and ``below`` it its source, and its reason: what explains it."""
    aside = [str(check[key]).rstrip(".") for key in below if check.get(key)]
    said: list[nodes.Node] = [para("claim", str(check["claim"]))]
    if aside:
        said.append(para("aside", ". ".join(a[0].upper() + a[1:] for a in aside if a) + "."))
    return said


def reported(check: dict[str, Any], unit: str) -> list[parts.Part]:
    """What the source of a claim reports; an exactness check has none that could."""
    if check.get("reported") is not None:
        return [words.number(check["reported"], unit)]
    return [span("absent", "no figure")] if check["kind"] == "claim" else []


def value(check: dict[str, Any], unit: str) -> list[parts.Part]:
    """What a check measured, with its spread."""
    measured = check.get("measured")
    if measured is None:
        return [span("absent", "not measured")]
    found: list[parts.Part] = [nodes.strong("", words.number(measured, unit))]
    spread = check.get("spread")
    if isinstance(spread, int | float):
        found.append(span("spread", f" ± {words.number(spread)}"))
    elif isinstance(spread, list):
        ends = " to ".join(words.number(v) for v in spread)
        found.append(span("spread", f" ({ends})"))
    return found
