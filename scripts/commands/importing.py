"""Make an issue's source of a plain Markdown newsletter; say what an editor has to decide."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

from scripts.book.model import Book
from scripts.commands.check import load
from scripts.commands.new import place
from scripts.core.options import Options
from scripts.core.problems import BookError, Problem, read_text
from scripts.core.words import plural
from scripts.drafts.losses import lost
from scripts.drafts.newsletter import Newsletter, newsletter
from scripts.drafts.scaffold import next_number, numbered
from scripts.execution.progress import Tell
from scripts.pdf.fonts import lacking


def import_issue(options: Options, file: Path, today: datetime.date, tell: Tell) -> None:
    """Write the newsletter in ``file`` as the next issue, and tell of each doubt. Raises
    `BookError` for a file that can't be read, and where the next issue can't be written."""
    text, problems = read_text(file, str(file))
    if text is None or not text.strip():
        raise BookError(problems or [Problem(str(file), 0, "it is empty", "Name a newsletter.")])
    book = load(options.root)
    number = next_number(book)
    read = newsletter(text, file.name, number, today, book.language)
    lang = "" if read.lang == book.language else read.lang
    draft = numbered(
        book, number, title=read.title, description=read.description, date=read.date,
        tags=read.tags, original=read.original, lang=lang,
        body=read.body, prefix=read.prefix,
    )  # fmt: skip
    (path, new), *_ = draft.files.items()
    place(options, draft, tell)
    found = [*doubts(path, new, read), *_without_fonts(book, path, new)]
    for problem in found:
        tell(f"to decide: {problem}")
    tell(f"{plural(len(found), 'thing')} to decide")


def _without_fonts(book: Book, path: str, new: str) -> Iterator[Problem]:
    """The characters that a PDF can't be set with, at the first line that has one."""
    further = [book.root / str(book.config["fonts"])] if book.config.get("fonts") else []
    chars = lacking(new, [book.root / "_static" / "fonts", *further])
    if chars:
        lines = new.split("\n")
        line = next(n for n, text in enumerate(lines, 1) if set(chars) & set(text))
        shown = " ".join(chars[:12]) + (f" … ({len(chars)} characters)" if chars[12:] else "")
        right = "Put a font that has them into a folder, and name it in _config.yml: fonts: FOLDER."
        yield Problem(path, line, f"no font of the book has {shown}", right)


def doubts(path: str, new: str, read: Newsletter) -> list[Problem]:
    """Every question at its line of the new file; and what was lost, if anything was."""
    above = new[: new.index(read.body)].count("\n")
    found = [Problem(path, q.line and above + q.line, q.what, q.right) for q in read.questions]
    words, addresses = lost(read.source, read.body, [read.title, *read.remarks])
    right = "Copy it from the original: the conversion has a fault."
    if words:
        found.append(Problem(path, 0, f"words were lost: {' '.join(words[:40])}", right))
    found += [Problem(path, 0, f"an address was lost: {one}", right) for one in addresses]
    return sorted(found)
