"""The other editions of an issue, as files below the site's root."""

from __future__ import annotations

from scripts.book.model import Book, Page
from scripts.core.page_data.headers import File

PDF_ISSUES = 12  # in the PDF of the book, where `pdf_issues` of `_config.yml` says nothing


def in_whole(book: Book) -> list[Page]:
    """The issues whose pages are in the book's PDF: the newest `pdf_issues`, newest first."""
    return book.issues[: int(book.config.get("pdf_issues") or PDF_ISSUES)]


def left_out(book: Book) -> list[str]:
    """The pages that are not in the book's PDF, nor in its EPUB: issues too old for it, their
    notebooks, and translations."""
    older = {issue.docname for issue in book.issues[len(in_whole(book)) :]}
    notebooks = [
        n.docname for n in book.notebooks if (i := book.issue_of(n)) and i.docname in older
    ]
    return sorted({*older, *notebooks, *(page.docname for page in book.translations)})


def pdf_name(book: Book) -> str:
    """`pdf_name` of `_config.yml`, else the root folder's name."""
    return str(book.config.get("pdf_name") or book.root.name)


def downloads(book: Book, issue: Page) -> list[File]:
    """Every other edition of an issue: the one to read and the one to run first. A translation is
    there as Markdown besides its page: PDF and EPUB have fonts for few scripts."""
    markdown = File(f"markdown/{issue.name}.md", "Markdown", "read")
    if issue.translates:
        return [markdown]
    whole = in_whole(book)
    newest = "" if len(whole) == len(book.issues) else f"of the newest {len(whole)} issues "
    runnable = any(page.notebook is not None for page in book.pages)
    notebooks = [File("downloads/notebooks.zip", "All notebooks, zip", "run")] if runnable else []
    return [
        File(f"downloads/{issue.name}.pdf", f"PDF of issue {issue.front['issue']}", "read"),
        *notebooks,
        File(f"downloads/{pdf_name(book)}.pdf", f"PDF {newest}with all notebooks", "read"),
        File(f"downloads/{pdf_name(book)}.epub", "EPUB", "read"),
        markdown,
        File("downloads/checks.json", "Claims as JSON", "run"),
        File("downloads/claims.csv", "Claims as CSV", "run"),
    ]
