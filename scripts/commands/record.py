"""Run the `full` profile of a notebook and keep what it found as its recorded run."""

from __future__ import annotations

from dataclasses import replace

from scripts.book.recorded import recorded_of, write_recorded
from scripts.commands.check import load
from scripts.commands.run import run
from scripts.core.options import FULL, Options
from scripts.core.problems import BookError, Problem, did_you_mean
from scripts.core.words import duration
from scripts.execution.progress import Progress
from scripts.pages.headers import PACKAGES_SHOWN


def record(options: Options, name: str, progress: Progress) -> None:
    """Run the `full` profile of a notebook and write its recorded run. Raises `BookError`."""
    full = replace(options, profile=FULL, only=(name,))
    book = load(options.root)
    page = next((page for page in book.notebooks if page.name == name), None)
    if page is None:
        right = did_you_mean(name, [page.name for page in book.notebooks])
        raise BookError([Problem("_toc.yml", 0, f"no companion notebook is named '{name}'", right)])
    if FULL not in page.front["profiles"]:
        right = "Declare it in the front matter: profiles: {full: {parameters: ...}}"
        raise BookError([Problem(page.path, 1, "no 'full' profile", right)])
    _, runs = run(full, progress, book)
    (done,) = runs.values()
    path = write_recorded(options.root, recorded_of(done, PACKAGES_SHOWN))
    progress.tell(f"{path}: {duration(done.record.seconds)}; commit it, and build")
