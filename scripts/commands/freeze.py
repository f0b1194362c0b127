"""Keep the runs of an issue for good (freeze), and run frozen issues again (thaw)."""

from __future__ import annotations

from dataclasses import replace

from scripts.commands.check import load
from scripts.commands.run import execute, run
from scripts.core.files import write_atomic
from scripts.core.options import Options
from scripts.core.problems import BookError, Problem
from scripts.execution import frozen, report
from scripts.execution.collect import collect, failures
from scripts.execution.plan import plan
from scripts.execution.progress import Progress


def freeze(options: Options, number: int, progress: Progress) -> None:
    """Run what changed, and keep the runs of an issue for good. Raises `BookError`."""
    book = load(options.root)
    frozen.issue_of(book, number)
    _, runs = run(replace(options, thaw=True), progress, book)
    path = frozen.freeze(book, number, runs)
    size = (options.root / path).stat().st_size / 2**20
    progress.tell(f"{path}: {size:.1f} MiB; commit it with the issue")


def thaw(options: Options, progress: Progress) -> bool:
    """Run the frozen issues again and write `thaw.md`. Returns whether every verdict is as it was
    frozen; raises `BookError` if a run failed."""
    kept = frozen.read_frozen(options.root)
    if not kept.runs:
        right = "Freeze one: python -m scripts freeze NUMBER"
        raise BookError([Problem("issues/frozen", 0, "no issue is frozen", right)])
    book = load(options.root)
    tasks = [t for t in plan(book, "book") if t.page.docname in kept.runs]
    done, _ = collect(book, execute(options, tasks, {}, progress))
    problems = failures(done)  # a verdict that changed is the report's matter, not an error
    report.write(options.out / "thaw", problems, done)
    if problems:
        raise BookError(problems)
    before, _ = collect(book, {name: kept.runs[name] for name in done})
    old, new = ({c.id: c for r in runs.values() for c in r.checks} for runs in (before, done))
    verdicts, drift = frozen.comparison(old, new)
    dates = sorted({kept.dates[name] for name in done})
    write_atomic(options.out / "thaw.md", report.thaw(verdicts, drift, len(new), dates))
    for line in (*verdicts, *drift):
        progress.tell(line)
    progress.tell(
        f"{len(new)} checks: {len(verdicts)} verdicts changed, {len(drift)} numbers drifted; "
        f"{options.shown(options.out / 'thaw.md')}"
    )
    return not verdicts
