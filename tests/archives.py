"""Books with as many issues, notebooks and claims as a test wants."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scripts.book.model import Book, Item, page_of
from scripts.core.addresses import Addresses
from scripts.core.record import Check, Record, Run


def check(id: str, verdict: str = "holds", **values: Any) -> Check:
    given: dict[str, Any] = {
        "kind": "claim", "notebook": "n", "item": "i", "profile": "book", "claim": "A claim.",
        "source": "A paper", "reported": None, "measured": 1.0, "unit": "", "spread": None,
        "expected": "rule", "verdict": verdict, "stands": verdict, "reason": "", "cell": 3,
    }  # fmt: skip
    return Check(**{"id": id, **given, **values})


def run(docname: str, *checks: Check) -> Run:
    record = Record(docname, "book", {}, "", {}, "", 1.0, 0.1, 1.0, 9, "", "", {}, "", "ok")
    return Run(record, {}, checks)


def book(issues: int, claims: int = 2, each_year: int = 10) -> tuple[Book, dict[str, Run]]:
    """A book of issues with one item and one notebook each."""
    pages, runs = [], {}
    for n in range(1, issues + 1):
        item = Item(f"i{n:03d}-x", f"Item {n}", "Tools ⚙️", "", 1, 2)
        front = {
            "issue": n, "title": f"Issue {n} of pigeons", "description": "About pigeons.",
            "date": f"{2020 + (n - 1) // each_year}-01-05", "tags": ["birds", f"tag{n}"],
        }  # fmt: skip
        about = {
            "item": item.anchor, "title": f"Pigeons and number {n}", "tags": ["birds"],
            "description": "Homing.", "level": "beginner",
        }  # fmt: skip
        pages.append(
            page_of(f"issues/{n}.md", f"issues/{n}", "issue", "# T\n", front, items=(item,))
        )
        pages.append(page_of(f"notebooks/{n}.md", f"notebooks/{n}", "notebook", "", about))
        checks = [check(f"n{n}-{i}", "fails" if i else "holds") for i in range(claims)]
        exact = check(f"n{n}-exact", kind="exactness")
        runs[f"notebooks/{n}"] = run(f"notebooks/{n}", *checks, exact)
    for name in ("ledger", "archive"):
        pages.append(page_of(f"{name}.md", name, "page", f"```{{{name}}}\n```\n", {}))
    return Book(
        Path(), {}, tuple(pages), Addresses("https://x.org", "https://g.org/a/b", "m")
    ), runs
