"""What the side columns and the bar of every page need."""

from __future__ import annotations

from typing import Any

from scripts.book.model import Book


def navigation(book: Book) -> dict[str, Any]:
    """What the sidebar needs, the same on every page."""
    issues = [
        {"page": f"/{i.docname}", "number": i.front["issue"], "title": i.title,
         "date": i.front["date"]}
        for i in book.issues
    ]  # fmt: skip
    notebooks = {
        f"/{issue.docname}": [
            {"page": f"/{notebook.docname}", "title": notebook.title}
            for _, notebook in book.notebooks_of(issue)
        ]
        for issue in book.issues
    }
    a = book.addresses
    return {
        "issues": issues,
        "notebooks": notebooks,
        "addresses": {
            "site": a.site,
            "repository": a.repository,
            "branch": a.branch,
            "path": a.path,
        },
    }
