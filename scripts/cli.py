"""The command line: a thin skin over the functions that do the work."""

from __future__ import annotations

import datetime
import select
import signal
import sys
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from scripts.commands import up_to_date
from scripts.commands.clean import clean as remove
from scripts.core.options import BOOK, PROFILES, Options
from scripts.core.problems import BookError, Problem
from scripts.core.system import lock
from scripts.core.system.machine import refused
from scripts.core.system.signals import STOPPED, Stopped, stops_first
from scripts.publishing.swap import recover

SOFTWARE = 70  # exit code: a fault of the program itself (EX_SOFTWARE of sysexits.h)
JOBS = click.option(
    "--jobs", type=click.IntRange(0), default=0, help="Processes; one for each core if not given."
)
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def tell(line: str) -> None:
    """One line of progress."""
    click.echo(line)
    sys.stdout.flush()


@click.group(context_settings=CONTEXT)
def main() -> None:
    """The NLP Newsletter, runnable: read, run, render and publish a book."""


def verb(function: Callable[..., None]) -> click.Command:
    """A verb with the options that all of them share; problems are listed once, exit code 1."""

    @wraps(function)
    def guarded(**values: Any) -> None:
        try:
            with stops_first():
                function(**values)
        except BookError as error:
            sys.exit(failed(error.problems))
        except BrokenPipeError:
            if not unread():
                sys.exit(crashed(values["root"]))
            raise  # click leaves quietly
        except OSError as error:
            found = refused(error, values["root"])
            sys.exit(failed(found) if found else crashed(values["root"]))
        except KeyboardInterrupt as stop:
            click.echo(STOPPED, err=True)
            sys.exit(stop.code if isinstance(stop, Stopped) else 128 + signal.SIGINT)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception:
            sys.exit(crashed(values["root"]))

    root = click.option(
        "--root", type=click.Path(exists=True, file_okay=False, path_type=Path, resolve_path=True),
        default=".", help="The book's folder; any Jupyter Book 1.x project.",
    )  # fmt: skip
    return main.command(function.__name__.strip("_"))(root(guarded))


def failed(problems: list[Problem]) -> int:
    """Say every problem, and return the exit code."""
    for problem in problems:
        click.echo(f"error: {problem}", err=True)
    from scripts.execution import report

    if report.github():
        click.echo("\n".join(report.github_lines(problems)))
    number = len(problems)
    click.echo(f"{number} problem{'s' if number > 1 else ''}", err=True)
    return 1


def unread() -> bool:
    """Whether nobody reads any more what is said, as in `| head -1`."""
    poll = select.poll()
    for stream in (1, 2):
        poll.register(stream, 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))


def crashed(root: Path) -> int:
    """Say in a line what nobody expected, keep its traceback, and return the exit code."""
    log = root / "_build" / "crash.log"
    trace = traceback.format_exc()
    last = trace.strip().splitlines()[-1][:300]
    click.echo(f"error: {' '.join(sys.argv[1:2])}: {last!r}, a fault of the tool", err=True)
    try:
        log.parent.mkdir(exist_ok=True)
        log.write_text(trace, encoding="utf-8", errors="replace")
        click.echo(f"    The traceback is in {log}; the last good site is as it was.", err=True)
    except OSError:
        click.echo(trace, err=True)
    return SOFTWARE


def running(function: Callable[..., None]) -> Callable[..., None]:
    """The options of verbs that execute notebooks."""
    for option in (
        click.option("--strict", is_flag=True, help="Warnings are errors, as in our own book."),
        click.option(
            "--scheduler",
            default="",
            metavar="ADDRESS",
            help="Run on the Dask cluster of this scheduler, tcp://host:8786.",
        ),
        click.option("--cold", is_flag=True, help="Start every kernel from nothing."),
        JOBS,
        click.option("--profile", type=click.Choice(PROFILES), default=BOOK),
        click.option(
            "--only", multiple=True, metavar="NAME", help="This notebook alone; repeatable."
        ),
    ):
        function = option(function)
    return function


@verb
@running
def build(root: Path, **options: Any) -> None:
    """Run what changed, render it, and put the finished site in place."""
    wanted = Options(root, **options)
    with lock.only_builder(root):
        recover(wanted.site)
        state = up_to_date.last(wanted)
        extent = up_to_date.extent(state)
        digest = up_to_date.inputs(wanted, extent)
        if up_to_date.unchanged(wanted, state, digest):
            tell(f"nothing changed; {wanted.site.relative_to(root)} is up to date")
            return
        # Half of the stack comes with it: more seconds than an unchanged book needs in all.
        from scripts.commands.build import build as build_book
        from scripts.execution.progress import progress

        found = up_to_date.extent_of(*build_book(wanted, progress()))
        up_to_date.remember(wanted, digest, extent, found)


@verb
@running
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
def preview(root: Path, port: int, **options: Any) -> None:
    """Serve the book on this machine, and show each page as soon as it is edited."""
    from scripts.commands.preview import preview as show

    try:
        show(Options(root, **options), port)
    except KeyboardInterrupt as stop:  # Ctrl-C is its end
        if isinstance(stop, Stopped) and stop.code != 128 + signal.SIGINT:
            raise


@verb
@running
def run(root: Path, **options: Any) -> None:
    """Execute notebooks and fill the cache; render nothing."""
    from scripts.commands.run import run as run_book
    from scripts.execution.progress import progress

    with lock.only_builder(root):
        book, runs = run_book(Options(root, **options), progress())
    tell(f"{len(runs)} notebooks ran or were in the cache")
    left = [p.name for p in book.pages if p.notebook is not None and p.docname not in runs]
    if left:
        tell(f"left unchecked: {', '.join(left)}")


@verb
@click.argument("name")
@click.option("--profile", type=click.Choice(PROFILES), default=BOOK)
def why(root: Path, name: str, profile: str) -> None:
    """Say what of a notebook's cache key changed since its last run."""
    from scripts.commands.check import load
    from scripts.execution.why import why as explain

    records = Options(root, profile=profile).out / "records"
    lines = explain(load(root), name, profile, records)
    tell("\n".join(lines) if lines else f"nothing changed: {name} is taken from the cache")


@verb
@click.argument("name")
@click.option("--scheduler", default="", metavar="ADDRESS", help="Run it on a Dask cluster.")
@click.option("--again", is_flag=True, help="Write nothing: compare with what is recorded.")
def record(root: Path, name: str, scheduler: str, again: bool) -> None:
    """Run a notebook's full profile and write its recorded run."""
    from scripts.commands.record import record as record_run
    from scripts.execution.progress import progress

    with lock.only_builder(root):
        same = record_run(Options(root, scheduler=scheduler), name, progress(), again=again)
    sys.exit(0 if same else 1)


@verb
def note(root: Path) -> None:
    """Keep each claim's verdict, so that a later change of it is news."""
    from scripts.commands.note import note as note_verdicts
    from scripts.execution.progress import progress

    with lock.only_builder(root):
        note_verdicts(Options(root), progress())


@verb
@click.argument("number", type=int)
def freeze(root: Path, number: int) -> None:
    """Keep the runs of a published issue, so that it doesn't run again."""
    from scripts.commands.freeze import freeze as freeze_issue
    from scripts.execution.progress import progress

    with lock.only_builder(root):
        freeze_issue(Options(root), number, progress())


@verb
@JOBS
@click.option("--scheduler", default="", metavar="ADDRESS", help="Run on a Dask cluster.")
def thaw(root: Path, **options: Any) -> None:
    """Run frozen issues again; report changed verdicts and drifted numbers."""
    from scripts.commands.freeze import thaw as thaw_issues
    from scripts.execution.progress import progress

    with lock.only_builder(root):
        same = thaw_issues(Options(root, **options), progress())
    sys.exit(0 if same else 1)


@verb
@click.option("--dry-run", is_flag=True, help="Say what would be pushed, and push nothing.")
@click.option("--withdraw", is_flag=True, help="Let pages go that were published before.")
@click.option("--remote", default="origin", show_default=True, help="The git remote.")
def publish(root: Path, remote: str, **wanted: bool) -> None:
    """Push the finished site and the learners' notebooks to branches of a git remote."""
    from scripts.commands.publish import publish as push

    with lock.only_builder(root):
        push(Options(root), remote, tell, **wanted)


@verb
@click.option("--notebook", default="", metavar="NAME", help="A companion notebook of this name.")
@click.option("--item", default="", metavar="ANCHOR", help="Its item, such as i002-reformer.")
@click.option("--translation", default="", metavar="LANG", help="An issue in another language.")
@click.option("--issue", type=int, default=0, help="The issue to translate, if not the newest.")
@click.option("--title", default="", help="The title; it can be changed at any time.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), default=datetime.datetime.now)
def new(root: Path, date: datetime.datetime, issue: int, **named: str) -> None:
    """Start the next issue, with --notebook a companion notebook, with --translation an issue in
    another language."""
    from scripts.commands.new import new_page

    if bool(named["notebook"]) != bool(named["item"]):
        raise click.UsageError("A companion notebook needs both --notebook NAME and --item ANCHOR.")
    if named["translation"] and named["notebook"]:
        raise click.UsageError("--translation and --notebook are two different pages.")
    with lock.only_builder(root):
        new_page(Options(root), date.date(), issue, tell, **named)


@verb
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(root: Path, file: Path) -> None:
    """Make the next issue of a plain Markdown newsletter, and list what is to decide."""
    from scripts.commands.importing import import_issue

    with lock.only_builder(root):
        import_issue(Options(root), file, datetime.datetime.now().date(), tell)


@verb
@click.option("--links", is_flag=True, help="Ask the addresses of other sites on the network, too.")
def check(root: Path, *, links: bool) -> None:
    """Validate every source without executing anything."""
    from scripts.commands.check import check as check_book

    check_book(Options(root), tell, links=links)


@verb
@click.option("--cache", is_flag=True, help="Remove the cache of finished runs as well.")
def clean(root: Path, cache: bool) -> None:
    """Remove build products."""
    with lock.only_builder(root):
        remove(root, cache=cache)
