"""What the runs cost: time, memory, and an estimate of their energy."""

from __future__ import annotations

from scripts.book.model import Book
from scripts.core.page_data.lists import RunCost, Timings
from scripts.core.record import Record, Runs

# Strubell, Ganesh and McCallum (ACL 2019): kWh = 1.58 t (p_c + p_r + g p_g) / 1000, t in hours, the
# powers in watts; 1.58 is the overhead of an average data centre in 2018. They measured watts; we
# assume them: a busy core of a server, and memory at 3 W for 8 GiB. No book run uses a GPU.
OVERHEAD = 1.58
WATTS_PER_CORE = 15.0
WATTS_PER_GIB = 0.375


def energy(record: Record) -> float:
    """Estimated watt-hours of a run."""
    joules = record.cpu * WATTS_PER_CORE
    joules += record.seconds * record.memory / 1024 * WATTS_PER_GIB
    return OVERHEAD * joules / 3600


def timings(book: Book, runs: Runs) -> Timings:
    """A row for each run of the book, the slowest first, and their sum."""
    titles = {page.docname: page.title for page in book.pages}
    records = sorted((run.record for run in runs.values()), key=lambda record: -record.seconds)
    return Timings(
        rows=[
            RunCost(
                f"/{r.notebook}", titles[r.notebook], r.seconds, r.cpu, r.kernel_start, r.memory,
                r.start,
            )
            for r in records
        ],
        seconds=sum(record.seconds for record in records),
        cpu=sum(record.cpu for record in records),
        watt_hours=sum(energy(record) for record in records),
        machines=sorted({f"{r.machine}, Python {r.python}" for r in records}),
        overhead=OVERHEAD,
        watts_per_core=WATTS_PER_CORE,
        watts_per_gib=WATTS_PER_GIB,
    )  # fmt: skip
