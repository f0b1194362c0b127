"""The other editions of an issue, as files below the site's root."""

from __future__ import annotations

from scripts.book.model import Book, Page

PDF_ISSUES = 12


def in_whole(book: Book) -> list[Page]:
    """The issues whose pages are in the book's PDF: the newest `pdf_issues`, newest first."""
    return book.issues[: int(book.config.get("pdf_issues") or PDF_ISSUES)]


def pdf_name(book: Book) -> str:
    """`pdf_name` of `_config.yml`, else the root folder's name."""
    return str(book.config.get("pdf_name") or book.root.name)


def downloads(book: Book, issue: Page) -> list[dict[str, str]]:
    """Every other edition of an issue, as files below the site's root."""
    number = issue.front["issue"]
    whole = in_whole(book)
    newest = "" if len(whole) == len(book.issues) else f"of the newest {len(whole)} issues "
    files = [
        {"file": f"downloads/{issue.name}.pdf", "label": f"PDF of issue {number}", "group": "read"},
        {"file": f"downloads/{pdf_name(book)}.pdf", "label": f"PDF {newest}with all notebooks",
         "group": "read"},
        {"file": f"markdown/{issue.name}.md", "label": "Markdown", "group": "read"},
        {"file": "downloads/notebooks.zip", "label": "All notebooks, zip", "group": "run"},
        {"file": "downloads/checks.json", "label": "Claims as JSON", "group": "run"},
        {"file": "downloads/claims.csv", "label": "Claims as CSV", "group": "run"},
    ]  # fmt: skip
    runnable = any(page.notebook is not None for page in book.pages)
    return [file for file in files if runnable or file["file"] != "downloads/notebooks.zip"]
