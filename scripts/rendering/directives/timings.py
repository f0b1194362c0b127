"""``{timings}``: what the notebooks of this build cost, as a chart and a table to sort."""

from __future__ import annotations

from docutils import nodes

from scripts.core.page_data import lists
from scripts.core.page_data.lists import RunCost
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective
from scripts.rendering.directives.parts import box, facts, page_link, para, span

WIDTH = 100.0  # of a bar's drawing; the style sheet stretches it


class Timings(DataDirective[lists.Timings]):
    """Sums, a bar for each notebook, and the table."""

    heads = (
        ("Notebook", 40),
        *((name, 12) for name in ("Seconds", "Processor", "Kernel", "MiB", "Last run")),
    )

    def build(self, data: lists.Timings) -> list[nodes.Node]:
        if not data.rows:
            return []
        runs = f"{len(data.rows)} in {data.seconds:.0f} s, one after the other"
        sums = facts(
            "rows sums",
            [
                ("Runs", [runs]),
                ("Processor", [f"{data.cpu:.0f} s"]),
                ("Energy", [f"{data.watt_hours:.1f} Wh, estimated"]),
                ("Machine", ["; ".join(data.machines)]),
            ],
        )
        note = (
            "Seconds are those of a clock, of all processors together, and until the kernel took "
            "its first cell; MiB are the peak of its memory. Energy is the time of the processor "
            f"at {data.watts_per_core:g} watts a core, which is an assumption and no measurement, "
            f"and of the memory at {data.watts_per_gib:g} watts for a GiB, times {data.overhead}, "
            "the overhead of an average data centre."
        )
        longest = max(row.seconds for row in data.rows)
        bars = parts.rows("bars", [self.bar(row, longest) for row in data.rows])
        return [
            sums,
            box("html-only", bars),
            parts.table("timings-table sortable", self.heads, map(self.row, data.rows)),
            para("aside", note),
        ]

    @staticmethod
    def bar(row: RunCost, longest: float) -> nodes.paragraph:
        """Name, drawing and seconds; the drawing says nothing that the text does not."""
        whole = WIDTH * row.seconds / longest
        start = min(WIDTH * row.kernel_start / longest, whole)
        drawing = (
            f'<svg class="drawing" viewBox="0 0 {WIDTH:g} 1" preserveAspectRatio="none" '
            f'aria-hidden="true"><rect class="cells" width="{whole:.2f}" height="1"/>'
            f'<rect class="start" width="{start:.2f}" height="1"/></svg>'
        )
        return para(
            "", page_link(row.title, row.page), nodes.raw("", drawing, format="html"),
            span("value", f"{row.seconds:.1f} s"),
        )  # fmt: skip

    @staticmethod
    def row(row: RunCost) -> nodes.row:
        """Title, seconds, processor, kernel start, memory, day."""
        values = [f"{row.seconds:.1f}", f"{row.cpu:.1f}", f"{row.kernel_start:.2f}"]
        values += [str(row.memory), row.start[:10]]
        line = nodes.row("", nodes.entry("", para("", page_link(row.title, row.page))))
        line.extend(nodes.entry("", para("", value)) for value in values)
        return line
