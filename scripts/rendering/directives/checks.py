"""``{checks}``: the table of a notebook's checks."""

from __future__ import annotations

from collections import Counter

from docutils import nodes

from scripts.core import words
from scripts.core.page_data import headers
from scripts.core.page_data.headers import Measurement
from scripts.core.record import Check
from scripts.core.rules import judged
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective
from scripts.rendering.directives.parts import para, span

ALL_CHECKS = "all-checks"  # the anchor of the section
# The kinds that aren't the source's, as a count of them says it.
OURS = {
    "finding": "own finding",
    "arithmetic": "recomputed number",
    "exactness": "exactness check",
}
ORDER = ("fails", "holds", "not testable here", "not run")
HEADS = (("Verdict", 20), ("Claim", 48), ("Reported", 16), ("Measured", 16))


class Checks(DataDirective[headers.Checks]):
    """The table of a notebook's checks: claims of the source, first those that fail, then what of
    ours fails. What of ours holds is for those who doubt it, in a fold a kind."""

    def build(self, data: headers.Checks) -> list[nodes.Node]:
        claims = sorted(
            (check for check in data.checks if check.kind == "claim"),
            key=lambda check: ORDER.index(check.verdict),
        )
        rows = [self.row(check, data.full.get(check.id)) for check in claims]
        folds: list[nodes.Node] = []
        for kind, name in OURS.items():
            own = [check for check in data.checks if check.kind == kind]
            failing = [check for check in own if check.verdict == "fails"]
            others = [check for check in own if check.verdict != "fails"]
            if failing:
                verb = "fails" if len(failing) == 1 else "fail"
                rows.append(group(f"{words.plural(len(failing), name)} that {verb}"))
                rows += [self.row(check, data.full.get(check.id)) for check in failing]
            if others:
                folds.append(self.fold(kind, others, data))
        out: list[nodes.Node] = [parts.table("checks-table", HEADS, rows)] if rows else []
        if claims:
            counts = Counter(c.verdict for c in claims)
            total = para("total", *parts.account(counts), " ")
            total += span("note", words.plural(len(claims), "claim"))
            out.append(total)
        if data.full:
            out.append(para("note", "Full size: the recorded run; Provenance says when and where."))
        out += folds
        return [parts.section("checks", ALL_CHECKS, "All checks", *out)] if out else []

    def fold(self, kind: str, checks: list[Check], data: headers.Checks) -> nodes.admonition:
        """Checks of ours that don't fail, under how many there are."""
        fold = nodes.admonition(classes=["dropdown", "ours", kind])
        fold += nodes.title("", in_short(checks, OURS[kind]))
        rows = [self.row(check, data.full.get(check.id)) for check in checks]
        fold += parts.table("checks-table", HEADS, rows)
        return fold

    @staticmethod
    def row(check: Check, full: Measurement | None = None) -> nodes.row:
        """Verdict, claim with source, rule and reason, what was reported, what was measured."""
        row = nodes.row(ids=[nodes.make_id(check.id)], newsletter_judged=judged(check))
        for cell in (
            [para("", parts.verdict(check.verdict))],
            [*claim(check.claim, check.source), *rule(check), *reason(check)],
            [para("value", *reported(check))],
            measured(check, full),
        ):
            row += nodes.entry("", *cell, classes=[] if cell[0].astext() else ["empty"])
        return row


def group(title: str) -> nodes.row:
    """A row that names those below it."""
    entry = nodes.entry("", para("group", title), morecols=len(HEADS) - 1)
    return nodes.row("", entry, classes=["group"])


def rule(check: Check) -> list[nodes.Node]:
    """By what the verdict is decided: in words, else as it stands in the code."""
    if check.measured is None or not check.expected:
        return []
    said = words.rule(check.expected, check.unit, check.reported)
    shown = f"{said}." if said else nodes.literal("", check.expected)
    return [para("aside rule", "Rule: ", shown)]


def reason(check: Check) -> list[nodes.Node]:
    """Why a claim fails; folded, why it can't be tested."""
    if not check.reason:
        return []
    text = check.reason.rstrip(".") + "."
    said = para("aside reason", text[0].upper() + text[1:])
    fold = "Why" if check.verdict == "fails" else "Why not" if check.measured is None else "Note"
    return [parts.fold(fold, said, opened=check.verdict == "fails")]


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


def measured(check: Check, full: Measurement | None) -> list[nodes.Node]:
    """What a check measured, and what it measured in the recorded run."""
    cells: list[nodes.Node] = [para("value", *value(check, check.unit))]
    if full is not None and full.measured is not None:
        verdict = [] if full.verdict == check.verdict else [", ", full.verdict]
        cells.append(para("value full-size", "Full size: ", *value(full, check.unit), *verdict))
    return cells


def value(found: Check | Measurement, unit: str) -> list[parts.Part]:
    """What was measured, with its spread."""
    if found.measured is None:
        return [span("absent", "not measured")]
    out: list[parts.Part] = [nodes.strong("", words.number(found.measured, unit))]
    around = words.spread(found.spread, found.measured)
    return [*out, span("spread", f" {around}")] if around else out
