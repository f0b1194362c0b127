"""``{provenance}``: with what, where and how long a notebook was run."""

from __future__ import annotations

from docutils import nodes

from scripts.core import words
from scripts.core.page_data import headers
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective
from scripts.rendering.directives.parts import box, facts, joined, link, para


class Provenance(DataDirective[headers.Provenance]):
    """Run, machine, versions, parameters and key, of the recorded run too: a page's last block."""

    def build(self, data: headers.Provenance) -> list[nodes.Node]:
        values = environment(data.run)
        values.append(("Key", [nodes.literal("", data.key[:16])]))
        values.append(("Cite as", [data.cite]))
        links = [
            *([link("Source of this page", data.source)] if data.source else []),
            link("Run record, JSON", data.record),
            *([link("Report an error", data.report, "icon-flag")] if data.report else []),
        ]
        body: list[nodes.Node] = [facts("rows", values)]
        if data.recorded is not None:
            said = "Recorded run, at full size."
            if not data.same:
                said = "Recorded run, at full size, of an earlier version of this page's code."
            body += [para("label", said), facts("rows", environment(data.recorded))]
        body.append(box("html-only", para("links", *joined(links, " "))))
        return [parts.section("provenance", "run-provenance", "Provenance", *body)]


def environment(data: headers.Environment) -> list[tuple[str, list[parts.Part]]]:
    """When, where, how long and with what a run was made, as labelled values."""
    start = data.start
    when = words.day(start) + (f", {start[11:16]} UTC" if len(start) > 15 else "")
    run = [when, words.duration(data.seconds)]
    if data.memory:
        run.append(f"peak {words.memory(data.memory)}")
    versions = [f"Python {data.python}"] + [f"{n} {v}" for n, v in data.packages.items()]
    given = [f"{n} = {v}" for n, v in data.parameters.items()]
    return [
        ("Run", [", ".join(filter(None, run))]),
        ("Machine", [data.machine]),
        ("Versions", [", ".join(versions)]),
        ("Parameters", [", ".join(given) or "the notebook's own"]),
    ]
