"""Execute what isn't kept already, here or on a cluster."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.book.model import Book
from scripts.commands.check import load
from scripts.core.options import FULL, Options
from scripts.core.problems import BookError, Problem
from scripts.core.record import Run
from scripts.execution import report
from scripts.execution.cache import Cache
from scripts.execution.collect import collect, failures
from scripts.execution.frozen import read_frozen
from scripts.execution.local import Local
from scripts.execution.plan import Task, plan
from scripts.execution.progress import Progress, Tell
from scripts.execution.schedule import cached, capacity, run_all

if TYPE_CHECKING:
    from scripts.execution.cluster import Cluster


def run(
    options: Options, progress: Progress, book: Book | None = None
) -> tuple[Book, dict[str, Run]]:
    """Execute what isn't in the cache. Raises `BookError` if anything failed or if a verdict is
    not the committed one; the report, records and checks are written in either case."""
    with report.reporting(options.out, {}):
        book = book or load(options.root, strict=options.strict)
        for problem in book.unknown:
            progress.tell(f"warning: {problem}")
        done, problems = attempt(book, options, progress)
    if problems:
        raise BookError(problems)
    return book, done


def attempt(
    book: Book, options: Options, progress: Progress
) -> tuple[dict[str, Run], list[Problem]]:
    """The runs of a book, those that failed among them, and all that is wrong with them. Raises
    `BookError` for what keeps them from running."""
    tasks = planned(book, options)
    kept = {} if options.thaw else frozen_runs(options.root, tasks, progress.tell)
    done, problems = collect(book, execute(options, tasks, kept, progress), published=kept)
    problems = [*failures(done), *problems]
    report.write(options.out, problems, done)
    return done, problems


def planned(book: Book, options: Options) -> list[Task]:
    """The tasks of a book. Raises `BookError` if those that are wanted aren't there."""
    tasks = plan(book, options.profile, options.only)
    if options.only and not tasks:
        names = [page.name for page in book.pages if page.notebook is not None]
        what = f"--only {' '.join(options.only)}: no notebook has that name"
        raise BookError([Problem("_toc.yml", 0, what, f"Known: {', '.join(names)}.")])
    if options.profile == FULL:
        tasks = [
            replace(task, state=str(options.state / task.page.name / task.around[:16]))
            for task in tasks
        ]
    return tasks


def kept_runs(book: Book, options: Options) -> tuple[dict[str, Run], list[Task]]:
    """The runs that needn't be made, by docname, and the tasks that have to run."""
    tasks = planned(book, options)
    frozen = {} if options.thaw else frozen_runs(options.root, tasks, lambda _: None)
    known = cached(tasks, frozen, Cache(options.cache / "runs"))
    return known, [task for task in tasks if task.page.docname not in known]


def execute(
    options: Options, tasks: list[Task], kept: dict[str, Run], progress: Progress
) -> dict[str, Run]:
    """The runs of all tasks by docname: those ``kept``, those in the cache, and the others made
    now. Raises `BookError` if one needs a GPU and there is none."""
    with pool(options, tasks, progress.tell) as where:
        if not where.room.gpus and (needy := [task.page.path for task in tasks if task.gpu]):
            what = f"the profile '{options.profile}' needs a GPU, and there is none"
            right = "Run it where there is one."
            raise BookError(Problem(path, 0, what, right) for path in needy)
        return run_all(tasks, kept, Cache(options.cache / "runs"), where, progress)


def frozen_runs(root: Path, tasks: list[Task], tell: Tell) -> dict[str, Run]:
    """The runs that frozen issues keep. A page that changed since is named: it runs again."""
    frozen = read_frozen(root)
    runs = {task.page.docname: run for task in tasks if (run := frozen.get(task)) is not None}
    for task in tasks:
        page = task.page
        if task.profile == "book" and page.docname in frozen.runs and page.docname not in runs:
            tell(f"{page.path} changed since its issue was frozen; it runs again")
    return runs


def pool(options: Options, tasks: list[Task], tell: Tell) -> Local | Cluster:
    """Where the tasks run."""
    if options.scheduler:
        from scripts.execution.cluster import Cluster

        return Cluster(options.scheduler, tasks[0].parts["packages"] if tasks else {})
    return Local(capacity(options.jobs), options.cache, tell, warm=not options.cold)
