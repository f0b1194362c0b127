"""The whole flow: read, check, run, collect, render, derive, verify, swap."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scripts import sitemap, social
from scripts.book import check
from scripts.book.model import Book
from scripts.book.read import read
from scripts.book.recorded import PROFILE, recorded_of, write_recorded
from scripts.core import memo
from scripts.core.files import mirror, sync, write_atomic
from scripts.core.forks import Fork
from scripts.core.options import Options
from scripts.core.problems import BookError, Problem, did_you_mean
from scripts.core.record import Run, Runs
from scripts.derive import derive
from scripts.execution import report
from scripts.execution.cache import Cache
from scripts.execution.collect import collect, failures
from scripts.execution.frozen import comparison, issue_of, published, read_frozen
from scripts.execution.frozen import freeze as keep
from scripts.execution.local import Local
from scripts.execution.plan import Task, plan
from scripts.execution.progress import Progress, Tell, in_words
from scripts.execution.schedule import capacity, run_all
from scripts.pages.cards import cards
from scripts.pages.downloads import downloads
from scripts.pages.headers import PACKAGES_SHOWN
from scripts.pages.stage import stage
from scripts.rendering.render import PRESS, Show, render
from scripts.rendering.render import preview as render_preview
from scripts.swap import assemble, swap
from scripts.verify import verify

if TYPE_CHECKING:
    from scripts.execution.cluster import Cluster

PLACEHOLDER = "your-name"


def load(root: Path) -> Book:
    """The book under ``root``; raises `BookError` with every problem of its sources."""
    book, problems = read(root)
    # A page that could not be read would make every link to it look broken: form first.
    problems = problems or check.check(book, published(root))
    if problems:
        raise BookError(problems)
    return book


def run(
    options: Options, progress: Progress, book: Book | None = None
) -> tuple[Book, dict[str, Run]]:
    """Execute what isn't in the cache. Raises `BookError` if anything failed or if a verdict is
    not the committed one; the report, records and checks are written in either case."""
    book = book or load(options.root)
    tasks = plan(book, options.profile, options.only)
    if options.only and not tasks:
        names = [page.name for page in book.pages if page.notebook is not None]
        what = f"--only {' '.join(options.only)}: no notebook has that name"
        raise BookError([Problem("_toc.yml", 0, what, f"Known: {', '.join(names)}.")])
    with pool(options, tasks, progress.tell) as where:
        if not where.room.gpus and (needy := [task.page.path for task in tasks if task.gpu]):
            what = f"the profile '{options.profile}' needs a GPU, and there is none"
            right = "Run it where there is one."
            raise BookError(Problem(path, 0, what, right) for path in needy)
        kept = {} if options.thaw else frozen_runs(options.root, tasks, progress.tell)
        runs = run_all(tasks, kept, Cache(options.cache / "runs"), where, progress)
    done, problems = collect(book, runs)
    problems = [*failures(done), *problems]
    report.write(options.out, problems, done)
    if problems:
        raise BookError(problems)
    return book, done


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


def build(options: Options, progress: Progress) -> None:
    """Everything, up to the finished site in its place. Raises `BookError`; then the last good
    site stays as it was."""
    began = time.monotonic()
    tell = progress.tell
    with memo.opened(options.cache / "memo.pickle"):
        book, runs = run(options, progress)
        tell("rendering")
        work = options.work
        strict = book.is_newsletter or options.strict
        with Fork(lambda: derive(book, runs, work / "derived")) as deriving:
            sync(stage(book, runs, public=options.public), work / "source")
            problems = render(book, work / "source", work, capacity(options.jobs).jobs)
            _stop_or_tell(problems, strict, tell)
            _stop_or_tell(deriving.result(), strict, tell)
        new = options.out / ".html.new"
        extras = editions(book, options, work) | for_machines(book, runs, options, work)
        assemble(work / "html", extras, new, options.site)
        wanted = [d["file"] for issue in book.issues for d in downloads(book, issue)]
        found = verify(book, new, [*_files(extras), *wanted])
        _stop_or_tell(found, strict, tell)
        _keep(work, options.out)
        swap(new, options.site)
    _warn_of_placeholders(book, tell)
    took = time.monotonic() - began
    tell(f"{_shown(options.site, options.root)}: {len(book.pages)} pages in {took:.1f} s")
    if options.only:
        left = [page.name for page in book.pages if page.docname not in runs and page.notebook]
        tell(f"left unchecked: {', '.join(left) or 'nothing'}")


def preview(options: Options, progress: Progress, show: Show) -> None:
    """The pages alone, as far as they changed, in the work folder: neither editions nor
    PDFs, no search index, nothing verified or put in place. ``show`` is called with the problems
    as soon as the pages are there; raises `BookError` for those that keep them from being made."""
    with memo.opened(options.cache / "memo.pickle", forget=False):
        book, runs = run(options, progress)
        work = options.work
        sync(stage(book, runs, public=options.public), work / "source")
        render_preview(book, work / "source", work, capacity(options.jobs).jobs, show)


def record(options: Options, name: str, progress: Progress) -> None:
    """Run the `full` profile of a notebook and write its recorded run. Raises `BookError`."""
    full = replace(options, profile=PROFILE, only=(name,))
    book = load(options.root)
    page = next((page for page in book.notebooks if page.name == name), None)
    if page is None:
        right = did_you_mean(name, [page.name for page in book.notebooks])
        raise BookError([Problem("_toc.yml", 0, f"no companion notebook is named '{name}'", right)])
    if PROFILE not in page.front["profiles"]:
        right = "Declare it in the front matter: profiles: {full: {parameters: ...}}"
        raise BookError([Problem(page.path, 1, "no 'full' profile", right)])
    _, runs = run(full, progress, book)
    (done,) = runs.values()
    path = write_recorded(options.root, recorded_of(done, PACKAGES_SHOWN))
    progress.tell(f"{path}: {in_words(done.record.seconds)}; commit it, and build")


def freeze(options: Options, number: int, progress: Progress) -> None:
    """Run what changed, and keep the runs of an issue for good. Raises `BookError`."""
    book = load(options.root)
    issue_of(book, number)
    _, runs = run(replace(options, thaw=True), progress, book)
    path = keep(book, number, runs)
    size = (options.root / path).stat().st_size / 2**20
    progress.tell(f"{path}: {size:.1f} MiB; commit it with the issue")


def thaw(options: Options, progress: Progress) -> bool:
    """Run the frozen issues again and write `thaw.md`. Returns whether every verdict is as it was
    frozen; raises `BookError` if a run failed."""
    frozen = read_frozen(options.root)
    if not frozen.runs:
        right = "Freeze one: python -m scripts freeze NUMBER"
        raise BookError([Problem("issues/frozen", 0, "no issue is frozen", right)])
    book = load(options.root)
    tasks = [t for t in plan(book, "book") if t.page.docname in frozen.runs]
    with pool(options, tasks, progress.tell) as where:
        fresh = run_all(tasks, {}, Cache(options.cache / "runs"), where, progress)
    done, _ = collect(book, fresh)  # a verdict that changed is the report's matter, not an error
    problems = failures(done)
    report.write(options.out / "thaw", problems, done)
    if problems:
        raise BookError(problems)
    before, _ = collect(book, {name: frozen.runs[name] for name in done})
    old, new = ({c.id: c for r in runs.values() for c in r.checks} for runs in (before, done))
    verdicts, drift = comparison(old, new)
    dates = {frozen.dates[name] for name in done}
    write_atomic(options.out / "thaw.md", report.thaw(verdicts, drift, len(new), sorted(dates)))
    for line in (*verdicts, *drift):
        progress.tell(line)
    progress.tell(
        f"{len(new)} checks: {len(verdicts)} verdicts changed, {len(drift)} numbers drifted; "
        f"{_shown(options.out / 'thaw.md', options.root)}"
    )
    return not verdicts


def _stop_or_tell(problems: list[Problem], strict: bool, tell: Tell) -> None:
    if problems and strict:
        raise BookError(problems)
    for problem in problems:
        tell(f"warning: {problem}")


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def editions(book: Book, options: Options, work: Path) -> dict[str, Path]:
    """Every edition beside the pages: its path below the site's root, and where it lies."""
    found = {f"downloads/{path.name}": path for path in sorted((work / "pdf").glob("*.pdf"))}
    found["pagefind"] = work / "search" / "pagefind"
    derived = work / "derived"
    for name in ("markdown", "llms.txt"):
        if (derived / name).exists():
            found[name] = derived / name
    found["downloads/claims.csv"] = derived / "claims.csv"
    moved = derived / "redirects"
    found |= {p.relative_to(moved).as_posix(): p for p in sorted(moved.rglob("*.html"))}
    if (derived / "notebooks").exists():
        found["downloads/notebooks"] = derived / "notebooks"
        found["downloads/notebooks.zip"] = derived / "notebooks" / "notebooks.zip"
    if book.is_newsletter:
        found["downloads/checks.json"] = options.out / "checks.json"
        found["downloads/records"] = options.out / "records"
    return {path: source for path, source in found.items() if source.exists()}


def for_machines(book: Book, runs: Runs, options: Options, work: Path) -> dict[str, Path]:
    """What robots and social networks ask for: path below the site's root, and where it lies."""
    if not book.is_newsletter:
        return {}
    files = sitemap.files(book, public=options.public)
    sync(files, work / "robots")
    drawn = social.draw(cards(book, runs), work / "doctrees" / PRESS, work / "cards")
    return {name: work / "robots" / name for name in files} | drawn


def _files(extras: Mapping[str, Path]) -> list[str]:
    return [path for path, source in extras.items() if source.is_file()]


def _keep(work: Path, out: Path) -> None:
    """Put PDF and notebooks at their own places as well."""
    for name, source in (("pdf", work / "pdf"), ("notebooks", work / "derived" / "notebooks")):
        files = {
            path.relative_to(source).as_posix(): path
            for path in source.rglob("*")
            if path.is_file() and (name != "pdf" or path.suffix == ".pdf")
        }
        mirror(files, out / name)


def _warn_of_placeholders(book: Book, tell: Tell) -> None:
    if book.is_newsletter and PLACEHOLDER in book.addresses.site + book.addresses.repository:
        tell(
            "warning: the addresses in _config.yml are placeholders; buttons and feeds lead "
            "nowhere until repository.url and html.baseurl are yours"
        )
