"""Plan the tasks of a profile: which notebooks run, with what, under which key."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scripts.book.cells import local_modules
from scripts.book.front_matter import NEEDS
from scripts.book.model import Book, Page
from scripts.core.untrusted.schema import TEXTS, fits
from scripts.execution.key import key_of, packages, parts_of

DEADLINE = 600.0  # seconds, for pages that declare none


@dataclass(frozen=True)
class Task:
    """One notebook to run under one profile, with everything that the run depends on."""

    page: Page
    profile: str
    parameters: dict[str, Any]
    files: dict[str, bytes]
    deadline: float
    memory: int | None
    gpu: bool
    preload: tuple[str, ...]
    cell_timeout: int | None
    allow_errors: bool
    cwd: str | None
    root: str | None  # what a run in ``cwd`` reads below it undeclared is noted
    parts: dict[str, Any]
    key: str
    state: str = ""  # the folder that keeps what a stopped run goes on with; "": none

    @property
    def around(self) -> str:
        """The key without the notebook's own code: what kept work depends on besides that."""
        return key_of({**self.parts, "code": [], "notebook": self.page.name})


def plan(book: Book, profile: str, only: Iterable[str] = ()) -> list[Task]:
    """The tasks of ``profile`` in the book's order; ``only`` selects by stem or docname."""
    only = set(only)
    versions = packages(book.root)
    pages = [page for page in book.pages if wanted(book, page, profile)]
    if only:
        pages = [page for page in pages if only & {page.name, page.docname, page.path}]
    return [_task(book, page, profile, versions) for page in pages]


def declared(front: dict[str, Any]) -> dict[str, Any]:
    """What a front matter says of a run's needs. Other people's pages may use the same words for
    something else: what doesn't fit is left out there (in ours, `check` has refused it)."""
    known = {**NEEDS, "preload": TEXTS}
    return {
        key: front[key]
        for key, schema in known.items()
        if key in front and fits(front[key], schema)
    }


def wanted(book: Book, page: Page, profile: str) -> bool:
    """Whether a page is run: ours if the profile concerns it, others as `_config.yml` says."""
    if page.notebook is None:
        return False
    if page.kind != "page":
        return profile != "full" or "full" in page.front.get("profiles", {})
    execute = book.config.get("execute") or {}
    mode = execute.get("execute_notebooks", "auto")
    excluded = execute.get("exclude_patterns") or []
    if mode in ("off", False) or any(fnmatch.fnmatch(page.path, p) for p in excluded):
        return False
    code = [cell for cell in page.notebook.cells if cell.cell_type == "code"]
    return mode != "auto" or not all(cell.get("outputs") for cell in code if cell.source.strip())


def _task(book: Book, page: Page, profile: str, versions: dict[str, str]) -> Task:
    assert page.notebook is not None
    ours = page.kind != "page"
    settings = (page.front.get("profiles") or {}).get(profile) or {} if ours else {}
    needs = {**declared(page.front), **settings}
    parameters = dict(settings.get("parameters") or {})
    if page.kind == "issue":
        parameters["statistics"] = book.statistics(page)
    execute = book.config.get("execute") or {}
    sources = [cell.source for cell in page.notebook.cells if cell.cell_type == "code"]
    folder = page.path.rpartition("/")[0]
    folders = ["notebooks"] if ours else [folder, ""]
    paths = local_modules(book.root, sources, folders)
    files = {path: (book.root / path).read_bytes() for path in paths}
    timeout = None if ours else int(execute.get("timeout", 30))
    allow_errors = False if ours else bool(execute.get("allow_errors", False))
    temporary = ours or bool(execute.get("run_in_temp", False))
    parts = parts_of(
        page.notebook,
        profile=profile,
        parameters=parameters,
        files=files,
        datasets=needs.get("datasets") or [],
        packages=versions,
        preload=list(needs.get("preload") or ()),
        settings={"timeout": timeout, "allow_errors": allow_errors, "temporary": temporary},
    )
    return Task(
        page,
        profile,
        parameters,
        {path.removeprefix("notebooks/"): content for path, content in files.items()},
        deadline=float(needs.get("deadline", DEADLINE)),
        memory=needs.get("memory"),
        gpu=bool(needs.get("gpu", False)),
        preload=tuple(needs.get("preload") or ()),
        cell_timeout=timeout if timeout and timeout > 0 else None,
        allow_errors=allow_errors,
        cwd=None if temporary else str(book.root / folder),
        root=None if temporary else str(book.root),
        parts=parts,
        key=key_of(parts),
    )
