"""``{provenance}``: with what, where and how long a notebook was run."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from scripts.core import words
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective
from scripts.rendering.directives.parts import box, facts, joined, link, para


class Provenance(DataDirective):
    """Run, machine, versions, parameters and key, of the recorded run too: a page's last block."""

    def build(self, data: dict[str, Any]) -> list[nodes.Node]:
        values = environment(data)
        values.append(("Key", [nodes.literal("", str(data["key"])[:16])]))
        if data.get("cite"):
            values.append(("Cite as", [str(data["cite"])]))
        links = []
        if data.get("source"):
            links.append(link("Source of this page", str(data["source"])))
        if data.get("record"):
            links.append(link("Run record, JSON", str(data["record"])))
        if data.get("report"):
            links.append(link("Report an error", str(data["report"]), "icon-flag"))
        body: list[nodes.Node] = [facts("rows", values)]
        if data.get("recorded"):
            full = data["recorded"]
            said = "Recorded run, at full size."
            if not full["same"]:
                said = "Recorded run, at full size, of an earlier version of this page's code."
            body += [para("label", said), facts("rows", environment(full))]
        if links:
            body.append(box("html-only", para("links", *joined(links, " "))))
        return [parts.section("provenance", "run-provenance", "Provenance", *body)]


def environment(data: dict[str, Any]) -> list[tuple[str, list[parts.Part]]]:
    """When, where, how long and with what a run was made, as labelled values."""
    start = str(data.get("start", ""))
    when = words.day(start) + (f", {start[11:16]} UTC" if len(start) > 15 else "")
    run = [when, words.duration(data["seconds"])]
    if data.get("memory"):
        run.append(f"peak {words.memory(data['memory'])}")
    packages = data.get("packages") or {}
    versions = [f"Python {data['python']}"] + [f"{n} {v}" for n, v in packages.items()]
    given = [f"{n} = {v}" for n, v in (data.get("parameters") or {}).items()]
    return [
        ("Run", [", ".join(filter(None, run))]),
        ("Machine", [str(data.get("machine", ""))]),
        ("Versions", [", ".join(versions)]),
        ("Parameters", [", ".join(given) or "the notebook's own"]),
    ]
