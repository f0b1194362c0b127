"""What a newsletter has beside its pages: the register of claims, feeds, letters, the EPUB.

Layout: ``claims/``, ``claims.csv``, ``claims.json``, ``codecheck/``, and of a site with an address
``feeds/`` and ``email/``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from scripts.book.model import Book, Page
from scripts.core.memo import remember
from scripts.core.problems import Problem
from scripts.core.record import Runs
from scripts.editions import openings
from scripts.editions.email.digest import digest_of
from scripts.editions.email.letter import Mailing, letter, too_heavy
from scripts.editions.epub import Chapter, Edition, cover, epub
from scripts.editions.feeds import entries, formats
from scripts.editions.register import claims as register
from scripts.editions.register.codecheck import codecheck
from scripts.editions.register.formats import csv_of, json_of
from scripts.editions.register.pages import pages
from scripts.pages.downloads import left_out
from scripts.pages.lists.home import statement
from scripts.pages.lists.ledger import claims
from scripts.pages.outputs import lead_drawing


def derived(
    book: Book, runs: Runs, editions: Mapping[str, bytes], names: Mapping[str, str]
) -> tuple[dict[str, bytes], list[Problem]]:
    """The register of claims, and what goes to people from a site that has an address: feeds, and a
    letter about each issue. And what is wrong with them. ``editions``: the Markdown editions by
    path, ``names``: those of each page's files (see `derive.file_names`)."""
    known, problems = register.register(book, runs)
    gone = register.withdrawn(book, runs)
    files = {
        "claims.csv": csv_of(claims(book, runs), book.addresses).encode(),
        "claims.json": json_of(book, known, gone).encode(),
        **pages(book, known, gone),
    }
    for issue in book.issues:
        files[f"codecheck/{issue.name}.yml"] = codecheck(book, runs, issue).encode()
    texts = {i.docname: editions.get(f"markdown/{names[i.docname]}.md", b"") for i in book.issues}
    if not book.addresses.site or not all(texts.values()):
        return files, problems
    decoded = {docname: text.decode() for docname, text in texts.items()}
    for feed in (entries.issues(book, decoded), entries.verdicts(book, known)):
        files |= {f"feeds/{name}": made for name, made in formats.files(feed).items()}
    mailing, lang = Mailing.of(book.config), book.language
    for issue in book.issues:
        said = digest_of(book, runs, issue, decoded[issue.docname])
        name = f"{issue.front['issue']:03d}"
        question = (said, mailing, name, lang)
        made = remember("letter", question, partial(letter, *question))
        files |= {f"email/{file}": content for file, content in made.items()}
        problems += too_heavy(made[f"{name}.html"], said, issue.path)
    return files, problems


def whole(
    book: Book, runs: Runs, listed: Iterable[tuple[Page, str]], editions: Mapping[str, bytes]
) -> bytes:
    """The EPUB of the newest issues, as the book's PDF has them, from the Markdown editions."""
    old = set(left_out(book))
    newest = book.issues[0]
    chapters = [
        Chapter(
            name, page.title, editions[f"markdown/{name}.md"].decode(), book.address(page),
            below=page.kind == "notebook",
        )
        for page, name in listed
        if page.docname not in old and not page.front.get("screen-only")
    ]  # fmt: skip
    notes = [statement(book, runs, newest)]
    drawings = [lead_drawing(runs[n.docname]) for _, n in book.notebooks_of(newest)
                if n.docname in runs]  # fmt: skip
    drawn = book.title, openings.summary(book), notes, next(filter(None, drawings), "")
    made = Edition(
        book.title, openings.summary(book), (str(book.config.get("author") or book.title),),
        book.language, f"{book.addresses.site}/" if book.addresses.site else "",
        max(page.changed for page in book.pages), entries.RIGHTS, tuple(chapters),
        {path.removeprefix("markdown/"): content for path, content in editions.items()
         if not path.endswith(".md")},
        remember("cover", drawn, partial(cover, *drawn)),
    )  # fmt: skip
    return remember("epub", made, partial(epub, made))
