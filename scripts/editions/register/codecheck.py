"""What was checked of an issue, in the words in which CODECHECK tells of a check."""

from __future__ import annotations

from collections.abc import Iterable

import yaml

from scripts.book.model import Book, Page, checks_of
from scripts.core import words
from scripts.core.record import Runs
from scripts.core.verdicts import count_verdicts

VERSION = "https://codecheck.org.uk/spec/config/1.0/"


def codecheck(book: Book, runs: Runs, issue: Page) -> str:
    """The configuration of a check (see `VERSION`): each notebook is a file of the manifest, its
    comment the tally of its claims. Empty entries are left out."""
    notebooks = book.notebooks_of(issue)
    authors = [{"name": author["name"]} for author in issue.front["authors"]]
    original = issue.front.get("original")
    manifest, every = [], []
    for item, page in notebooks:
        verdicts = [c.verdict for c in checks_of(book, runs, page) if c.kind == "claim"]
        every += verdicts
        comment = f"{item.name}: {_tally(verdicts)}"
        manifest.append({"file": f"downloads/notebooks/{page.name}.ipynb", "comment": comment})
    told = {
        "version": VERSION,
        "paper": {
            "title": original["title"] if original else issue.title,
            "authors": [{"name": original["author"]}] if original else authors,
            "reference": original["url"] if original else book.address(issue),
        },
        "manifest": manifest,
        "codechecker": authors,
        "report": book.address(issue),
        "repository": book.addresses.repository,
        "check_time": max(page.changed for page in (issue, *(page for _, page in notebooks))),
        "summary": f"Claims of {words.plural(len(manifest), 'notebook')}: {_tally(every)}.",
    }
    kept = {name: value for name, value in told.items() if value}
    return yaml.safe_dump(kept, sort_keys=False, allow_unicode=True)


def _tally(verdicts: Iterable[str]) -> str:
    counts = count_verdicts(verdicts).items()
    return ", ".join(f"{count} {verdict}" for verdict, count in counts) or "no claim"
