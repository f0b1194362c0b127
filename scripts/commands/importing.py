"""Make an issue's source of a plain Markdown newsletter; say what an editor has to decide."""

from __future__ import annotations

import datetime
from pathlib import Path

from scripts.commands.check import load
from scripts.commands.new import place
from scripts.core.options import Options
from scripts.core.problems import BookError, Problem, read_text
from scripts.core.words import plural
from scripts.drafts.losses import lost
from scripts.drafts.newsletter import Newsletter, newsletter
from scripts.drafts.scaffold import next_number, numbered
from scripts.execution.progress import Tell


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
    found = doubts(path, new, read)
    for problem in found:
        tell(f"to decide: {problem}")
    tell(f"{plural(len(found), 'thing')} to decide")


def doubts(path: str, new: str, read: Newsletter) -> list[Problem]:
    """Every question at its line of the new file; and what was lost, if anything was."""
    above = new[: new.index(read.body)].count("\n")
    found = [Problem(path, q.line and above + q.line, q.what, q.right) for q in read.questions]
    words, addresses = lost(read.source, f"# {read.title}\n\n{read.body}", read.remarks)
    right = "Copy it from the original: the conversion has a fault."
    if words:
        found.append(Problem(path, 0, f"words were lost: {' '.join(words[:40])}", right))
    found += [Problem(path, 0, f"an address was lost: {one}", right) for one in addresses]
    return sorted(found)
