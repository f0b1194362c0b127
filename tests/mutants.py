"""Plant bugs in companion notebooks and see whether their checks notice:

    python tests/mutants.py [NAME ...] [--only "name of a mutant"] [--jobs N] [--write]

`tests/mutants/NAME.toml` lists the bugs of the notebook NAME. Each is put into a copy of its code,
in memory, and run as a build would run it. Exit code 1 if one survives, 2 if a file is wrong.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from itertools import filterfalse
from pathlib import Path

import click
from filelock import FileLock

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)] * (str(ROOT) not in sys.path)  # run as a program, it stands in tests/

from planted import Mutant, Planted, Profile, planted  # noqa: E402

from scripts.book.kept.bugs import PLANTED, write_tried  # noqa: E402
from scripts.book.model import Book, Page  # noqa: E402
from scripts.book.outline import is_full_size  # noqa: E402
from scripts.book.read import read  # noqa: E402
from scripts.core.problems import BookError, Problem, did_you_mean, printable  # noqa: E402
from scripts.core.record import Check, Record, Run, Tried, code_cells  # noqa: E402
from scripts.execution.cache import Cache  # noqa: E402
from scripts.execution.collect import collect  # noqa: E402
from scripts.execution.local import Local  # noqa: E402
from scripts.execution.plan import Task, plan  # noqa: E402
from scripts.execution.schedule import capacity  # noqa: E402

PATIENCE = 3  # times the notebook's own deadline
NOT_RUN = "not run"
Tell = Callable[[str], None]


# Running ----------------------------------------------------------------------------------------


def mutated(page: Page, mutant: Mutant) -> Page:
    """A copy of the page with the bug in its code."""
    assert page.notebook is not None
    notebook = page.notebook.copy()
    notebook.cells = [cell.copy() for cell in notebook.cells]
    for cell in filterfalse(is_full_size, code_cells(notebook)):
        cell["source"] = cell["source"].replace(mutant.find, mutant.replace)
    return replace(page, notebook=notebook)


def task_of(book: Book, one: Planted, page: Page, profile: Profile) -> Task:
    """The run of a notebook, or of its copy with a bug."""
    if profile == "book":  # which has no parameters of its own
        profiles = {**page.front.get("profiles", {}), "book": {"parameters": one.parameters}}
        page = replace(page, front={**page.front, "profiles": profiles})
    (task,) = plan(replace(book, pages=(page,)), profile)
    # A deadline ends what hangs; it shall not catch what is slow because others compute.
    return replace(task, deadline=PATIENCE * task.deadline)


def checks_of(book: Book, page: Page, run: Run) -> dict[str, Check]:
    """The checks that a run shows, by id."""
    found, _ = collect(replace(book, pages=(page,)), {page.docname: run})
    return {check.id: check for check in found[page.docname].checks}


# Judging ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """What became of a bug: ``what`` says it in words; ``right``: as its file has it."""

    notebook: str
    mutant: Mutant
    right: bool
    what: str


def turned(before: Mapping[str, Check], after: Mapping[str, Check]) -> list[str]:
    """The checks whose verdict is no longer the committed one; what isn't shown any more would
    stop a build as well. What the profile doesn't evaluate tells nothing."""
    return [
        id
        for id, check in before.items()
        if id not in after or after[id].verdict not in (check.stands, NOT_RUN)
    ]


def judged(mutant: Mutant, record: Record, red: Sequence[str]) -> tuple[bool, str]:
    """Whether a run is as its mutant says, and what came out, in words; ``red``: the checks that
    turned."""
    if record.outcome != "ok":
        right = mutant.crash and record.outcome == "failed"
        wanted = "" if right else f"; {'no exception' if mutant.crash else 'not said by its file'}"
        return right, f"stopped: {_why(record)}{wanted}"
    if mutant.crash:
        return False, "SURVIVED: the run went through"
    if mutant.harmless:
        return not red, f"HARMFUL: red are {', '.join(red)}" if red else "harmless"
    still = [id for id in mutant.red if id not in red]
    others = [id for id in red if id not in mutant.red]
    more = f"; also red: {', '.join(others)}" if others else ""
    if still:
        return False, f"SURVIVED: as committed is {', '.join(still)}{more}"
    return True, f"red by {', '.join(mutant.red)}{more}"


def _why(record: Record) -> str:
    """How a run ended, in a line."""
    text = record.failure.error if record.failure else record.outcome
    return printable(" ".join(text.split()))[:200]


def unfit(one: Planted, run: Run, checks: Mapping[str, Check]) -> list[Problem]:
    """Why runs of a profile would tell nothing of bugs: without any, not every check has its
    committed verdict (``book``), or not every one that shall notice a bug is evaluated there."""
    profile = run.record.profile
    path, begin = one.page.path, f"without a bug, profile '{profile}': "
    if run.record.outcome != "ok":
        return [Problem(path, 0, f"{begin}the run stops: {_why(run.record)}")]
    asked = {id for mutant in one.mutants if mutant.profile == profile for id in mutant.red}
    wrong = [f"the run doesn't show '{id}'" for id in sorted(asked - set(checks))]
    for id, check in checks.items():
        needed = profile == "book" or id in asked
        if check.verdict != check.stands and (needed or check.verdict != NOT_RUN):
            wrong.append(f"'{id}' is '{check.verdict}', not '{check.stands}'")
    right = "A bug of profile 'smoke' needs a check that is evaluated there."
    if profile == "book":
        right = "Choose [parameters] under which every check has its committed verdict."
    return [Problem(path, 0, begin + what, right) for what in wrong]


# All of it --------------------------------------------------------------------------------------

Running = list[tuple[Mutant | None, Task, Future[Run]]]  # None: the notebook without a bug


def try_all(
    book: Book, files: Sequence[Planted], jobs: int = 0, tell: Tell = print
) -> list[Result]:
    """Run each notebook without a bug and with each of its bugs, ``jobs`` at a time (0: one a
    core), and tell of each. Raises `BookError` if a run without a bug isn't as committed: the
    others of that notebook would tell nothing."""
    folder = book.root / ".cache" / "mutants"
    folder.mkdir(parents=True, exist_ok=True)
    results: list[Result] = []
    problems: list[Problem] = []
    with FileLock(folder / "lock"), Local(capacity(jobs), folder, tell) as pool:
        cache = Cache(folder.parent / "runs")
        started = [(one, _started(book, one, pool, cache)) for one in files]
        for one, running in started:
            try:
                results += _results(book, one, running, cache, tell)
            except BookError as error:
                problems += error.problems
                for _, _, future in running:
                    future.cancel()
    if problems:
        raise BookError(problems)
    return results


def _started(book: Book, one: Planted, pool: Local, cache: Cache) -> Running:
    """The runs of a notebook, those without a bug first, for all others are compared with them.
    Only they are kept from one time to the next."""
    running: Running = []
    for profile in sorted({mutant.profile for mutant in one.mutants}, reverse=True):
        task = task_of(book, one, one.page, profile)
        kept = cache.get(task.key)
        running.append((None, task, _done(kept) if kept else pool.submit(task)))
    for mutant in one.mutants:
        task = task_of(book, one, mutated(one.page, mutant), mutant.profile)
        running.append((mutant, task, pool.submit(task)))
    return running


def _done(run: Run) -> Future[Run]:
    future: Future[Run] = Future()
    future.set_result(run)
    return future


def _results(
    book: Book, one: Planted, running: Running, cache: Cache, tell: Tell
) -> Iterator[Result]:
    name, before = one.page.name, dict[str, dict[str, Check]]()
    for mutant, task, future in running:
        run = future.result()
        checks = checks_of(book, task.page, run)
        seconds = f"{run.record.seconds:.1f} s"
        if mutant is None:
            tell(f"--- {name}, no bug, {task.profile}: {len(checks)} checks, {seconds}")
            before[task.profile] = checks
            if wrong := unfit(one, run, checks):
                raise BookError(wrong)
            cache.put(run)
        else:
            right, what = judged(mutant, run.record, turned(before[task.profile], checks))
            tell(f"{'ok ' if right else 'BAD'} {name}, {mutant.name}: {what}, {seconds}")
            yield Result(name, mutant, right, what)


def summary(results: Sequence[Result]) -> str:
    """How the bugs of each notebook ended, a line each."""
    return "\n".join(
        f"{name}: {caught} caught, {harmless} harmless, {survived} not as the file says"
        for name, (caught, survived, harmless) in counted(results).items()
    )


def counted(results: Iterable[Result]) -> dict[str, tuple[int, int, int]]:
    """Of each notebook, how many bugs were caught, how many weren't as their file says, and how
    many are harmless."""
    found: dict[str, list[int]] = {}
    for result in results:
        own = found.setdefault(result.notebook, [0, 0, 0])
        own[(2 if result.mutant.harmless else 0) if result.right else 1] += 1
    return {name: (own[0], own[1], own[2]) for name, own in found.items()}


def tried(files: Iterable[Planted], results: Iterable[Result]) -> dict[str, Tried]:
    """What is kept of it for the site, by notebook."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    digests = {one.page.name: one.digest for one in files}
    return {name: Tried(*own, today, digests[name]) for name, own in counted(results).items()}


PATH = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--only", multiple=True, metavar="MUTANT", help="Only the mutant of this name.")
@click.option("--jobs", default=0, metavar="N", help="Runs at a time; one a core if not given.")
@click.option(
    "--root", default=".", type=PATH, help="The book's folder; the current one if not given."
)
@click.option("--write", is_flag=True, help="Keep the results, which the site shows.")
def main(names: tuple[str, ...], only: tuple[str, ...], jobs: int, root: Path, write: bool) -> None:
    """Plant bugs in the companion notebooks NAME (all that have a file), and see who notices."""
    if only and write:
        raise click.UsageError("--write is for all bugs of a notebook: leave out --only")
    try:
        book, wrong = read(root)
        if wrong:
            raise BookError(wrong)
        files = chosen(planted(book, names), only)
        results = try_all(book, files, jobs, click.echo)
    except BookError as error:
        click.echo(error, err=True)
        sys.exit(2)
    click.echo(summary(results))
    if write:
        write_tried(book.root, tried(files, results))
    sys.exit(not all(result.right for result in results))


def chosen(files: Sequence[Planted], only: Sequence[str]) -> list[Planted]:
    """The same files with the mutants of these names alone. Raises `BookError` for names that no
    mutant has."""
    known = {mutant.name for one in files for mutant in one.mutants}
    unknown = [name for name in only if name not in known]
    if unknown:
        what = "no mutant is called '{}'"
        raise BookError(
            Problem(PLANTED, 0, what.format(name), did_you_mean(name, known)) for name in unknown
        )
    picked = [
        replace(one, mutants=tuple(m for m in one.mutants if not only or m.name in only))
        for one in files
    ]
    return [one for one in picked if one.mutants]


if __name__ == "__main__":
    main()
